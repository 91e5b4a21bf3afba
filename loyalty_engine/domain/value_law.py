"""How soon the law of a country lets stored value end: a small table, to be checked with counsel.

Dated `AS_OF`. It is no legal advice: laws change, have exceptions (given for nothing, loyalty
rewards, special industries) and are read differently by courts. A programme whose counsel knows
better says so by `least_validity`, and a country that is not here needs it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from loyalty_engine.domain.expiry import Expiry, ExpiryKind, RoundUp, expires_at
from loyalty_engine.domain.local_time import local_day

AS_OF: Final = date(2026, 1, 1)
"""The day of which the table was put together."""

NEVER: Final = Expiry()
ANY: Final = None
"""The law names no shortest time: what was agreed holds, as far as it is fair."""


@dataclass(frozen=True, slots=True)
class Law:
    """The shortest validity that a country allows (`ANY`: none is named), and where that stands."""

    least: Expiry | None
    source: str


def _years(years: int, round_up: RoundUp = RoundUp.NONE) -> Expiry:
    return Expiry(ExpiryKind.AFTER, years=years, round_up=round_up)


_CANADA: Final = "provincial consumer protection law, which forbids that gift cards end"

LAWS: Final[Mapping[str, Law]] = {
    "AT": Law(_years(30), "ABGB § 1478 as read by the courts: shorter ends need good grounds"),
    "AU": Law(_years(3), "Australian Consumer Law s 99B, since 1 November 2019"),
    "CA": Law(NEVER, f"{_CANADA}; federally regulated cards likewise (SOR/2013-209)"),
    "CA-AB": Law(NEVER, _CANADA),
    "CA-BC": Law(NEVER, _CANADA),
    "CA-ON": Law(NEVER, _CANADA),
    "CA-QC": Law(NEVER, _CANADA),
    "DE": Law(_years(3, RoundUp.YEAR), "BGB §§ 195, 199: three years from the end of the year"),
    "FR": Law(ANY, "no statute names a term; what the contract says holds"),
    "GB": Law(ANY, "no statute names a term; it has to be fair and told (CRA 2015)"),
    "IE": Law(_years(5), "Consumer Protection (Gift Vouchers) Act 2019"),
    "US": Law(_years(5), "15 USC 1693l-1, 12 CFR 1005.20: five years from the last load"),
    "US-CA": Law(NEVER, "Cal. Civ. Code § 1749.5"),
    "US-MA": Law(_years(7), "M.G.L. c. 200A § 5D"),
    "US-NY": Law(_years(9), "N.Y. Gen. Bus. Law § 396-i, cards sold since 10 December 2022"),
}
"""By ISO 3166-1 code, or ISO 3166-2 where a part of a country has a law of its own."""


@dataclass(frozen=True, slots=True)
class TooShort:
    """A validity below the law's: sold on `day` it would end after `ends`, not after `least`."""

    day: date
    ends: date
    least: date | None


def too_short(valid: Expiry, least: Expiry, zone: ZoneInfo) -> TooShort | None:
    """The first day of sale on which `valid` is less than `least`; None where it never is."""
    if valid.kind is ExpiryKind.NEVER:
        return None
    for day in _days():
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        ends = expires_at(valid, noon, noon, zone)
        needed = expires_at(least, noon, noon, zone)
        assert ends is not None, "it ends some time"
        if needed is None or ends < needed:
            return TooShort(day, _last(ends, zone), needed and _last(needed, zone))
    return None


def _days() -> Iterator[date]:
    """The first and the last day of every month over four years, a leap year among them."""
    for number in range(48):
        first = date(2024 + number // 12, number % 12 + 1, 1)
        year, month = divmod(number + 1, 12)
        yield first
        yield date(2024 + year, month + 1, 1) - timedelta(days=1)


def _last(end: datetime, zone: ZoneInfo) -> date:
    """The last day before an end."""
    return local_day(end - timedelta(microseconds=1), zone)
