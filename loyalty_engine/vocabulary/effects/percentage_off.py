"""A percentage off the selected lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Outcome
from loyalty_engine.rulebook.arguments import Minor, Percent
from loyalty_engine.rulebook.deciding.percentages import percentage_discount
from loyalty_engine.rulebook.words import Effect, Most


@dataclass(frozen=True)
class PercentageOff(Effect):
    """Takes `percent` off each selected line as it stands, half up on the line's discount.

    Where the discounts come to more than `at_most`, that is shared out in proportion to them. The
    programme's switches `percentages` and `percentage_rounding` say it otherwise.
    """

    word = "percentage_off"
    says = "{percent} off[, at most {at_most}]"
    percent: Percent
    at_most: Minor | None = None

    def __post_init__(self) -> None:
        """Refuse what takes nothing off."""
        if self.percent <= 0 or (self.at_most is not None and self.at_most <= 0):
            raise ValueError("percent and at_most must be more than 0")

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        found = percentage_discount(facts, lines, self.percent, self.at_most)
        return (found,) if found else ()

    @property
    def line_by_line(self) -> bool:
        return self.at_most is None

    @property
    def takes_a_part(self) -> bool:
        return self.at_most is None

    def most(self) -> Most:
        return Most(points=0, money=self.at_most)

    def outdoes(self, other: Effect) -> bool:
        if not isinstance(other, PercentageOff) or self.percent < other.percent:
            return False
        return self.at_most is None or (other.at_most is not None and self.at_most >= other.at_most)
