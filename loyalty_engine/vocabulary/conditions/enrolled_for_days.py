"""How long the member has been one."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import MEMBER
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import MEMBER_FOR, Box, at_least
from loyalty_engine.rulebook.words import NOBODY, Condition, Found, Near


@dataclass(frozen=True)
class EnrolledForDays(Condition):
    """Holds when the member enrolled `at_least` so many days ago; the day itself is day 0."""

    word = "enrolled_for_days"
    says = "the member joined {at_least:day|days} ago or more"
    at_least: int

    def __post_init__(self) -> None:
        """Refuse a count that every member meets."""
        if self.at_least < 1:
            raise ValueError("at_least must be 1 or more days")

    def holds(self, facts: Facts) -> bool:
        if facts.member is None:
            return False
        return (facts.local.date() - facts.member.enrolled_on).days >= self.at_least

    def near(self, facts: Facts) -> Near | None:
        if facts.member is None or self.holds(facts):
            return None
        known = (facts.local.date() - facts.member.enrolled_on).days
        return Near(self.at_least - known, "days")

    def found(self, facts: Facts) -> Found:
        if facts.member is None:
            return NOBODY
        return Found((facts.local.date() - facts.member.enrolled_on).days, int)

    def needs(self) -> Needs:
        return {MEMBER: frozenset({True})}

    def allows(self) -> Box:
        return {MEMBER_FOR: at_least(self.at_least)}
