"""`all`, `any` and `none`: words that hold other words, under `when` and under `on`.

Each keeps where its parts stand, in the same order, so that an explanation can name the line.
"""

from abc import ABC
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.needs import Needs, all_of, any_of
from loyalty_engine.rulebook.words import Condition, Near, Selector, Word, sure


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
        for part in self.parts:  # noqa: SIM110 - rules nest much, and generators take their time
            if not sure(part.holds(facts)):
                return False
        return True

    def near(self, facts: Facts) -> Near | None:
        """As near as the one part that fails; with two failing no single step helps."""
        failing = [part for part in self.parts if not part.holds(facts)]
        return failing[0].near(facts) if len(failing) == 1 else None

    def needs(self) -> Needs:
        return self._needs

    @cached_property
    def _needs(self) -> Needs:
        return all_of(part.needs() for part in self.parts)


@dataclass(frozen=True)
class Any(Group):
    """Holds when at least one part does."""

    word = "any"
    says = "({parts:or})"

    def holds(self, facts: Facts) -> bool:
        for part in self.parts:  # noqa: SIM110
            if sure(part.holds(facts)):
                return True
        return False

    def near(self, facts: Facts) -> Near | None:
        """As near as the nearest part, the first of them where they measure different things."""
        if self.holds(facts):
            return None
        nears = [near for part in self.parts if (near := part.near(facts)) is not None]
        like = [near for near in nears if near.what == nears[0].what]
        return min(like, key=lambda near: near.short_by, default=None)

    def needs(self) -> Needs:
        return self._needs

    @cached_property
    def _needs(self) -> Needs:
        return any_of(part.needs() for part in self.parts)


@dataclass(frozen=True)
class None_(Group):  # noqa: N801 - the keyword is taken
    """Holds when no part does; no step forward makes it hold, so it is never near."""

    word = "none"
    says = "none of ({parts:or})"

    def holds(self, facts: Facts) -> bool:
        for part in self.parts:  # noqa: SIM110
            if sure(part.holds(facts)):
                return False
        return True


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
        for part in self.parts:  # noqa: SIM110
            if not sure(part.selects(line)):
                return False
        return True

    def needs(self) -> Needs:
        return self._needs

    @cached_property
    def _needs(self) -> Needs:
        return all_of(part.needs() for part in self.parts)

    def picks(self, facts: Facts, among: Sequence[int]) -> Sequence[int]:
        for part in self.parts:
            among = part.picks(facts, among)
        return among


@dataclass(frozen=True)
class LineAny(LineGroup):
    """Selects lines that at least one part selects."""

    word = "any"
    says = "({parts:or})"

    def selects(self, line: Line) -> bool:
        for part in self.parts:  # noqa: SIM110
            if sure(part.selects(line)):
                return True
        return False

    def needs(self) -> Needs:
        return self._needs

    @cached_property
    def _needs(self) -> Needs:
        return any_of(part.needs() for part in self.parts)

    def picks(self, facts: Facts, among: Sequence[int]) -> Sequence[int]:
        rest = among
        for part in self.parts:
            rest = _without(part.picks(facts, rest), rest)
        return _without(rest, among)


@dataclass(frozen=True)
class LineNone(LineGroup):
    """Selects lines that no part selects."""

    word = "none"
    says = "all but ({parts:or})"

    def selects(self, line: Line) -> bool:
        for part in self.parts:  # noqa: SIM110
            if sure(part.selects(line)):
                return False
        return True

    def picks(self, facts: Facts, among: Sequence[int]) -> Sequence[int]:
        for part in self.parts:
            among = _without(part.picks(facts, among), among)
        return among


def names_kinds(selector: Selector) -> bool:
    """Whether it names a kind of line. What `none` takes out names nothing: the rest is goods."""
    if isinstance(selector, LineGroup):
        return not isinstance(selector, LineNone) and any(map(names_kinds, selector.parts))
    return selector.names_kinds


def place_within(word: Word, words: Sequence[Word], places: Sequence[Place]) -> Place | None:
    """Where a word stands that is one of `words`, or one within them."""
    for each, place in zip(words, places, strict=False):
        if each is word:
            return place
        if isinstance(each, Group | LineGroup):
            found = place_within(word, each.parts, each.places)
            if found is not None:
                return found
    return None


def _without(some: Collection[int], among: Sequence[int]) -> Sequence[int]:
    if not some:
        return among
    some = frozenset(some)
    return [index for index in among if index not in some]
