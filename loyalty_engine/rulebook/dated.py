"""Words whose values change on a date: each stretch of days has a word of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Generic, TypeVar

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Outcome
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.needs import Needs, any_of
from loyalty_engine.rulebook.words import Condition, Effect, Found, Most, Near, Selector, Word, sure

W = TypeVar("W", bound=Word)


@dataclass(frozen=True, slots=True)
class Stretch(Generic[W]):
    """A word, and the first and the last day on which it is meant; None where it has no end."""

    first: date
    last: date | None
    word: W


@dataclass(frozen=True)
class Dated(Generic[W]):
    """Stretches in the order of time; on a day that lies in none the rule does not apply."""

    stretches: tuple[Stretch[W], ...]

    @property
    def parts(self) -> Sequence[W]:
        """The words of all stretches."""
        return [it.word for it in self.stretches]

    def on(self, facts: Facts) -> W | None:
        """The word of the purchase's day."""
        day = facts.local.date()
        for it in self.stretches:
            if it.first <= day and (it.last is None or day <= it.last):
                return it.word
        return None


class DatedCondition(Dated[Condition], Condition):
    """Holds when the condition of the day does."""

    def holds(self, facts: Facts) -> bool:
        part = self.on(facts)
        return part is not None and sure(part.holds(facts))

    def near(self, facts: Facts) -> Near | None:
        part = self.on(facts)
        return None if part is None else part.near(facts)

    def found(self, facts: Facts) -> Found | None:
        part = self.on(facts)
        return None if part is None else part.found(facts)

    def needs(self) -> Needs:
        return any_of(part.needs() for part in self.parts)


class DatedSelector(Dated[Selector], Selector):
    """Selects what the selector of the day does."""

    def selects(self, line: Line) -> bool:
        """Whether it is selected on any day."""
        return any(sure(part.selects(line)) for part in self.parts)

    def picks(self, facts: Facts, among: Sequence[int]) -> Sequence[int]:
        part = self.on(facts)
        return () if part is None else part.picks(facts, among)

    def needs(self) -> Needs:
        return any_of(part.needs() for part in self.parts)


class DatedEffect(Dated[Effect], Effect):
    """Brings what the effect of the day does."""

    @property
    def carries(self) -> bool:
        return any(part.carries for part in self.parts)

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        part = self.on(facts)
        return () if part is None else part.outcomes(facts, lines)

    def most(self) -> Most:
        told = [part.most() for part in self.parts]
        points = [it.points for it in told if it.points is not None]
        money = [it.money for it in told if it.money is not None]
        return Most(
            max(points) if len(points) == len(told) else None,
            max(money) if len(money) == len(told) else None,
        )


def dated(kind: type[W], stretches: Iterable[Stretch[W]]) -> W:
    """One word of a kind out of its stretches."""
    any_kind: Any = kind
    made: W = _like(any_kind)(tuple(stretches))
    return made


_ALIKE = ("word", "says", "says_in", "multiplies", "on_all_that_counts", "names_kinds")


@cache
def _like(kind: type[Any]) -> Any:
    """The class of a word's stretches: called like the word, and of its kind in all that counts."""
    base = next(
        made
        for of, made in (
            (Condition, DatedCondition), (Selector, DatedSelector), (Effect, DatedEffect),
        )
        if issubclass(kind, of)
    )  # fmt: skip
    alike = {name: getattr(kind, name) for name in _ALIKE if hasattr(kind, name)}
    return type(f"Dated{kind.__name__}", (base,), alike)
