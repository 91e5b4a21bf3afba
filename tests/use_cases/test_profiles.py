"""A profile says what the dates say, whether or not anything has been booked since."""

from __future__ import annotations

from typing import Any

from loyalty_engine.ports import Address
from loyalty_engine.use_cases.members.show_member import show_member
from loyalty_engine.use_cases.tiers.show_tier import show_tier
from tests.shop import BASE, PROGRAM, Shop, line, read

PENDING = PROGRAM.replace("tender: 0.01", "tender: 0.01, expires: 30 days, pending: 10 days")
TIERS = """
window: {rolling: 1 month}
tiers:
  - {tier: bronze, title: Bronze}
  - {tier: silver, title: Silver, needs: {spend: 50.00}}
"""


def profile(shop: Shop) -> dict[str, Any]:
    return read(show_member(shop.engine, shop.caller(), Address("member", "ada")))


def test_a_profile_follows_the_dates_of_points_and_tiers() -> None:
    shop = Shop(BASE, program=PENDING, tiers=TIERS)
    shop.enrol()
    shop.buy("T-1", [line("1", 6000)])
    found = [(profile(shop)["tier"], profile(shop)["balance"]["points"])]
    for days in (10, 30):
        shop.later(days=days)
        found.append((profile(shop)["tier"], profile(shop)["balance"]["points"]))
    assert found == [
        ("silver", {"available": 0, "pending": 60}),
        ("silver", {"available": 60, "pending": 0}),
        ("bronze", {"available": 0, "pending": 0}),
    ]
    assert profile(shop)["version"] == shop.balance()["version"] == 1, "nothing was booked"
    assert read(show_tier(shop.engine, shop.caller(), "ada"))["tier"] == "bronze"
    assert shop.enrol()["balance"]["points"] == {"available": 0, "pending": 0}
    assert shop.enrol()["tier"] == "bronze"
