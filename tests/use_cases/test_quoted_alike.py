"""A quote tells what the record would: of challenges, of their limits, of vouchers for guests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.shop import BASE, PROGRAM, Shop, line

FREE_COFFEE = """
voucher: free-coffee
lane: discounts
transferable: no
on: [category: drinks/coffee]
then: [cheapest_off: {percent: 100}]
"""
NEXT_TIME = """
rule: next-time
lane: base
then: [give_voucher: free-coffee]
"""
CARD = """
challenge: card
title: Two pieces
count: units
goal: 2
rounds: again
then: [earn_points: 50]
limits: [{points: 80, per: member}]
"""
TIN = """
challenge: tin
title: A tin
count: purchases
goal: 1
rounds: again
reward: tin
"""
TINS = """
reward: tin
kind: goods
title: A tin
price: {points: 500}
stock: 1
"""
VARIETY = """
challenge: variety
title: Two sorts
count: categories
goal: 2
then: [give_voucher: free-coffee]
"""
DAYS = """
challenge: days
title: Two days
count: days_in_a_row
goal: 2
rounds: again
then: [earn_points: 5]
"""


def shop_of(*challenges: str) -> Shop:
    shop = Shop(BASE, FREE_COFFEE, NEXT_TIME, rewards=(TINS,), challenges=challenges)
    shop.enrol()
    return shop


def cards_quoted_and_recorded(shop: Shop, id: str, *lines: Any, **more: Any) -> tuple[Any, Any]:
    basket = shop.basket(id, list(lines), **more)
    quoted = shop.quote(basket)
    recorded = shop.buy(id, list(lines), **more)
    return without_codes(quoted["challenges"]), without_codes(recorded["challenges"])


def without_codes(cards: Any) -> Any:
    for card in cards:
        for prize in card.get("completed", []):
            for voucher in prize.get("vouchers", []):
                voucher.pop("code", None)
                voucher.pop("ends_at", None)
    return cards


def test_prizes_that_limits_cut_or_refuse() -> None:
    """80 points are left: 50, 30 of 50, none."""
    shop = shop_of(CARD)
    quoted, recorded = cards_quoted_and_recorded(shop, "T-1", line("1", 100, 6))
    assert quoted == recorded
    assert [it["points"]["points"] for it in quoted[0]["completed"]] == [50, 30]
    assert [it["limit"] for it in quoted[0]["refused"]] == ["challenge:card/points/member/life"]
    quoted, recorded = cards_quoted_and_recorded(shop, "T-2", line("1", 100, 2))
    assert quoted == recorded
    assert "completed" not in quoted[0]


def test_a_reward_that_is_out_of_stock() -> None:
    shop = shop_of(TIN)
    quoted, recorded = cards_quoted_and_recorded(shop, "T-1", line("1", 100))
    assert quoted == recorded
    assert quoted[0]["completed"][0]["reward"] == "tin"
    quoted, recorded = cards_quoted_and_recorded(shop, "T-2", line("1", 100))
    assert quoted == recorded
    assert quoted[0]["refused"][0]["limit"] == "reward:tin/stock/all"


def test_a_prize_that_was_withdrawn_and_is_won_again() -> None:
    shop = shop_of(VARIETY, CARD)
    basket = [line("1", 100, 1, "tea"), line("2", 100, 1, "milk")]
    shop.buy("T-1", basket)
    shop.cancel("T-1")
    quoted, recorded = cards_quoted_and_recorded(shop, "T-2", *basket)
    assert quoted == recorded
    voucher = {"voucher": "free-coffee", "rule": "challenge:variety"}
    assert quoted[1]["completed"][0]["vouchers"] == [voucher]


def test_a_late_purchase_counts_as_of_today() -> None:
    """A day of last week starts no streak that goes on, and what it completes says late."""
    shop = shop_of(DAYS)
    shop.buy("T-1", [line("1", 100)])
    shop.later(days=7)
    shop.buy("T-2", [line("1", 100)])
    earlier = shop.now - timedelta(days=6)
    quoted, recorded = cards_quoted_and_recorded(shop, "T-3", line("1", 100), occurred_at=earlier)
    assert quoted == recorded
    assert quoted[0]["completed"][0]["late"]


def test_guests_are_announced_no_voucher_that_only_members_get() -> None:
    shop = shop_of()
    lines = [line("1", 100)]
    assert shop.quote(shop.basket("T-1", lines, None))["vouchers"] == []
    assert shop.buy("T-1", lines, None)["vouchers"] == []
    assert [it["voucher"] for it in shop.quote(shop.basket("T-2", lines))["vouchers"]] == [
        "free-coffee"
    ]


def test_a_guests_purchase_that_is_corrected_owes_no_points() -> None:
    rule = "rule: slow\nlane: base\nthen: [earn_per_amount: {points: 1, per: 7.00, carry: yes}]\n"
    shop = Shop(rule, program=PROGRAM)
    shop.buy("T-1", [line("1", 900)], None)
    told = shop.buy("T-1", [line("1", 300)], None, revision=2)
    assert told["points"] == {"points": {"granted": 0, "pending": 0, "desired": 0}}
