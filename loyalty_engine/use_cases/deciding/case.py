"""A purchase to decide, with all that is known about it, and the same purchase decided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from loyalty_engine.domain.facts import Carry, Facts, MemberFacts
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Purchase, Scalar
from loyalty_engine.ports import CounterKey, MemberRecord
from loyalty_engine.rulebook.deciding.decision import Decision, Reduction
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.deciding.counting import Counting, in_order
from loyalty_engine.use_cases.deciding.stored_forms import Flag


@dataclass(frozen=True, slots=True)
class Case:
    """A purchase decided: on what, with what result, and what it counts against which limit."""

    rulebook: Rulebook
    facts: Facts
    decision: Decision
    given: Mapping[str, Reduction]
    place: Counting
    counters: Mapping[CounterKey, int]
    flags: tuple[Flag, ...] = ()

    def uses(self) -> Iterator[tuple[CounterKey, int, int]]:
        """What the decision counts where, and the ceiling; in the order of locking.

        A discount that the till has already given is a fact: the ceiling gives way to it.
        """
        used, limits = self.decision.used, self.rulebook.limits
        for key in in_order(self.counters):
            if amount := used.get(key.counter):
                ceiling = limits[key.counter].ceiling
                yield key, amount, max(ceiling, self.counters[key] + amount)


@dataclass(slots=True)
class Question:
    """A purchase to decide, and all that is known about it."""

    rulebook: Rulebook
    purchase: Purchase
    member: MemberRecord | None
    member_facts: MemberFacts | None
    plugins: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    reserved: Mapping[str, Reduction] = field(default_factory=dict)
    given_back: Mapping[str, int] = field(default_factory=dict)
    headroom_at_most: Mapping[str, int] | None = None
    carries_without: Mapping[str, Carry] | None = None
    codes: Mapping[str, int] = field(default_factory=dict)
    worths: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def program(self) -> Program:
        """The programme."""
        return self.rulebook.program
