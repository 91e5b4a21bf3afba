"""The hours of a rule's first and last day, as a condition that stands before its others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import ClassVar
from zoneinfo import ZoneInfo

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.words import Condition, Found, Near


@dataclass(frozen=True)
class Window(Condition):
    """Holds from the instant `begin` until just before the instant `end`, each where it is given.

    Both are told on the clocks of the programme's zone. What a clock change skips moves forward by
    what is skipped; what happens twice is meant the first time.
    """

    word = "from"
    says = "it is[ {begin} or later][ before {end}]"
    says_in: ClassVar[Mapping[str, str]] = {
        "fr": "on est[ au plus tôt le {begin}][ avant le {end}]"
    }
    begin: datetime | None = None
    end: datetime | None = None

    def holds(self, facts: Facts) -> bool:
        now, zone = facts.purchase.occurred_at, facts.local.tzinfo
        assert isinstance(zone, ZoneInfo)
        if self.begin is not None and now < instant_of(self.begin, zone):
            return False
        return self.end is None or now < instant_of(self.end, zone)

    def near(self, facts: Facts) -> Near | None:
        zone = facts.local.tzinfo
        assert isinstance(zone, ZoneInfo)
        if self.begin is None:
            return None
        left = instant_of(self.begin, zone) - facts.purchase.occurred_at
        return Near(-(-left // _SECOND), "seconds") if left.total_seconds() > 0 else None

    def found(self, facts: Facts) -> Found:
        return Found(facts.local.replace(tzinfo=None, microsecond=0), datetime)


_SECOND = datetime.resolution * 1_000_000


@lru_cache(4096)
def instant_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant in UTC at which clocks in a zone show a time."""
    return local.replace(tzinfo=zone).astimezone(UTC)
