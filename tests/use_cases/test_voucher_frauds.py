"""What somebody tries to get out of vouchers, and does not get."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.use_cases.merge_members import merge_members
from loyalty_engine.use_cases.redeem_voucher import (
    Basket,
    redeem_voucher,
    roll_back_voucher,
)
from loyalty_engine.use_cases.release_reservation import release_reservation
from loyalty_engine.use_cases.show_vouchers import show_vouchers
from loyalty_engine.use_cases.voucher_issuing import issue_voucher
from tests.shop import BASE, Shop, line, read

FIVE = """
voucher: five
lane: discounts
when: [spent_at_least: 20.00]
then: [amount_off: 5.00]
limits: [{uses: 50, per: all}]
"""
NEXT_TIME = """
rule: next-time
lane: bonus
when: [spent_at_least: 50.00]
then: [give_voucher: five]
"""
WITHOUT = """
rule: without
lane: bonus
when: [none: [code_used: five]]
then: [earn_points: 7]
"""


@pytest.fixture
def shop() -> Shop:
    shop = Shop(BASE, FIVE, NEXT_TIME, WITHOUT)
    shop.enrol()
    shop.enrol("bob")
    return shop


def issue(shop: Shop, kind: str = "five") -> str:
    with shop.storage.begin("shop", shop.now) as work:
        return issue_voucher(shop.engine, work, "shop", shop.rulebook, kind).code


def wrong(shop: Shop, number: int) -> str:
    return shop.engine.codes.code_of("nowhere", number, 12)


def basket(shop: Shop, code: str, price: int = 3000, **more: Any) -> Basket:
    return Basket(shop.basket("T-Q", [line("1", price)], vouchers=[code], **more))


def clean(shop: Shop) -> bool:
    return verify(shop.storage, "shop").findings == ()


def test_a_voucher_of_a_cancelled_purchase_is_not_good_again_when_its_use_is_undone(
    shop: Shop,
) -> None:
    """Buy, use what that gave, cancel the first purchase and then the second."""
    (given,) = shop.buy("T-1", [line("1", 5000)])["vouchers"]
    shop.buy("T-2", [line("1", 3000)], vouchers=[given["code"]])
    shop.cancel("T-1")
    assert shop.cancel("T-2")["codes_given_back"] == ["five"]
    again = shop.buy("T-3", [line("1", 3000)], vouchers=[given["code"]])
    assert again["totals"]["discount"] == 0
    assert [it["reason"] for it in again["refused"]] == ["withdrawn"]
    shown = read(show_vouchers(shop.engine, shop.caller(), "ada"))
    assert [it["state"] for it in shown["vouchers"]] == ["withdrawn"]
    assert clean(shop)


def test_while_it_is_used_it_counts_as_used(shop: Shop) -> None:
    (given,) = shop.buy("T-1", [line("1", 5000)])["vouchers"]
    shop.buy("T-2", [line("1", 3000)], vouchers=[given["code"]])
    shop.cancel("T-1")
    again = shop.buy("T-3", [line("1", 3000)], vouchers=[given["code"]])
    assert [it["reason"] for it in again["refused"]] == ["used"]
    assert shop.purchase("T-2")["totals"]["discount"] == 500
    assert clean(shop)


def test_what_codes_count_without_a_purchase_is_proven(shop: Shop) -> None:
    code, other = issue(shop), issue(shop)
    redeem_voucher(shop.engine, shop.fresh(), "o-1", basket(shop, code))
    redeem_voucher(shop.engine, shop.fresh(), "o-2", basket(shop, other))
    assert clean(shop)
    roll_back_voucher(shop.engine, shop.fresh(), code, "o-1")
    assert clean(shop)


def test_a_merged_members_reservation_still_frees_its_codes(shop: Shop) -> None:
    code = issue(shop)
    quote = shop.quote(shop.basket("T-1", [line("1", 3000)], vouchers=[code]), reserve=True)
    merge_members(shop.engine, shop.fresh(), "bob", "ada")
    assert clean(shop)
    told = shop.basket("T-1", [line("1", 3000)], "bob", reservation=quote["reservation"])
    assert read(shop.record(told))["codes"] == [{"place": 0, "voucher": "five", "discount": 500}]
    assert clean(shop)


def test_a_merged_members_reservation_is_let_go_with_its_codes(shop: Shop) -> None:
    code = issue(shop)
    quote = shop.quote(shop.basket("T-1", [line("1", 3000)], vouchers=[code]), reserve=True)
    merge_members(shop.engine, shop.fresh(), "bob", "ada")
    release_reservation(shop.engine, shop.fresh(), quote["reservation"])
    assert clean(shop)
    assert shop.buy("T-2", [line("1", 3000)], "bob", vouchers=[code])["totals"]["discount"] == 500


@pytest.mark.parametrize("codes", ["single", "[SUMMER10]"])
def test_a_reserved_code_is_used_by_the_purchase_that_does_not_name_it(codes: str) -> None:
    shop = Shop(BASE, FIVE.replace("when", f"codes: {codes}\nwhen", 1))
    shop.enrol()
    code = "summer-10" if "SUMMER" in codes else issue(shop)
    quote = shop.quote(shop.basket("T-1", [line("1", 3000)], vouchers=[code]), reserve=True)
    told = shop.basket("T-1", [line("1", 3000)], reservation=quote["reservation"])
    receipt = read(shop.record(told))
    assert receipt["totals"]["discount"] == 500
    assert receipt["codes"] == [{"place": 0, "voucher": "five", "discount": 500}]
    assert clean(shop)
    again = shop.buy("T-2", [line("1", 3000)], vouchers=[code])
    assert again["totals"]["discount"] == (0 if codes == "single" else 500)
    assert shop.cancel("T-1")["codes_given_back"] == ["five"]
    assert clean(shop)
