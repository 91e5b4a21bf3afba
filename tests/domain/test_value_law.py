"""How soon the law lets stored value end, and whether a validity is shorter."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from loyalty_engine.domain.expiry import Expiry, ExpiryKind, RoundUp
from loyalty_engine.domain.value_law import LAWS, too_short

BERLIN = ZoneInfo("Europe/Berlin")


def years(number: int, round_up: RoundUp = RoundUp.NONE, months: int = 0) -> Expiry:
    return Expiry(ExpiryKind.AFTER, years=number, months=months, round_up=round_up)


GERMAN = years(3, RoundUp.YEAR)


@pytest.mark.parametrize(
    ("valid", "least"),
    [
        (Expiry(), Expiry()),
        (Expiry(), GERMAN),
        (years(5), years(5)),
        (years(5), years(4, months=12)),
        (GERMAN, years(3)),
        (GERMAN, GERMAN),
        (years(4), GERMAN),
    ],
)
def test_enough(valid: Expiry, least: Expiry):
    assert too_short(valid, least, BERLIN) is None


@pytest.mark.parametrize(
    ("valid", "least", "told"),
    [
        (years(3), GERMAN, ("2024-01-01", "2026-12-31", "2027-12-31")),
        (years(3, months=11), GERMAN, ("2024-01-01", "2027-11-30", "2027-12-31")),
        (years(99), Expiry(), ("2024-01-01", "2122-12-31", None)),
        (Expiry(ExpiryKind.AFTER, days=365), years(1), ("2024-01-01", "2024-12-30", "2024-12-31")),
    ],
)
def test_too_short(valid: Expiry, least: Expiry, told: tuple[str, str, str | None]):
    found = too_short(valid, least, BERLIN)
    assert found is not None
    day, ends, needed = (it and date.fromisoformat(it) for it in told)
    # Sold at noon of a day, it ends at noon of its last one.
    assert (found.day, found.least is None) == (day, needed is None)
    assert abs((found.ends - ends).days) <= 1  # type: ignore[operator]
    assert needed is None or abs((found.least - needed).days) <= 1  # type: ignore[operator]


def test_every_law_says_where_it_stands():
    assert all(it.source for it in LAWS.values())
    assert all(country == country.upper() for country in LAWS)
    assert all(country[:2] in LAWS for country in LAWS)
