"""What is decided already when a decision begins: by the till, a promise, or the purchase itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from loyalty_engine.rulebook.deciding.decision import Reduction


@dataclass(frozen=True, slots=True)
class Settled:
    """Discounts that are decided already, by rule; no others are decided beside them.

    `given` ones are facts (the till has given them, or a reservation promised them); `frozen`
    ones, from the time of purchase, stand only while their rule still holds on what is kept.
    `effective` are all rules that took effect at the time of purchase; None while that is decided.
    `lines` are those (ids) that rules got of a lane that gives each line to one of them.
    """

    given: Mapping[str, Reduction] = field(default_factory=dict)
    frozen: Mapping[str, Reduction] = field(default_factory=dict)
    effective: frozenset[str] | None = None
    lines: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def rules(self) -> frozenset[str]:
        """The rules that stand before all others."""
        return frozenset((*self.given, *self.frozen, *(self.effective or ())))
