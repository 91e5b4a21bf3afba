"""Around the member's birthday."""

from dataclasses import dataclass
from datetime import date

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.arguments import AttributeName
from loyalty_engine.rulebook.dimensions import MEMBER
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.words import NOBODY, Condition, Found, Near
from loyalty_engine.vocabulary.defaults import BIRTHDAY
from loyalty_engine.vocabulary.yearly import days_until, within


@dataclass(frozen=True)
class BirthdayWithin(Condition):
    """Holds from `days_before` to `days_after` the member's birthday, across New Year too.

    Who was born on 29 February celebrates on the 28th in other years. The birthday is the
    member's attribute of that name; without it the condition does not hold.
    """

    word = "birthday_within"
    says = (
        "it is the member's birthday[ or at most {days_before:day|days} before it]"
        "[ or at most {days_after:day|days} after it]"
    )
    days_before: int = 0
    days_after: int = 0
    attribute: AttributeName = BIRTHDAY

    def __post_init__(self) -> None:
        """Refuse a window that looks the wrong way or holds all year."""
        if min(self.days_before, self.days_after) < 0 or self.days_before + self.days_after > 363:
            raise ValueError("days_before and days_after are 0 or more, together at most 363")

    def check(self, program: Program) -> str | None:
        if program.attributes[self.attribute].type == "date":
            return None
        return f"the attribute '{self.attribute}' is declared as no date"

    def holds(self, facts: Facts) -> bool:
        born = self._born(facts)
        return born is not None and within(
            born, facts.local.date(), self.days_before, self.days_after
        )

    def _born(self, facts: Facts) -> date | None:
        value = facts.member and facts.member.attributes.get(self.attribute)
        if not isinstance(value, str):
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None

    def near(self, facts: Facts) -> Near | None:
        born = self._born(facts)
        if born is None:
            return None
        return days_until(born, facts.local.date(), self.days_before, self.days_after)

    def found(self, facts: Facts) -> Found:
        return NOBODY if facts.member is None else Found(self._born(facts), date)

    def needs(self) -> Needs:
        return {MEMBER: frozenset({True})}
