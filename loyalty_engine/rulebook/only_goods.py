"""What a rule is about that names no kind of line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from loyalty_engine.domain.purchase import Line, LineKind
from loyalty_engine.rulebook.words import Selector


@dataclass(frozen=True)
class OnlyGoods(Selector):
    """Selects goods; in no file, and told of a rule for every line that finds none it is about."""

    word = "goods"
    says = "goods"
    says_in: ClassVar[Mapping[str, str]] = {"fr": "articles"}

    def selects(self, line: Line) -> bool:
        return line.kind is LineKind.GOODS


ONLY_GOODS: Final = OnlyGoods()
