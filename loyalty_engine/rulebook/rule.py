"""A rule: one dated sentence of when, on and then, as its file says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from loyalty_engine.domain.limits import Limit, NamedLimits
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.dimensions import about_events
from loyalty_engine.rulebook.exclusion import Exclusive, Named, NotWith
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.needs import needs_together
from loyalty_engine.rulebook.nesting import names_kinds, place_within
from loyalty_engine.rulebook.words import Condition, Effect, Selector, Word


@dataclass(frozen=True, slots=True)
class Places:
    """Where the words of a rule stand, in the order of its `when`, `on` and `then`."""

    when: tuple[Place, ...] = ()
    on: tuple[Place, ...] = ()
    then: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One dated sentence. `start` is the first and `end` the last day, in the programme's zone.

    `place` is where its file names the rule, `places` where its words stand. Its discounts leave
    `lowest_price` (minor units) of the price of a unit. With `per_code` a voucher's own rule takes
    effect once for each of its codes that is used.
    """

    id: str
    title: Mapping[str, str]
    lane: str
    when: tuple[Condition, ...]
    on: tuple[Selector, ...]
    then: tuple[Effect, ...]
    place: Place
    start: date | None = None
    end: date | None = None
    priority: int = 0
    limits: tuple[Limit, ...] = ()
    places: Places = field(default_factory=Places)
    exclusive: Exclusive = Exclusive.NO
    group: str = ""
    not_with: tuple[NotWith, ...] = ()
    lowest_price: int | None = None
    campaign: str = ""
    per_code: bool = False

    def live_on(self, day: date) -> bool:
        """Whether `day` lies within the rule's dates, both named days included."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    @cached_property
    def multiplies(self) -> bool:
        """Whether it works on what other rules earn, and so comes after them."""
        return any(effect.multiplies for effect in self.then)

    @cached_property
    def of_events(self) -> bool:
        """Whether it is about events and so never about a purchase."""
        return about_events(needs_together(self.when))

    @property
    def sets_apart(self) -> bool:
        """Whether there are rules that it does not stand beside."""
        return self.exclusive is not Exclusive.NO or bool(self.not_with)

    def stands_beside(self, other: "Rule") -> bool:
        """Whether both may take effect in one purchase."""
        return not (self.bars(other) or other.bars(self))

    def bars(self, other: "Rule") -> bool:
        """Whether this rule says that it does not stand beside another."""
        if self.exclusive is Exclusive.PURCHASE:
            return True
        if self.exclusive is Exclusive.LANE and self.lane == other.lane:
            return True
        return bool(self.not_with) and not self.barred.isdisjoint(other.called)

    @cached_property
    def barred(self) -> frozenset[tuple[Named, str]]:
        """What it names as not to stand beside."""
        return frozenset((it.kind, it.name) for it in self.not_with)

    @cached_property
    def called(self) -> tuple[tuple[Named, str], ...]:
        """All that others may name it by."""
        return (Named.RULE, self.id), (Named.LANE, self.lane), (Named.GROUP, self.group)

    @cached_property
    def names_kinds(self) -> bool:
        """Whether it says which kinds of line it is about; otherwise it is about goods."""
        return any(map(names_kinds, self.on))

    @cached_property
    def named_limits(self) -> NamedLimits:
        """Its own limits with the names under which their use is counted."""
        return tuple((limit.name(self.id), limit) for limit in self.limits)

    def place_of(self, word: Word) -> Place:
        """Where one of the rule's words stands, those within `all`, `any` and `none` included."""
        told = self.places
        for words, places in ((self.when, told.when), (self.on, told.on), (self.then, told.then)):
            if found := place_within(word, words, places):
                return found
        return self.place


def limits_of(rule: Rule, program: Program) -> NamedLimits:
    """All limits that a rule is under: its own, then those of its campaign."""
    if not rule.campaign:
        return rule.named_limits
    return rule.named_limits + program.campaigns[rule.campaign].named_limits
