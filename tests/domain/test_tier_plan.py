"""A plan of purchases by month, and the tiers it comes to."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from loyalty_engine.domain.tier_plan import simulate
from loyalty_engine.domain.tiers import Tier, TierScheme, Why, Window, WindowKind

PARIS = ZoneInfo("Europe/Paris")
TIERS = (
    Tier("basic"),
    Tier("silver", needs={"spend": 500_00}),
    Tier("gold", needs={"spend": 1000_00, "visits": 12}),
)


def tiers(scheme: TierScheme, joined: date, months: list[dict[str, int]]) -> list[str]:
    return [it.tier for it in simulate(scheme, joined, months, PARIS)[1]]


def test_a_calendar_year_is_climbed_and_lost_at_its_end():
    months = [{"spend": 100_00, "visits": 2}] * 12 + [{}] * 13
    found = tiers(TierScheme(TIERS), date(2026, 1, 20), months)
    assert found == ["basic"] * 4 + ["silver"] * 5 + ["gold"] * 2 + ["gold"] + ["basic"] * 13


def test_each_standing_says_why_and_until_when():
    scheme = TierScheme(TIERS, needs_all=False, window=Window(WindowKind.ROLLING, 6))
    standings, months = simulate(scheme, date(2026, 1, 31), [{"spend": 600_00}] + [{}] * 8, PARIS)
    told = [(it.tier, f"{it.since.astimezone(PARIS):%d %b %H:%M}", it.why) for it in standings]
    # The fifteenth of January lies before the joining, so it is the day after that.
    assert told == [
        ("basic", "31 Jan 00:00", Why.JOINED),
        ("silver", "01 Feb 12:00", Why.REACHED),
        ("basic", "01 Aug 12:00", Why.LOST),
    ]
    assert [it.tier for it in months] == ["basic"] + ["silver"] * 6 + ["basic"] * 2


def test_no_months_are_no_plan():
    standings, months = simulate(TierScheme(TIERS), date(2026, 2, 28), [], PARIS)
    assert ([it.tier for it in standings], months) == (["basic"], [])
