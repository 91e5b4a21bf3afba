"""A sentence for the member."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Message, Outcome
from loyalty_engine.rulebook.arguments import Text
from loyalty_engine.rulebook.words import Effect, Most


@dataclass(frozen=True)
class ShowMessage(Effect):
    """Shows `text` at the till or on the receipt, in the member's language."""

    word = "show_message"
    says = "the message “{text}”"
    surely_gives = True
    text: Text

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        return (_message(self.text),)

    def most(self) -> Most:
        return Most(points=0, money=0, always=True)

    def outdoes(self, other: Effect) -> bool:
        return isinstance(other, ShowMessage)


@lru_cache(1024)
def _message(text: Text) -> Message:
    """The sentence by language; nobody changes it."""
    return Message(json.loads(text))
