"""Turns that a purchase takes rarely: claimed, corrected and returned in one life."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from loyalty_engine.domain.errors import Conflict, Forbidden, InvalidRequest
from loyalty_engine.domain.purchase import Applied
from loyalty_engine.domain.requests import Return, ReturnLine
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.use_cases.returns.record_return import record_return
from tests.shop import BASE, PROGRAM, Shop, line, read

SIX_OFF = """
rule: six-off
lane: discounts
then: [amount_off: 6.00]
"""
FIVE_OFF = """
rule: five-off
lane: discounts
then: [amount_off: 5.00]
limits: [{money: 5.00, per: member}]
"""


def gift(limit: str) -> str:
    return f"rule: gift\nlane: bonus\nthen: [earn_points: 100]\nlimits: [{limit}]\n"


def revise(shop: Shop, revision: int, price: int, quantity: int = 1, **more: Any) -> Any:
    member = more.pop("member", "ada")
    basket = shop.basket("T-1", [line("1", price, quantity)], member, revision=revision, **more)
    return read(shop.record(basket))


def proven(shop: Shop) -> bool:
    return verify(shop.storage, "shop").findings == ()


@pytest.fixture
def shop() -> Shop:
    shop = Shop(BASE)
    shop.enrol()
    return shop


def test_a_return_before_a_claim_is_known_after_it(shop: Shop) -> None:
    bought = shop.buy("T-1", [line("1", 1000, 3)], member=None)
    first = shop.back("T-1", "R-1", **{"1": 1000})
    shop.claim("T-1", bought["claim"]["secret"])
    again = shop.back("T-1", "R-1", **{"1": 1000})
    assert again["refund"] == first["refund"] == 1000
    assert shop.points() == 20
    assert proven(shop)


def test_the_till_corrects_a_purchase_that_was_claimed_meanwhile(shop: Shop) -> None:
    bought = shop.buy("T-1", [line("1", 1000)], member=None)
    shop.claim("T-1", bought["claim"]["secret"])
    assert revise(shop, 2, 900, member=None)["member"] == "ada"
    assert shop.points() == 9
    assert proven(shop)


def test_one_who_has_left_pays_with_no_points_and_can_be_corrected(shop: Shop) -> None:
    shop.adjust(500)
    shop.enrol(status="left")
    paid = shop.basket("T-1", [line("1", 1000)], spend={"points": 500})
    for ask in (shop.record, shop.quote):
        with pytest.raises(InvalidRequest) as refusal:
            ask(paid)
        assert refusal.value.code == "member_missing"
    shop.buy("T-1", [line("1", 1000)])
    assert revise(shop, 2, 900)["totals"]["net"] == 900
    assert proven(shop)


def test_points_that_came_back_are_paid_again_when_a_correction_makes_the_basket_larger(
    shop: Shop,
) -> None:
    shop.adjust(100)
    shop.buy("T-1", [line("1", 1000, 2)], spend={"points": 100})
    shop.back("T-1", "R-1", **{"1": 1000})
    revise(shop, 2, 1000, 4, spend={"points": 100})
    assert shop.points() == 25 + 29  # a quarter of the tender, and 29.25 kept
    shop.back("T-1", "R-2", **{"1": 3000})
    assert shop.points() == 100
    assert proven(shop)


@pytest.mark.parametrize(
    ("limit", "moved"),
    [
        ("{points: 100, per: store}", {"store": "south"}),
        ("{points: 100, per: member, period: day}", {"days": 1}),
    ],
)
def test_a_limit_follows_a_purchase_that_is_corrected_to_another_place_or_day(
    limit: str, moved: dict[str, Any]
) -> None:
    shop = Shop(gift(limit))
    shop.enrol()
    there = {
        "store": moved.get("store", "north"),
        "occurred_at": shop.now - timedelta(days=moved.get("days", 0)),
    }
    shop.buy("T-1", [line("1", 1000)], store="north")
    revise(shop, 2, 1000, **there)
    shop.buy("T-2", [line("1", 1000)], store="north")
    assert shop.points() == 200, "what the purchase no longer uses is free"
    shop.buy("T-3", [line("1", 1000)], **there)
    assert shop.points() == 200, "what it uses now is used"
    shop.cancel("T-1")
    shop.buy("T-4", [line("1", 1000)], **there)
    assert shop.points() == 200
    assert proven(shop)


def test_a_guests_discount_is_given_back_and_moves_to_the_limit_of_the_one_who_claims() -> None:
    shop = Shop(FIVE_OFF)
    shop.enrol()
    shop.buy("T-0", [line("1", 1000)], member=None)
    shop.cancel("T-0")
    bought = shop.buy("T-1", [line("1", 1000)], member=None)
    assert bought["totals"]["discount"] == 500, "a cancelled one frees the limit"
    shop.claim("T-1", bought["claim"]["secret"])
    assert shop.buy("T-2", [line("1", 1000)])["totals"]["discount"] == 0
    assert shop.buy("T-3", [line("1", 1000)], member=None)["totals"]["discount"] == 500


@pytest.mark.parametrize("applied", [(), (Applied("by-hand", 800),)])
def test_promised_discounts_never_exceed_the_price_of_another_basket(
    applied: tuple[Applied, ...],
) -> None:
    shop = Shop(SIX_OFF, FIVE_OFF)
    shop.enrol()
    promised = shop.quote(shop.basket("T-1", [line("1", 3000)]), reserve=True)
    lines = [line("1", 1000, applied=applied)]
    bought = shop.buy("T-1", lines, reservation=promised["reservation"])
    assert bought["lines"][0]["discount"] == bought["totals"]["discount"] == 1000
    assert proven(shop)


def test_points_due_again_are_owed_where_they_are_no_longer_there() -> None:
    """The second return loses the discount, so that less has come back after it than before."""
    shop = Shop(SIX_OFF + "when: [spent_at_least: 20.00]\n")
    shop.enrol()
    shop.adjust(500)
    basket = [line("1", 1900), line("2", 100), line("3", 1000)]
    shop.buy("T-1", basket, spend={"points": 500})
    assert shop.back("T-1", "R-1", **{"3": 1000})["points_returned"] == {"points": 166}
    shop.buy("T-2", [line("1", 1000)], spend={"points": 160})
    lost = shop.back("T-1", "R-2", **{"2": 1000})
    assert (lost["points_returned"], lost["due"]) == ({"points": -62}, 300 - 62)
    assert shop.balance()["units"]["points"]["debt"] == 56
    assert proven(shop)
    shop.cancel("T-1")
    shop.cancel("T-2")
    assert shop.points() == 500
    assert proven(shop)


def test_one_who_has_left_claims_nothing(shop: Shop) -> None:
    bought = shop.buy("T-1", [line("1", 1000)], member=None)
    shop.enrol(status="left")
    with pytest.raises(Forbidden) as refusal:
        shop.claim("T-1", bought["claim"]["secret"])
    assert refusal.value.code == "claim_refused"
    assert shop.points() == 0


def test_the_purchase_of_an_exchange_is_bought_once(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000, 2)])
    new = shop.basket("T-2", [line("1", 3000)])
    back = Return("R-1", shop.now, (ReturnLine("1", 1000),), exchange=new)
    caller = shop.fresh()
    first = record_return(shop.engine, caller, "T-1", back)
    assert record_return(shop.engine, caller, "T-1", back).body == first.body
    back = replace(back, id="R-2")
    for caller in (shop.fresh(), shop.caller()):
        with pytest.raises(Conflict) as refusal:
            record_return(shop.engine, caller, "T-1", back)
        assert refusal.value.code == "purchase_exists"
    assert shop.points() == 10 + 30
    assert shop.purchase("T-1")["kept"]["1"] == 1
    assert proven(shop)


@pytest.mark.parametrize("points", [50, -50])
def test_one_who_has_left_is_given_and_loses_no_points_by_hand(shop: Shop, points: int) -> None:
    shop.adjust(100)
    shop.enrol(status="frozen")
    shop.adjust(20)
    shop.enrol(status="left")
    with pytest.raises(Conflict) as refusal:
        shop.adjust(points)
    assert refusal.value.code == "member_left"
    assert shop.points() == 120


def test_superseded_revisions_of_a_guest_are_answered_after_the_claim_as_before(
    shop: Shop,
) -> None:
    first = shop.basket("T-1", [line("1", 1000)], None)
    second = replace(first, revision=2, lines=(line("1", 900),))
    told = shop.record(first).body
    secret = read(shop.record(second))["claim"]["secret"]
    assert shop.record(first).body == told
    shop.claim("T-1", secret)
    assert shop.record(first).body == told
    assert read(shop.record(replace(first, revision=3)))["member"] == "ada"
    assert shop.record(first).body == told
    assert shop.points() == 10
    assert proven(shop)


@pytest.mark.parametrize("status", ["frozen", "left"])
def test_a_quote_tells_what_a_record_would_flag(shop: Shop, status: str) -> None:
    shop.enrol(status=status)
    basket = shop.basket("T-1", [line("1", 1000)])
    quoted, told = shop.quote(basket), read(shop.record(basket))
    assert [it["code"] for it in quoted["flags"]] == [f"member_{status}"]
    assert quoted["flags"] == told["flags"]


ROLLING = """
window: {rolling: 2 months}
tiers: [{tier: basic}, {tier: silver, needs: {spend: 100.00}}]
"""


@pytest.mark.parametrize("window", ["calendar_year", "anniversary", "lifetime"])
@pytest.mark.parametrize("keep", ["end_of_period", "end_of_next_period"])
def test_what_tiers_count_may_change(window: str, keep: str) -> None:
    """What was bought before counts as the new window says, from the next purchase on."""
    shop = Shop(BASE, tiers=ROLLING)
    shop.enrol()
    shop.buy("T-1", [line("1", 6000)])
    tiers = ROLLING.replace("{rolling: 2 months}", window) + f"keep: {keep}\n"
    shop.later(days=1)
    source = {"program.yaml": PROGRAM, "rules/0.yaml": BASE, "tiers.yaml": tiers}
    shop.shelf.publish("shop", source, "test", shop.now)
    shop.later(days=90)
    told = shop.buy("T-2", [line("1", 6000)])
    assert told["tier"] == {"before": "basic", "after": "silver"}
