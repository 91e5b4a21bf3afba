"""What somebody tries to get out of vouchers, and does not get."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loyalty_engine.domain.codes import BEYOND
from loyalty_engine.domain.errors import Conflict, NotFound, TooMany
from loyalty_engine.ports import Address
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.use_cases.merges.merge_members import merge_members
from loyalty_engine.use_cases.purchases.quote_purchase import quote_purchase
from loyalty_engine.use_cases.purchases.release_reservation import release_reservation
from loyalty_engine.use_cases.vouchers.redeem_voucher import (
    Basket,
    redeem_voucher,
    validate_voucher,
)
from loyalty_engine.use_cases.vouchers.roll_back_voucher import roll_back_voucher
from loyalty_engine.use_cases.vouchers.show_vouchers import show_vouchers
from loyalty_engine.use_cases.vouchers.voucher_issuing import issue_voucher
from tests.shop import BASE, PROGRAM, Shop, line, read

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


def test_one_request_tries_no_more_codes_than_are_left(shop: Shop) -> None:
    """Ten wrong codes an hour for a member: a hundred in one basket are ten as well."""
    good = issue(shop)
    codes = [wrong(shop, number) for number in range(30)]
    told = shop.quote(shop.basket("T-1", [line("1", 3000)], vouchers=[*codes, good]))
    reasons = [it["reason"] for it in told["refused"]]
    assert reasons == ["unknown"] * 10 + ["too_many_wrong"] * 21
    again = shop.buy("T-1", [line("1", 3000)], vouchers=[good])
    assert [it["reason"] for it in again["refused"]] == ["too_many_wrong"]


def test_many_accounts_of_one_person_come_to_an_end(shop: Shop) -> None:
    """Members who have not guessed are let through a barred key, but not without end."""
    program = PROGRAM + "switches: {wrong_codes: 2}\n"
    small = Shop(BASE, FIVE, program=program)
    good = issue(small)
    looked_at = 0
    for number in range(12):
        name = f"m-{number}"
        small.enrol(name)
        codes = [wrong(small, number * 10 + it) for it in range(5)]
        told = small.quote(small.basket("T", [line("1", 3000)], name, vouchers=codes))
        looked_at += sum(it["reason"] == "unknown" for it in told["refused"])
    assert looked_at == 2 * BEYOND
    small.enrol("zoe")
    told = small.quote(small.basket("T", [line("1", 3000)], "zoe", vouchers=[good]))
    assert [it["reason"] for it in told["refused"]] == ["too_many_wrong"]
    small.later(hours=1)
    told = small.quote(small.basket("T", [line("1", 3000)], "zoe", vouchers=[good]))
    assert told["refused"] == []


def test_rolling_back_is_no_way_to_guess(shop: Shop) -> None:
    code = issue(shop)
    redeem_voucher(shop.engine, shop.fresh(), "order-7", basket(shop, code))
    small = Shop(BASE, FIVE, program=PROGRAM + "switches: {wrong_codes: 3}\n")
    for number in range(3):
        with pytest.raises(NotFound):
            roll_back_voucher(small.engine, small.fresh(), wrong(small, number), "order-7")
    with pytest.raises(TooMany):
        roll_back_voucher(small.engine, small.fresh(), wrong(small, 9), "order-7")
    assert read(roll_back_voucher(shop.engine, shop.fresh(), code, "order-7"))["voucher"] == "five"


def test_a_redemption_sent_again_under_another_key_says_what_it_took_off(shop: Shop) -> None:
    code = issue(shop)
    redeem_voucher(shop.engine, shop.fresh(), "order-7", basket(shop, code))
    with pytest.raises(Conflict) as again:
        redeem_voucher(shop.engine, shop.fresh(), "order-7", basket(shop, code))
    assert again.value.code == "redemption_exists"
    assert again.value.values == {"voucher": "five", "discount": 500, "undone": False}


def test_a_refused_code_changes_nothing_else_of_a_receipt(shop: Shop) -> None:
    """A basket too small for a good code reads like one with a code that nobody made."""
    good, bad = issue(shop), wrong(shop, 1)
    quiet = replace(shop.caller(), detailed=False)

    def receipt(code: str) -> dict[str, Any]:
        asked = shop.basket("T-Q", [line("1", 1000)], vouchers=[code])
        return read(quote_purchase(shop.engine, quiet, asked, False))

    assert receipt(good) == receipt(bad)
    assert receipt(good)["points"]["points"]["granted"] == 10 + 7  # as if no code were there


def test_every_refusal_is_the_same_for_shoppers(shop: Shop) -> None:
    kinds = {
        "own": "transferable: no\n", "late": "from: 2027-01-01\n", "past": "until: 2026-01-01\n",
        "short": "valid: 1 day\n", "full": "limits: [{uses: 1, per: all}]\n",
    }  # fmt: skip
    texts = [
        f"voucher: {name}\nlane: discounts\nthen: [amount_off: 5.00]\n{more}"
        for name, more in kinds.items()
    ]
    shop = Shop(BASE, FIVE, *texts, program=PROGRAM + "switches: {wrong_codes: 100}\n")
    shop.enrol()
    shop.enrol("bob")
    codes = {name: issue(shop, name) for name in ("late", "past", "short", "full", "five")}
    with shop.storage.begin("shop", shop.now) as work:
        bob = work.find_member(Address("member", "bob"))
        own = issue_voucher(shop.engine, work, "shop", shop.rulebook, "own", member=bob).code
    shop.buy("T-1", [line("1", 3000)], vouchers=[issue(shop, "full")])
    used = issue(shop)
    shop.buy("T-2", [line("1", 3000)], vouchers=[used])
    held = issue(shop)
    shop.quote(shop.basket("T-3", [line("1", 3000)], "bob", vouchers=[held]), reserve=True)
    shop.later(days=3)
    told = []
    for code, price in (
        *((codes[it], 3000) for it in ("late", "past", "short", "full")),
        (codes["five"], 1000), (own, 3000), (used, 3000), (wrong(shop, 1), 3000), ("ABC", 3000),
    ):  # fmt: skip
        quiet = replace(shop.caller(), detailed=False)
        with pytest.raises(Conflict) as refused:
            validate_voucher(shop.engine, quiet, basket(shop, code, price))
        told.append((str(refused.value), refused.value.code, dict(refused.value.values)))
    assert set(map(str, told)) == {
        "('this voucher cannot be used here', 'voucher_not_applicable', {})"
    }
    with pytest.raises(Conflict):
        validate_voucher(shop.engine, shop.caller(), basket(shop, used))
