"""Happy hours: a time of day."""

from dataclasses import dataclass
from datetime import time

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import HOUR
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import MINUTE, Box, clock
from loyalty_engine.rulebook.words import Condition, Found, Near
from loyalty_engine.vocabulary.clock_times import seconds_until


@dataclass(frozen=True)
class HoursBetween(Condition):
    """Holds from `from` until just before `until`, by the clock in the programme's zone.

    With 07:00 and 10:00 a purchase at 07:00:00 counts and one at 10:00:00 does not. Hours may
    pass midnight: 22:00 until 02:00 holds at 23:30 and at 01:59.
    """

    word = "hours_between"
    says = "the time is from {from_} until {until}"
    example = "{from: 17:00, until: 19:00}"
    from_: time
    until: time

    def __post_init__(self) -> None:
        """Refuse hours without length: nobody could tell whether they mean never or always."""
        if self.from_ == self.until:
            raise ValueError("from and until are the same time; leave the word out for all day")

    def holds(self, facts: Facts) -> bool:
        return self._covers(facts.local.time())

    def _covers(self, now: time) -> bool:
        if self.from_ < self.until:
            return self.from_ <= now < self.until
        return now >= self.from_ or now < self.until

    def near(self, facts: Facts) -> Near | None:
        if self.holds(facts):
            return None
        return seconds_until(self.from_, self._covers, facts.local)

    def found(self, facts: Facts) -> Found:
        return Found(facts.local.time().replace(microsecond=0), time)

    def needs(self) -> Needs:
        first, last = self.from_.hour, self.until.hour
        hours = (
            range(first, last + 1)
            if self.from_ < self.until
            else (*range(first, 24), *range(last + 1))
        )
        return {HOUR: frozenset(hours)}

    def allows(self) -> Box:
        return {MINUTE: clock(self.from_, self.until)}
