"""`all`, `any` and `none`: words that hold other words, under `when` and under `on`.

Each keeps where its parts stand, in the same order, so that an explanation can name the line.
"""

from abc import ABC
from dataclasses import dataclass, field

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.needs import Needs, all_of, any_of
from loyalty_engine.rulebook.words import Condition, Near, Selector


def sure(answer: bool) -> bool:
    """The answer of a part. Raises TypeError for what only looks like one: None, a number."""
    if answer is True or answer is False:
        return answer
    raise TypeError("a word answers True or False")


@dataclass(frozen=True)
class Group(Condition, ABC):
    """Conditions under one word; `places` says where each of `parts` stands."""

    parts: tuple[Condition, ...]
    places: tuple[Place, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class All(Group):
    """Holds when every part does."""

    word = "all"
    says = "({parts:and})"

    def holds(self, facts: Facts) -> bool:
        return all(sure(part.holds(facts)) for part in self.parts)

    def near(self, facts: Facts) -> Near | None:
        """As near as the one part that fails; with two failing no single step helps."""
        failing = [part for part in self.parts if not part.holds(facts)]
        return failing[0].near(facts) if len(failing) == 1 else None

    def needs(self) -> Needs:
        return all_of(part.needs() for part in self.parts)


@dataclass(frozen=True)
class Any(Group):
    """Holds when at least one part does."""

    word = "any"
    says = "({parts:or})"

    def holds(self, facts: Facts) -> bool:
        return any(sure(part.holds(facts)) for part in self.parts)

    def near(self, facts: Facts) -> Near | None:
        """As near as the nearest part, the first of them where they measure different things."""
        if self.holds(facts):
            return None
        nears = [near for part in self.parts if (near := part.near(facts)) is not None]
        like = [near for near in nears if near.what == nears[0].what]
        return min(like, key=lambda near: near.short_by, default=None)

    def needs(self) -> Needs:
        return any_of(part.needs() for part in self.parts)


@dataclass(frozen=True)
class None_(Group):  # noqa: N801 - the keyword is taken
    """Holds when no part does; no step forward makes it hold, so it is never near."""

    word = "none"
    says = "none of ({parts:or})"

    def holds(self, facts: Facts) -> bool:
        return not any(sure(part.holds(facts)) for part in self.parts)


@dataclass(frozen=True)
class LineGroup(Selector, ABC):
    """Selectors under one word; `places` says where each of `parts` stands."""

    parts: tuple[Selector, ...]
    places: tuple[Place, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class LineAll(LineGroup):
    """Selects lines that every part selects."""

    word = "all"
    says = "({parts:and})"

    def selects(self, line: Line) -> bool:
        return all(sure(part.selects(line)) for part in self.parts)

    def needs(self) -> Needs:
        return all_of(part.needs() for part in self.parts)


@dataclass(frozen=True)
class LineAny(LineGroup):
    """Selects lines that at least one part selects."""

    word = "any"
    says = "({parts:or})"

    def selects(self, line: Line) -> bool:
        return any(sure(part.selects(line)) for part in self.parts)

    def needs(self) -> Needs:
        return any_of(part.needs() for part in self.parts)


@dataclass(frozen=True)
class LineNone(LineGroup):
    """Selects lines that no part selects."""

    word = "none"
    says = "all but ({parts:or})"

    def selects(self, line: Line) -> bool:
        return not any(sure(part.selects(line)) for part in self.parts)
