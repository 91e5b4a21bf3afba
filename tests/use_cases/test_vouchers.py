"""Codes that come with a purchase, and vouchers that it gives for next time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from loyalty_engine.domain.errors import Conflict
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.ports import Address, Voucher
from loyalty_engine.storage.errors import StorageBug
from loyalty_engine.use_cases.purchases.quote_purchase import quote_purchase
from loyalty_engine.use_cases.vouchers.voucher_issuing import issue_voucher
from tests.shop import BASE, OPENING, Shop, line, read

FIVE = """
voucher: five
title: {en: Five off, fr: Cinq de moins}
lane: discounts
valid: 30 days
when: [spent_at_least: 20.00]
then: [amount_off: 5.00]
"""
OWN = """
voucher: own
lane: discounts
transferable: no
per_purchase: 3
then: [amount_off: 2.50]
"""
SPRING = """
voucher: spring
codes: [SPRING10, AVRIL-10]
lane: discounts
until: 2026-03-31
then: [percentage_off: 10]
limits: [{uses: 1, per: member}, {uses: 3, per: all}]
"""
KEY = """
voucher: key
"""
UNLOCKED = """
rule: unlocked
lane: bonus
when: [code_used: key]
then: [earn_points: 100]
"""
NEXT_TIME = """
rule: next-time
lane: bonus
when: [spent_at_least: 50.00]
then: [give_voucher: five]
limits: [{uses: 2, per: member}]
"""
RULES = (BASE, FIVE, OWN, SPRING, KEY, UNLOCKED, NEXT_TIME)


@pytest.fixture
def shop() -> Shop:
    shop = Shop(*RULES)
    shop.enrol()
    shop.enrol("bob")
    return shop


def issue(shop: Shop, kind: str, member: str | None = None) -> str:
    with shop.storage.begin("shop", shop.now) as work:
        whose = work.find_member(Address("member", member)) if member else None
        return issue_voucher(shop.engine, work, "shop", shop.rulebook, kind, member=whose).code


def buy(shop: Shop, id: str, price: int, *codes: str, **more: Any) -> dict[str, Any]:
    return shop.buy(id, [line("1", price)], vouchers=codes, **more)


def basket(shop: Shop, *codes: str, price: int = 3000, **more: Any) -> Purchase:
    return shop.basket("T-Q", [line("1", price)], vouchers=codes, **more)


def reasons(receipt: dict[str, Any]) -> list[str]:
    return [it["reason"] for it in receipt["refused"]]


def test_a_code_takes_its_amount_off_once(shop: Shop) -> None:
    code = issue(shop, "five")
    receipt = buy(shop, "T-1", 3000, code)
    assert receipt["totals"]["net"] == 2500
    assert receipt["codes"] == [{"place": 0, "voucher": "five", "discount": 500}]
    assert receipt["refused"] == []
    again = buy(shop, "T-2", 3000, code)
    assert again["totals"]["net"] == 3000
    assert reasons(again) == ["used"]


def test_a_code_may_be_typed_as_people_do(shop: Shop) -> None:
    code = issue(shop, "five")
    receipt = buy(shop, "T-1", 3000, f"{code[:4]}-{code[4:8].lower()} {code[8:]}")
    assert receipt["totals"]["net"] == 2500


def test_below_the_minimum_the_code_stays_unused(shop: Shop) -> None:
    code = issue(shop, "five")
    receipt = buy(shop, "T-1", 1999, code)
    assert reasons(receipt) == ["not_met"]
    assert receipt["refused"][0]["detail"] == "the basket comes to €20.00 or more"
    assert buy(shop, "T-2", 2000, code)["totals"]["net"] == 1500


def test_unknown_malformed_and_repeated_codes_are_refused_and_the_purchase_recorded(
    shop: Shop,
) -> None:
    code = issue(shop, "five")
    receipt = buy(shop, "T-1", 3000, "NOTHING", "222222222222N", code, code)
    assert receipt["committed"]
    assert reasons(receipt)[0] == "malformed"
    assert reasons(receipt)[-1] == "twice"
    assert [it["place"] for it in receipt["codes"]] == [2]


def test_who_may_not_know_is_told_one_thing_for_every_refusal(shop: Shop) -> None:
    code = issue(shop, "five")
    buy(shop, "T-1", 3000, code)
    shopper = replace(shop.caller(), detailed=False)
    told = [
        read(quote_purchase(shop.engine, shopper, basket(shop, it), False))["refused"]
        for it in (code, "NOTHING", "SPRING-NO", issue(shop, "own", "bob"))
    ]
    assert told == [[{"place": 0, "code": "voucher_not_applicable"}]] * 4


def test_a_code_ends_after_the_last_day_of_its_time(shop: Shop) -> None:
    code, other = issue(shop, "five"), issue(shop, "five")
    shop.now = OPENING + timedelta(days=30, hours=12)  # 23:00 in Paris, which is in summer by then
    assert buy(shop, "T-1", 3000, code)["totals"]["net"] == 2500
    shop.now += timedelta(hours=1)
    assert reasons(buy(shop, "T-2", 3000, other)) == ["ended"]


def test_a_code_that_is_not_transferable_is_its_members_alone(shop: Shop) -> None:
    code = issue(shop, "own", "ada")
    assert reasons(buy(shop, "T-1", 1000, code, member="bob")) == ["another_member"]
    assert reasons(buy(shop, "T-2", 1000, code, member=None)) == ["another_member"]
    assert buy(shop, "T-3", 1000, code)["totals"]["net"] == 750


def test_several_codes_count_as_far_as_there_is_something_to_pay(shop: Shop) -> None:
    codes = [issue(shop, "own", "ada") for _ in range(4)]
    receipt = buy(shop, "T-1", 400, *codes)
    assert receipt["totals"]["net"] == 0
    assert [it["discount"] for it in receipt["codes"]] == [200, 200]
    assert reasons(receipt) == ["gives_nothing", "too_many"]
    assert buy(shop, "T-2", 1000, *codes[2:])["totals"]["net"] == 500


def test_a_code_that_many_know_has_limits_for_each_and_for_all(shop: Shop) -> None:
    assert buy(shop, "T-1", 1000, "spring10")["totals"]["net"] == 900
    refused = buy(shop, "T-2", 1000, "Avril 10")["refused"]
    assert refused[0]["reason"] == "limit"
    assert refused[0]["detail"] == "at most 1 time for each member"
    assert buy(shop, "T-3", 1000, "AVRIL10", member="bob")["totals"]["net"] == 900
    shop.enrol("cyd")
    shop.enrol("dan")
    assert buy(shop, "T-4", 1000, "SPRING10", member="cyd")["totals"]["net"] == 900
    assert reasons(buy(shop, "T-5", 1000, "SPRING10", member="dan")) == ["limit"]


def test_a_code_is_over_after_its_vouchers_last_day(shop: Shop) -> None:
    shop.now = OPENING + timedelta(days=30)
    assert reasons(buy(shop, "T-1", 1000, "SPRING10")) == ["over"]


def test_a_code_unlocks_a_rule(shop: Shop) -> None:
    code = issue(shop, "key")
    receipt = buy(shop, "T-1", 1000, code)
    assert receipt["points"]["points"]["granted"] == 110
    assert receipt["codes"] == [{"place": 0, "voucher": "key", "discount": 0}]


def test_a_quote_touches_no_code(shop: Shop) -> None:
    code = issue(shop, "five")
    for _ in range(3):
        assert shop.quote(basket(shop, code))["totals"]["net"] == 2500
    assert buy(shop, "T-1", 3000, code)["totals"]["net"] == 2500


def test_a_reservation_keeps_a_code_until_it_lapses(shop: Shop) -> None:
    code = issue(shop, "five")
    quote = shop.quote(basket(shop, code), reserve=True)
    assert reasons(buy(shop, "T-2", 3000, code, member="bob")) == ["reserved"]
    taken = buy(shop, "T-1", 3000, code, reservation=quote["reservation"])
    assert taken["totals"]["net"] == 2500
    assert [it["voucher"] for it in taken["codes"]] == ["five"]
    other = issue(shop, "five")
    shop.quote(basket(shop, other), reserve=True)
    shop.later(minutes=31)
    assert buy(shop, "T-4", 3000, other, member="bob")["totals"]["net"] == 2500


def test_a_cancelled_purchase_gives_its_code_and_its_limit_back(shop: Shop) -> None:
    code = issue(shop, "five")
    buy(shop, "T-1", 3000, code, "SPRING10")
    assert shop.cancel("T-1")["codes_given_back"] == ["five", "spring"]
    assert buy(shop, "T-2", 3000, code, "SPRING10")["refused"] == []


def test_codes_of_cancelled_purchases_can_stay_used() -> None:
    from tests.shop import PROGRAM

    shop = Shop(*RULES, program=PROGRAM + "switches: {cancelled_code: stays_used}\n")
    shop.enrol()
    code = issue(shop, "five")
    buy(shop, "T-1", 3000, code, "SPRING10")
    assert "codes_given_back" not in shop.cancel("T-1")
    assert reasons(buy(shop, "T-2", 3000, code, "SPRING10")) == ["used", "limit"]


def test_a_return_that_loses_the_discount_gives_the_code_back(shop: Shop) -> None:
    code = issue(shop, "five")
    shop.buy("T-1", [line("1", 1000), line("2", 2000)], vouchers=(code,))
    # 10.00 are kept, which earn no discount: 30.00 - 5.00 paid, 10.00 kept
    back = shop.back("T-1", "R-1", **{"2": 1000})
    assert back["refund"] == 1500
    assert back["codes_given_back"] == ["five"]
    assert buy(shop, "T-2", 3000, code)["totals"]["net"] == 2500


def test_a_return_that_keeps_the_discount_keeps_the_code_used(shop: Shop) -> None:
    code = issue(shop, "five")
    shop.buy("T-1", [line("1", 1000), line("2", 2000)], vouchers=(code,))
    assert "codes_given_back" not in shop.back("T-1", "R-1", **{"1": 1000})
    assert reasons(buy(shop, "T-2", 3000, code)) == ["used"]


def test_a_correction_keeps_gives_back_and_takes_codes(shop: Shop) -> None:
    one, two = issue(shop, "five"), issue(shop, "five")
    buy(shop, "T-1", 3000, one)
    corrected = buy(shop, "T-1", 4000, one, revision=2)
    assert corrected["totals"]["net"] == 3500
    corrected = buy(shop, "T-1", 4000, two, revision=3)
    assert corrected["totals"]["net"] == 3500
    assert buy(shop, "T-2", 3000, one)["totals"]["net"] == 2500
    assert reasons(buy(shop, "T-3", 3000, two)) == ["used"]
    assert corrected["codes"] == [{"place": 0, "voucher": "five", "discount": 500}]
    assert buy(shop, "T-1", 4000, revision=4)["totals"]["net"] == 4000
    assert buy(shop, "T-4", 3000, two)["totals"]["net"] == 2500


def test_a_voucher_for_next_time_is_announced_then_shown_then_used(shop: Shop) -> None:
    quoted = shop.quote(basket(shop, price=5000))
    assert quoted["vouchers"] == [{"voucher": "five", "rule": "next-time", "title": "Five off"}]
    given = buy(shop, "T-1", 5000)["vouchers"]
    assert [sorted(it) for it in given] == [["code", "ends_at", "rule", "title", "voucher"]]
    assert given[0]["ends_at"] == "2026-04-01T22:00:00Z"
    assert buy(shop, "T-1", 5000)["vouchers"] == given  # the same receipt again
    assert shop.purchase("T-1")["vouchers"][0]["code"] is None
    assert buy(shop, "T-2", 2000, given[0]["code"], member="bob")["totals"]["net"] == 1500


def test_the_limit_of_a_rule_is_the_limit_of_its_vouchers(shop: Shop) -> None:
    given = [len(buy(shop, f"T-{n}", 5000)["vouchers"]) for n in range(3)]
    assert given == [1, 1, 0]
    shop.cancel("T-0")
    assert len(buy(shop, "T-4", 5000)["vouchers"]) == 1


def test_a_returned_purchase_takes_its_unused_voucher_back(shop: Shop) -> None:
    lines = [line("1", 4000), line("2", 2000), line("3", 500)]
    given = shop.buy("T-1", lines)["vouchers"]
    assert "vouchers_withdrawn" not in shop.back("T-1", "R-1", **{"3": 1000})
    assert shop.back("T-1", "R-2", **{"2": 1000})["vouchers_withdrawn"] == ["five"]
    assert "vouchers_withdrawn" not in shop.back("T-1", "R-3", **{"1": 1000})
    assert reasons(buy(shop, "T-2", 3000, given[0]["code"])) == ["withdrawn"]


def test_a_used_voucher_stays_used(shop: Shop) -> None:
    given = buy(shop, "T-1", 5000)["vouchers"]
    buy(shop, "T-2", 2000, given[0]["code"])
    assert "vouchers_withdrawn" not in shop.cancel("T-1")


def test_a_guest_is_given_a_voucher_too(shop: Shop) -> None:
    given = buy(shop, "T-1", 5000, member=None)["vouchers"]
    assert buy(shop, "T-2", 2000, given[0]["code"])["totals"]["net"] == 1500


def test_a_claimed_purchase_keeps_its_codes_and_vouchers(shop: Shop) -> None:
    code = issue(shop, "five")
    guest = buy(shop, "T-1", 6000, code, member=None)
    claimed = shop.claim("T-1", guest["claim"]["secret"])
    assert claimed["totals"]["net"] == 5500
    assert reasons(buy(shop, "T-2", 3000, code)) == ["used"]
    assert shop.cancel("T-1")["vouchers_withdrawn"] == ["five"]
    assert buy(shop, "T-2b", 3000, code)["totals"]["net"] == 2500


def test_no_code_is_kept_anywhere(shop: Shop) -> None:
    code = issue(shop, "five")
    given = buy(shop, "T-1", 6000, code)["vouchers"][0]["code"]
    with shop.storage.engine.connect() as connection:
        rows = [
            row
            for table in ("purchases", "vouchers", "voucher_uses", "outbox", "operations")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        ]
    kept = repr([tuple(row) for row in rows])
    assert len(rows) > 4
    assert code not in kept
    assert given not in kept


def test_after_too_many_wrong_codes_none_is_looked_at(shop: Shop) -> None:
    code = issue(shop, "five")
    wrong = [shop.engine.codes.code_of("elsewhere", n, 12) for n in range(10)]
    assert reasons(buy(shop, "T-1", 3000, *wrong)) == ["unknown"] * 10
    assert reasons(buy(shop, "T-2", 3000, code)) == ["too_many_wrong"]
    assert buy(shop, "T-3", 3000, code, member="bob")["totals"]["net"] == 2500
    other = issue(shop, "five")
    shop.later(hours=1)
    assert buy(shop, "T-4", 3000, other)["totals"]["net"] == 2500


GIFT = """
voucher: gift
title: {en: A gift, fr: Un cadeau}
lane: discounts
worth: 5.00
per_purchase: 4
then: [worth_off]
"""
COUPON = """
voucher: coupon
lane: discounts
gcn: 9501101020917
then: [amount_off: 2.00]
"""
GIVES = """
rule: gives
lane: bonus
when: [spent_at_least: 80.00]
then: [give_voucher: gift, give_voucher: coupon]
"""


@pytest.fixture
def gifts() -> Shop:
    shop = Shop(BASE, GIFT, COUPON, FIVE, GIVES)
    shop.enrol()
    return shop


def worth(shop: Shop, worth: int | None) -> str:
    with shop.storage.begin("shop", shop.now) as work:
        made = issue_voucher(shop.engine, work, "shop", shop.rulebook, "gift", worth=worth)
    return made.code


def test_each_code_takes_off_what_it_is_worth(gifts: Shop) -> None:
    usual, other = worth(gifts, None), worth(gifts, 750)
    receipt = buy(gifts, "T-1", 3000, usual, other)
    assert receipt["totals"]["net"] == 1750
    assert receipt["codes"] == [
        {"place": 0, "voucher": "gift", "discount": 500, "worth": 500},
        {"place": 1, "voucher": "gift", "discount": 750, "worth": 750},
    ]


@pytest.mark.parametrize(
    ("price", "used"),
    [
        (500, {1: 500}),  # the larger ones stay whole for another time
        (1000, {0: 1000}),
        (1200, {0: 1000, 2: 200}),
        (1700, {0: 1000, 1: 500, 2: 200}),
        (2500, {0: 1000, 1: 500, 2: 300}),
    ],
)
def test_no_code_is_used_up_that_is_not_needed(
    gifts: Shop, price: int, used: dict[int, int]
) -> None:
    codes = [worth(gifts, amount) for amount in (1000, 500, 300)]
    receipt = buy(gifts, "T-1", price, *codes)
    assert {it["place"]: it["discount"] for it in receipt["codes"]} == used
    assert {it["place"] for it in receipt["refused"]} == {0, 1, 2} - used.keys()
    assert receipt["totals"]["discount"] == sum(used.values())


def test_what_a_code_was_worth_comes_back_with_a_return(gifts: Shop) -> None:
    """Two lines of 10.00 and a code of 7.50: 3.75 of it on each; the code is used for what is left."""
    code = worth(gifts, 750)
    gifts.buy("T-1", [line("1", 1000), line("2", 1000)], vouchers=[code])
    first = gifts.back("T-1", "R-1", **{"1": 1000})
    # 12.50 was paid; the kept line of 10.00 keeps its share of 3.75: 6.25 is left
    assert (first["refund"], first.get("codes_given_back")) == (625, None)
    second = gifts.back("T-1", "R-2", **{"2": 1000})
    assert (second["refund"], second["codes_given_back"]) == (625, ["gift"])
    assert buy(gifts, "T-2", 3000, code)["totals"]["net"] == 2250


def test_a_worth_is_needed_where_codes_have_one_and_refused_elsewhere(gifts: Shop) -> None:
    with gifts.storage.begin("shop", gifts.now) as work, pytest.raises(Conflict) as refused:
        issue_voucher(gifts.engine, work, "shop", gifts.rulebook, "five", worth=750)
    assert refused.value.code == "worth_of_no_use"
    bare = Shop(GIFT.replace("worth: 5.00\n", ""))
    with bare.storage.begin("shop", bare.now) as work, pytest.raises(Conflict) as missing:
        issue_voucher(bare.engine, work, "shop", bare.rulebook, "gift")
    assert missing.value.code == "worth_missing"


def test_the_database_refuses_a_code_that_is_worth_nothing(gifts: Shop) -> None:
    with pytest.raises(StorageBug), gifts.storage.begin("shop", gifts.now) as work:
        work.add_vouchers([Voucher("00" * 16, "gift", gifts.now, worth=0)])


def test_vouchers_for_next_time_may_be_worth_something_and_be_coupons(gifts: Shop) -> None:
    given = {it["voucher"]: it for it in gifts.buy("T-1", [line("1", 9000)])["vouchers"]}
    assert given["gift"]["worth"] == 500
    coupon = given["coupon"]["code"]
    assert (coupon[:13], len(coupon)) == ("9501101020917", 25)
    scanned = f"]C1255{coupon}"
    assert buy(gifts, "T-2", 3000, scanned, given["gift"]["code"])["totals"]["net"] == 2300
    with gifts.storage.read("shop") as view:
        member = view.find_member(Address("member", "ada"))
        assert member is not None
        assert {it.kind: it.worth for it in view.vouchers_of(member.number, 10)} == {
            "gift": 500, "coupon": None,
        }  # fmt: skip
    taken = gifts.back("T-1", "R-1", **{"1": 1000})
    assert "vouchers_withdrawn" not in taken  # both were used


def test_unused_ones_are_withdrawn_with_their_purchase(gifts: Shop) -> None:
    gifts.buy("T-1", [line("1", 9000)])
    taken = gifts.back("T-1", "R-1", **{"1": 1000})
    assert sorted(taken["vouchers_withdrawn"]) == ["coupon", "gift"]
