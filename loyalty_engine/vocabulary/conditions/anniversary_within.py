"""Around the day on which the member joined."""

from dataclasses import dataclass
from datetime import date

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import MEMBER
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.words import NOBODY, Condition, Found, Near
from loyalty_engine.vocabulary.yearly import days_until, within


@dataclass(frozen=True)
class AnniversaryWithin(Condition):
    """Holds from `days_before` to `days_after` the anniversary of the enrolment.

    The first one is a year after the enrolment; 29 February is celebrated on the 28th in other
    years.
    """

    word = "anniversary_within"
    says = (
        "it is the anniversary of joining[ or at most {days_before:day|days} before it]"
        "[ or at most {days_after:day|days} after it]"
    )
    days_before: int = 0
    days_after: int = 0

    def __post_init__(self) -> None:
        """Refuse a window that looks the wrong way or holds all year."""
        if min(self.days_before, self.days_after) < 0 or self.days_before + self.days_after > 363:
            raise ValueError("days_before and days_after are 0 or more, together at most 363")

    def holds(self, facts: Facts) -> bool:
        if facts.member is None:
            return False
        joined, today = facts.member.enrolled_on, facts.local.date()
        return within(joined, today, self.days_before, self.days_after)

    def near(self, facts: Facts) -> Near | None:
        if facts.member is None:
            return None
        joined, today = facts.member.enrolled_on, facts.local.date()
        return days_until(joined, today, self.days_before, self.days_after)

    def found(self, facts: Facts) -> Found:
        return NOBODY if facts.member is None else Found(facts.member.enrolled_on, date)

    def needs(self) -> Needs:
        return {MEMBER: frozenset({True})}
