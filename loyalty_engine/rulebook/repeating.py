"""When a rule comes again, as a condition that stands before its others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Final

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.recurrence import Frequency, Recurrence
from loyalty_engine.rulebook.words import Condition, Found, Near

AHEAD: Final = 400
"""So many days ahead is looked for the next time."""

AHEAD_AMONG: Final = 40
"""... where the days of a whole month are gone through for each."""

REMEMBERED: Final = 1000

MIDNIGHT: Final = time()
WHOLE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Repeating(Condition):
    """Holds on the days of a recurrence, from `at` on for as long as it `lasts`.

    Times are what the clocks of the programme's zone show. Where these jump, a time that is not
    shown does not come, and what is shown twice comes twice.
    """

    word = "repeat"
    says = "it is {recurrence}[ from {at}][ for {lasts}]"
    says_in: ClassVar[Mapping[str, str]] = {
        "fr": "c'est {recurrence}[ à partir de {at}][ pendant {lasts}]"
    }
    text: str
    recurrence: Recurrence
    at: time = MIDNIGHT
    lasts: timedelta = WHOLE_DAY
    _known: dict[date, bool] = field(default_factory=dict, compare=False, repr=False)

    def holds(self, facts: Facts) -> bool:
        now = facts.local.replace(tzinfo=None)
        first = (now - self.lasts).date()
        for back in range((now.date() - first).days + 1):
            begin = datetime.combine(now.date() - back * WHOLE_DAY, self.at)
            if begin <= now < begin + self.lasts and self._covers(begin.date()):
                return True
        return False

    def near(self, facts: Facts) -> Near | None:
        """The days until the next time; None where it is further off than anyone waits."""
        if self.holds(facts):
            return None
        if self.recurrence.positions and self.recurrence.frequency is Frequency.YEARLY:
            return None  # to look through a year of days for each of a year's takes too long
        now = facts.local.replace(tzinfo=None)
        for ahead in range(AHEAD_AMONG if self.recurrence.positions else AHEAD):
            day = now.date() + ahead * WHOLE_DAY
            if datetime.combine(day, self.at) > now and self.recurrence.covers(day):
                return Near(ahead, "days") if ahead and self.at == MIDNIGHT else None
        return None

    def found(self, facts: Facts) -> Found:
        return Found(facts.local.replace(tzinfo=None, microsecond=0), datetime)

    def _covers(self, day: date) -> bool:
        known = self._known.get(day)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[day] = self.recurrence.covers(day)
        return known
