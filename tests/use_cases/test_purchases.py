"""What a till may send, in any order, twice, late, corrected: what it does to points."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from loyalty_engine.domain.errors import Conflict, InsufficientPoints, InvalidRequest, LoyaltyError
from loyalty_engine.domain.purchase import Applied, Identifier, Payment
from loyalty_engine.domain.requests import Return, ReturnLine
from loyalty_engine.use_cases.purchases.record_purchase import record_purchase
from loyalty_engine.use_cases.returns.record_return import record_return
from tests.shop import BASE, OPENING, PROGRAM, Shop, line, read

WELCOME = """
rule: welcome
lane: bonus
when: [first_purchase]
then: [earn_points: 50]
"""
TEN_OFF = """
rule: ten-off
lane: discounts
when: [spent_at_least: 60.00]
then: [amount_off: 10.00]
"""
CAPPED = """
rule: capped
lane: bonus
then: [earn_points: 30]
limits: [{points: 40, per: all}]
"""


def code_of(error: Any) -> str:
    assert isinstance(error.value, LoyaltyError)
    return error.value.code


@pytest.fixture
def shop() -> Shop:
    shop = Shop(BASE, WELCOME, TEN_OFF)
    shop.enrol()
    return shop


def test_the_same_purchase_again_gives_the_same_receipt(shop: Shop) -> None:
    purchase = shop.basket("T-1", [line("1", 1000)])
    first = shop.record(purchase)
    shop.later(hours=5)
    again = shop.record(purchase)

    assert (first.status, again.status) == (201, 200)
    assert again.replayed
    assert first.body == again.body
    assert shop.points() == 60


def test_another_body_under_a_known_id_is_refused(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)])
    with pytest.raises(Conflict) as error:
        shop.buy("T-1", [line("1", 999)])

    assert code_of(error) == "purchase_exists"
    assert shop.points() == 60


def test_a_key_answers_the_same_bytes_and_refuses_another_body(shop: Shop) -> None:
    purchase = shop.basket("T-1", [line("1", 1000)])
    first = record_purchase(shop.engine, shop.caller("k", b"one"), purchase)
    again = record_purchase(shop.engine, shop.caller("k", b"one"), purchase)

    assert (first.status, first.body) == (again.status, again.body)
    assert again.replayed
    with pytest.raises(InvalidRequest) as error:
        record_purchase(shop.engine, shop.caller("k", b"two"), purchase)
    assert code_of(error) == "idempotency_key_reused"


def test_a_late_purchase_counts_by_when_it_happened(shop: Shop) -> None:
    shop.buy("T-2", [line("1", 2000)])
    receipt = shop.buy("T-1", [line("1", 1000)], occurred_at=OPENING - timedelta(hours=30))

    assert receipt["late"]
    # T-2 was the first when it came and keeps its welcome; T-1, earlier, is the first as well.
    assert shop.points() == 20 + 50 + 10 + 50


@pytest.mark.parametrize(
    ("when", "code"),
    [
        (timedelta(days=-401), "occurred_too_long_ago"),
        (timedelta(minutes=11), "occurred_in_the_future"),
    ],
)
def test_too_late_or_ahead_of_the_clock_is_refused(shop: Shop, when: timedelta, code: str) -> None:
    with pytest.raises(InvalidRequest) as error:
        shop.buy("T-1", [line("1", 1000)], occurred_at=shop.now + when)

    assert code == code_of(error)
    assert shop.balance()["version"] == 0


def test_an_unknown_member_is_refused_and_may_be_enrolled_on_the_first_purchase() -> None:
    strict = Shop(BASE)
    with pytest.raises(InvalidRequest) as error:
        strict.buy("T-1", [line("1", 1000)], member="bea")
    assert code_of(error) == "member_unknown"

    open_shop = Shop(BASE, program=PROGRAM + "switches: {enrol_on_first_purchase: yes}\n")
    open_shop.buy("T-1", [line("1", 1000)], member="bea")
    assert open_shop.points(member="bea") == 10


def test_an_identifier_finds_the_member(shop: Shop) -> None:
    shop.enrol("ada", identifiers=(Identifier("card", "4711"),))
    shop.buy("T-1", [line("1", 1000)], None, identifier=Identifier("card", "4711"))

    assert shop.points() == 60


def test_points_of_a_frozen_member_wait_until_it_is_thawed(shop: Shop) -> None:
    shop.enrol("ada", status="frozen")
    receipt = shop.buy("T-1", [line("1", 1000)])
    assert receipt["points"]["points"]["pending"] == 60
    assert receipt["flags"][0]["code"] == "member_frozen"

    shop.enrol("ada", status="active")
    assert shop.balance()["units"]["points"]["available"] == 60


def test_a_member_who_has_left_buys_as_a_guest(shop: Shop) -> None:
    shop.enrol("ada", status="left")
    receipt = shop.buy("T-1", [line("1", 1000)])

    assert receipt["member"] is None
    assert receipt["flags"][0]["code"] == "member_left"
    assert receipt["points"]["points"]["granted"] == 0


def test_a_correction_moves_the_difference(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000), line("2", 500)])
    assert shop.points() == 65
    more = shop.basket("T-1", [line("1", 1000), line("2", 900)], revision=2)
    assert shop.record(more).status == 200
    assert shop.points() == 69
    shop.record(replace(more, revision=3, lines=(line("1", 1000),)))
    assert shop.points() == 60
    assert shop.purchase("T-1")["revision"] == 3


def test_an_older_revision_cannot_follow_a_newer_one(shop: Shop) -> None:
    three = shop.basket("T-1", [line("1", 3000)], revision=3)
    receipt = shop.record(three)
    with pytest.raises(Conflict) as error:
        shop.buy("T-1", [line("1", 2000)], revision=2)

    assert code_of(error) == "stale_revision"
    assert receipt.body == shop.record(three).body


def test_repeating_a_superseded_revision_answers_its_old_receipt(shop: Shop) -> None:
    one = shop.basket("T-1", [line("1", 1000)])
    first = shop.record(one)
    shop.record(replace(one, revision=2, lines=(line("1", 2000),)))

    assert first.body == shop.record(one).body
    assert shop.points() == 70


def test_a_correction_keeps_what_has_come_back(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000, 3)])
    shop.back("T-1", "R-1", **{"1": 1000})
    assert shop.points() == 70
    shop.buy("T-1", [line("1", 1000, 4)], revision=2)
    assert shop.points() == 80
    assert shop.purchase("T-1")["kept"] == {"1": 3}
    with pytest.raises(Conflict) as error:
        shop.buy("T-1", [line("2", 1000)], revision=3)
    assert code_of(error) == "correction_drops_returned"


def test_a_correction_cannot_change_the_member(shop: Shop) -> None:
    shop.enrol("bea")
    shop.buy("T-1", [line("1", 1000)])
    with pytest.raises(Conflict) as error:
        shop.buy("T-1", [line("1", 1000)], member="bea", revision=2)

    assert code_of(error) == "member_differs"


def test_a_purchase_id_belongs_to_one_member_for_ever(shop: Shop) -> None:
    shop.enrol("bea")
    shop.buy("T-1", [line("1", 1000)])
    with pytest.raises(Conflict) as error:
        shop.buy("T-1", [line("1", 1000)], member="bea")

    assert code_of(error) == "purchase_exists"
    assert shop.points(member="bea") == 0


def test_a_cancelled_purchase_has_never_been(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 7000)])
    told = shop.cancel("T-1")

    assert told["refund"] == 6000
    assert shop.points() == 0
    with pytest.raises(Conflict) as error:
        shop.cancel("T-1")
    assert code_of(error) == "purchase_cancelled"
    # It no longer counts as a purchase: the next one is the first again.
    shop.later(hours=1)
    assert shop.buy("T-2", [line("1", 1000)])["points"]["points"]["granted"] == 60


def test_points_paid_with_come_back_as_points(shop: Shop) -> None:
    shop.adjust(500)
    receipt = shop.buy("T-1", [line("1", 1000), line("2", 1000)], spend={"points": 400})
    # 20.00 less 4.00 paid with points earns 16, and 50 for the first purchase.
    assert receipt["points"]["points"]["granted"] == 66
    assert shop.points() == 100 + 66
    told = shop.back("T-1", "R-1", **{"1": 1000})
    assert (told["refund"], told["points_returned"]["points"]) == (800, 200)
    told = shop.back("T-1", "R-2", **{"2": 1000})
    assert (told["refund"], told["points_returned"]["points"]) == (800, 200)
    assert shop.points() == 500


def test_more_than_there_is_cannot_be_spent(shop: Shop) -> None:
    shop.adjust(100)
    with pytest.raises(InsufficientPoints):
        shop.buy("T-1", [line("1", 1000)], spend={"points": 101})
    assert shop.points() == 100
    with pytest.raises(InvalidRequest) as error:
        shop.buy("T-1", [line("1", 99)], spend={"points": 100})
    assert code_of(error) == "spend_above_total"


def test_reduced_spending_takes_what_is_there() -> None:
    shop = Shop(BASE, program=PROGRAM + "switches: {overspend: reduced}\n")
    shop.enrol()
    shop.adjust(100)
    receipt = shop.buy("T-1", [line("1", 1000)], spend={"points": 300})

    assert receipt["totals"]["paid_with_points"] == 100
    assert receipt["flags"][0]["code"] == "spend_reduced"
    assert shop.points() == 9


def test_spent_points_of_a_returned_purchase_become_a_debt_that_earnings_pay(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 10000)])
    assert shop.points() == 140
    shop.buy("T-2", [line("1", 1000)], spend={"points": 140}, occurred_at=shop.now)
    assert shop.points() == 8
    shop.back("T-1", "R-1", **{"1": 1000})
    figures = shop.balance()["units"]["points"]
    assert (figures["available"], figures["debt"]) == (0, 132)
    shop.adjust(100)
    assert shop.balance()["units"]["points"]["debt"] == 32
    shop.adjust(100)
    assert shop.balance()["units"]["points"]["available"] == 68


@pytest.mark.parametrize(("policy", "left"), [("zero", 0), ("pending_only", 8)])
def test_other_policies_for_points_already_spent(policy: str, left: int) -> None:
    program = PROGRAM.replace("tender: 0.01}", f"tender: 0.01, shortfall: {policy}}}")
    shop = Shop(BASE, WELCOME, program=program)
    shop.enrol()
    shop.buy("T-1", [line("1", 9000)])
    shop.buy("T-2", [line("1", 1000)], spend={"points": 140})
    shop.back("T-1", "R-1", **{"1": 1000})

    assert left == shop.points()


def test_a_guest_claims_a_purchase_once_with_the_printed_secret(shop: Shop) -> None:
    receipt = shop.buy("T-1", [line("1", 1000, 2)], None)
    secret = receipt["claim"]["secret"]
    assert receipt["points"]["points"] == {"granted": 0, "pending": 0, "desired": 20}
    shop.back("T-1", "R-1", **{"1": 1000})
    with pytest.raises(LoyaltyError) as error:
        shop.claim("T-1", "WRONG")
    assert code_of(error) == "claim_refused"
    assert "claim" not in shop.purchase("T-1")

    shop.claim("T-1", secret)
    assert shop.points() == 60
    with pytest.raises(Conflict):
        shop.claim("T-1", secret)
    shop.back("T-1", "R-2", **{"1": 1000})
    assert shop.points() == 0


def test_a_claim_comes_too_late_after_the_declared_days(shop: Shop) -> None:
    receipt = shop.buy("T-1", [line("1", 1000)], None)
    shop.later(days=31)
    with pytest.raises(LoyaltyError) as error:
        shop.claim("T-1", receipt["claim"]["secret"])

    assert code_of(error) == "claim_refused"


def test_what_the_till_has_given_is_a_fact_and_flagged_where_it_differs(shop: Shop) -> None:
    given = replace(line("1", 7000), applied=(Applied("ten-off", 1000),))
    receipt = shop.buy("T-1", [given])
    assert "flags" not in receipt
    assert receipt["totals"]["net"] == 6000
    unknown = replace(line("1", 7000), applied=(Applied("nobodys", 500),))
    receipt = shop.buy("T-2", [unknown])
    assert [it["code"] for it in receipt["flags"]] == ["rule_unknown", "discount_differs"]
    assert receipt["totals"]["net"] == 6500
    assert shop.back("T-2", "R-1", **{"1": 1000})["refund"] == 6500


def test_payments_that_do_not_add_up_are_recorded_and_flagged(shop: Shop) -> None:
    receipt = shop.buy("T-1", [line("1", 1000)], payments=(Payment("card", 900),))

    assert [it["code"] for it in receipt["flags"]] == ["payments_differ"]


def test_a_cap_gives_the_rest_and_gets_back_what_comes_back() -> None:
    shop = Shop(CAPPED)
    shop.enrol()
    shop.enrol("bea")
    assert shop.buy("T-1", [line("1", 100)])["points"]["points"]["granted"] == 30
    row = shop.buy("T-2", [line("1", 100)], "bea")["rules"][0]
    assert (row["status"], row["points"]["points"]) == ("capped", 10)
    assert shop.buy("T-3", [line("1", 100)])["points"]["points"]["granted"] == 0
    shop.cancel("T-1")
    assert shop.buy("T-4", [line("1", 100)])["points"]["points"]["granted"] == 30


def test_a_reservation_promises_and_lapses(shop: Shop) -> None:
    shop.adjust(300)
    basket = shop.basket("T-1", [line("1", 7000)], spend={"points": 300})
    held = shop.quote(basket, reserve=True)
    assert shop.balance()["units"]["points"]["held"] == 300
    with pytest.raises(InsufficientPoints):
        shop.buy("T-9", [line("1", 1000)], spend={"points": 1})
    told = read(shop.record(replace(basket, reservation=held["reservation"])))
    assert "flags" not in told
    assert told["totals"]["net"] == 6000
    assert shop.balance()["units"]["points"]["held"] == 0

    shop.adjust(300)
    again = shop.quote(shop.basket("T-2", [line("1", 100)], spend={"points": 50}), reserve=True)
    shop.later(minutes=31)
    # No sweeper has run: what lapsed is free for who comes next.
    shop.buy("T-3", [line("1", 1000)], spend={"points": 300})
    late = shop.buy("T-2", [line("1", 100)], reservation=again["reservation"])
    assert "reservation_lapsed" in [it["code"] for it in late["flags"]]


def test_a_reservation_holds_the_last_of_a_budget() -> None:
    shop = Shop(CAPPED)
    shop.enrol()
    shop.enrol("bea")
    basket = shop.basket("T-1", [line("1", 100)])
    held = shop.quote(basket, reserve=True)
    assert shop.buy("T-2", [line("1", 100)], "bea")["points"]["points"]["granted"] == 10
    told = read(shop.record(replace(basket, reservation=held["reservation"])))

    assert told["points"]["points"]["granted"] == 30


def test_an_exchange_is_a_return_and_a_purchase_in_one_call(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)])
    shop.later(days=1)
    new = shop.basket("T-2", [line("1", 3000)])
    back = Return("R-1", shop.now, (ReturnLine("1", 1000),), exchange=new)
    told = read(record_return(shop.engine, shop.caller(), "T-1", back))

    assert told["exchange"]["purchase"] == "T-2"
    assert shop.points() == 80


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ({"1": 3000}, "return_above_kept"),
        ({"9": 1000}, "line_unknown"),
    ],
)
def test_no_more_comes_back_than_was_bought(shop: Shop, lines: dict[str, int], code: str) -> None:
    shop.buy("T-1", [line("1", 1000, 2)])
    before = shop.balance()
    with pytest.raises(LoyaltyError) as error:
        shop.back("T-1", "R-1", **lines)

    assert code == code_of(error)
    assert before["version"] == shop.balance()["version"]


def test_a_return_again_is_answered_again(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000, 2)])
    first = shop.back("T-1", "R-1", **{"1": 1000})

    assert first == shop.back("T-1", "R-1", **{"1": 1000})
    assert shop.points() == 60
    with pytest.raises(Conflict) as error:
        shop.back("T-1", "R-1", **{"1": 500})
    assert code_of(error) == "return_exists"


def test_the_board_shows_what_was_written(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)])
    version, body = shop.board.shown["ada"]

    assert (version, json.loads(body)["units"]) == (
        shop.balance()["version"],
        shop.balance()["units"],
    )


TIERS = """
window: calendar_year
tiers:
  - tier: regular
  - tier: silver
    needs: {spend: 50.00}
"""
SILVER = """
rule: silver
lane: bonus
when: [tier_is: [silver]]
then: [multiply_points: 2]
"""


@pytest.mark.parametrize(("switch", "points"), [("no", 60), ("yes", 120)])
def test_when_a_tier_that_is_reached_counts_is_a_choice(switch: str, points: int) -> None:
    program = PROGRAM + f"switches: {{tier_reached_counts_at_once: {switch}}}\n"
    shop = Shop(BASE, SILVER, program=program, tiers=TIERS)
    shop.enrol()
    quoted = shop.quote(shop.basket("T-1", [line("1", 6000)]))
    told = shop.buy("T-1", [line("1", 6000)])

    assert {"before": "regular", "after": "silver"} == told["tier"] == quoted["tier"]
    assert points == told["points"]["points"]["granted"] == quoted["points"]["points"]["granted"]
    shop.back("T-1", "R-1", **{"1": 1000})
    assert (shop.points(), shop.balance()["tier"]) == (0, "regular")


def test_points_in_one_currency_only(shop: Shop) -> None:
    with pytest.raises(InvalidRequest) as error:
        shop.record(replace(shop.basket("T-1", [line("1", 1000)]), currency="USD"))

    assert code_of(error) == "currency_differs"


def test_without_a_receipt_the_newest_purchases_of_the_product_give_way(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000, 2)])
    shop.later(days=10)
    shop.buy("T-2", [line("1", 1000), line("2", 500)])
    shop.later(days=25)
    told = shop.unreceipted(**{"sku-1": 2000, "sku-9": 1000})

    # T-1 lies more than 30 days back; T-2 has one left of it.
    assert told["matched"] == [{"purchase": "T-2", "line": "1", "quantity": 1}]
    assert {("sku-1", 1), ("sku-9", 1)} == {(it["sku"], it["quantity"]) for it in told["unmatched"]}
    assert (told["refund"], told["points_taken"]) == (1000, {"points": 10})
    assert shop.points() == 70 + 5
    assert shop.purchase("T-2")["state"] == "partly_returned"
    assert shop.unreceipted(**{"sku-1": 1000})["points_taken"] == {}


def test_a_frozen_member_cannot_pay_with_points(shop: Shop) -> None:
    shop.adjust(100)
    shop.enrol("ada", status="frozen")
    basket = shop.basket("T-1", [line("1", 1000)], spend={"points": 50})
    for act in (shop.record, shop.quote):
        with pytest.raises(Conflict) as error:
            act(basket)
        assert code_of(error) == "member_frozen"
    assert shop.points() == 100
