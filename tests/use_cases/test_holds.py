"""Points set aside at a till: captured, released, lapsed, and never spent twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from loyalty_engine.domain.errors import InsufficientPoints, LoyaltyError
from loyalty_engine.domain.requests import Capture, HoldRequest
from loyalty_engine.ports import Address
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.statements import Statement
from loyalty_engine.use_cases.households.join_household import add_to_household, open_household
from loyalty_engine.use_cases.households.leave_household import show_household
from loyalty_engine.use_cases.members.show_member import show_member
from loyalty_engine.use_cases.points.settle_account import settle_account
from loyalty_engine.use_cases.points.show_balance import read_balance
from loyalty_engine.use_cases.spending.close_hold import capture_hold, release_hold, show_hold
from loyalty_engine.use_cases.spending.list_rewards import list_member_rewards
from loyalty_engine.use_cases.spending.place_hold import place_hold
from loyalty_engine.use_cases.writing import PAST
from tests.shop import BASE, PROGRAM, Shop, line, read

EXPIRING = PROGRAM.replace("tender: 0.01", "tender: 0.01, expires: 10 days")


@pytest.fixture
def shop() -> Shop:
    shop = Shop(BASE)
    shop.enrol()
    shop.adjust(100)
    return shop


def place(shop: Shop, points: int = 60, id: str = "H-1", **more: Any) -> dict[str, Any]:
    asked = HoldRequest(id, more.pop("member", "ada"), more.pop("unit", "points"), points, **more)
    return read(place_hold(shop.engine, shop.caller(), asked))


def capture(shop: Shop, points: int | None = None, id: str = "H-1") -> dict[str, Any]:
    return read(capture_hold(shop.engine, shop.caller(), id, Capture(points)))


def release(shop: Shop, id: str = "H-1") -> dict[str, Any]:
    return read(release_hold(shop.engine, shop.caller(), id))


def figures(shop: Shop) -> tuple[int, int]:
    found = shop.balance()["units"]["points"]
    return found["available"], found["held"]


def code(act: Any, *given: Any, **named: Any) -> str:
    with pytest.raises(LoyaltyError) as refusal:
        act(*given, **named)
    return refusal.value.code


def proven(shop: Shop) -> bool:
    return verify(shop.storage, "shop").findings == ()


def sweep(shop: Shop) -> None:
    with shop.storage.read("shop") as view:
        due = view.members_with_lapsed_holds(shop.now)
    for number in due:
        settle_account(shop.engine, "shop", number, shop.now)


def events(shop: Shop) -> list[str]:
    statement = Statement(text("SELECT kind FROM outbox"))
    return [row[0] for row in shop.storage.ask((statement, ()))]


def test_what_is_held_cannot_be_spent_until_it_is_let_go(shop: Shop) -> None:
    told = place(shop)
    assert (told["state"], told["balance"]["points"]["available"]) == ("open", 40)
    assert figures(shop) == (40, 60)
    with pytest.raises(InsufficientPoints):
        shop.buy("T-1", [line("1", 100)], spend={"points": 41})
    assert proven(shop)
    assert release(shop)["state"] == "released"
    assert figures(shop) == (100, 0)
    assert proven(shop)


def test_less_than_held_may_be_captured_and_the_rest_is_free(shop: Shop) -> None:
    place(shop)
    told = capture(shop, 45)
    assert (told["state"], told["captured"]) == ("captured", 45)
    assert figures(shop) == (55, 0)
    assert capture(shop, 45)["version"] == told["version"], "the same again is no second capture"
    assert code(capture, shop, 44) == "hold_captured"
    assert code(release, shop) == "hold_captured"
    assert figures(shop) == (55, 0)
    assert proven(shop)


def test_a_hold_is_placed_once_for_each_id(shop: Shop) -> None:
    shop.enrol("bea")
    first = place(shop)
    assert place(shop) == first
    assert code(place, shop, 61) == "hold_exists"
    assert code(place, shop, member="bea") == "hold_exists"
    assert figures(shop) == (40, 60)


def test_no_more_is_captured_than_was_held(shop: Shop) -> None:
    place(shop)
    assert code(capture, shop, 61) == "capture_above_hold"
    assert code(capture, shop, id="H-2") == "hold_unknown"
    assert figures(shop) == (40, 60)
    assert capture(shop)["captured"] == 60


@pytest.mark.parametrize("swept", [False, True])
def test_a_hold_lapses_by_itself_and_is_captured_no_more(shop: Shop, swept: bool) -> None:
    place(shop, expires_in=600)
    shop.later(minutes=10)
    if swept:
        sweep(shop)
        assert figures(shop) == (100, 0)
        assert "hold_lapsed" in events(shop)
    assert code(capture, shop) == "hold_lapsed"
    assert read(show_hold(shop.engine, shop.caller(), "H-1"))["state"] == "lapsed"
    bought = shop.buy("T-1", [line("1", 100)], spend={"points": 100})
    assert bought["totals"]["paid_with_points"] == 100
    assert release(shop)["state"] == "lapsed"
    assert proven(shop)


def all_shown(shop: Shop) -> list[dict[str, int]]:
    """What each look at the member says there is."""
    engine, caller = shop.engine, shop.caller()
    who = Address("member", "ada")
    offered = read(list_member_rewards(engine, caller, "ada"))["rewards"][0]
    return [
        {**shop.balance()["units"]["points"], "next_expiry": None},
        read(show_member(engine, caller, who))["balance"]["points"],
        read(show_hold(engine, caller, "H-1"))["balance"]["points"],
        {"available": 100 - offered["missing"].get("points", 0)},
    ]


REWARD = """
reward: mug
kind: goods
title: A mug
price: {points: 100}
"""


def test_what_has_lapsed_is_shown_as_free_before_anything_has_run() -> None:
    shop = Shop(BASE, rewards=[REWARD])
    shop.enrol()
    shop.adjust(100)
    place(shop, expires_in=600)
    basket = shop.basket("T-1", [line("1", 100)], spend={"points": 20})
    shop.quote(basket, reserve=True)
    assert [it["available"] for it in all_shown(shop)] == [20, 20, 20, 20]
    version = shop.balance()["version"]
    shop.later(minutes=10)
    assert [it["available"] for it in all_shown(shop)] == [80, 80, 80, 80]
    shop.later(minutes=20)
    assert [it["available"] for it in all_shown(shop)] == [100, 100, 100, 100]
    assert all("held" not in it or not it["held"] for it in all_shown(shop))
    assert shop.balance()["version"] == version, "looking writes nothing"
    assert read(show_hold(shop.engine, shop.caller(), "H-1"))["version"] == version
    spent = shop.quote(shop.basket("T-2", [line("1", 100)], spend={"points": 100}))
    assert spent["balance"]["points"]["available"] == 0


def test_a_balance_with_held_points_is_kept_until_they_are_free(shop: Shop) -> None:
    place(shop, expires_in=600)
    kept = read_balance(shop.engine, "shop", "ada", shop.now)
    assert kept is not None
    assert kept.until == shop.now + timedelta(minutes=10)
    assert shop.board.until["ada"] == PAST, "a write knows of no end"


def test_a_lapsed_hold_of_another_of_the_household_is_free_too(shop: Shop) -> None:
    shop.enrol("bea")
    open_household(shop.engine, shop.caller("k-1"), "H", "bea")
    add_to_household(shop.engine, shop.caller("k-2"), "H", "ada")
    place(shop, expires_in=600)
    shop.later(minutes=10)
    assert shop.balance("bea")["units"]["points"]["available"] == 100
    told = read(show_household(shop.engine, shop.caller(), "H"))
    assert told["balance"]["points"] == {"available": 100, "pending": 0}
    assert told["version"] == shop.balance()["version"]


def test_a_hold_lasts_as_long_as_it_says_and_no_longer_than_the_programme_lets_it(
    shop: Shop,
) -> None:
    place(shop, 10, "H-1")
    place(shop, 10, "H-2", expires_in=7 * 24 * 3600)
    assert code(place, shop, 10, "H-3", expires_in=7 * 24 * 3600 + 1) == "hold_too_long"
    shop.later(minutes=29, seconds=59)
    capture(shop, id="H-1")
    shop.later(days=6)
    capture(shop, id="H-2")
    assert figures(shop) == (80, 0)


def test_lots_that_end_while_held_pay_all_the_same() -> None:
    shop = Shop(BASE, program=EXPIRING)
    shop.enrol()
    shop.adjust(100)
    shop.later(days=9, hours=23)
    place(shop, 60, "H-1", expires_in=3 * 3600)
    place(shop, 30, "H-2", expires_in=3 * 3600)
    shop.later(hours=2)
    assert figures(shop) == (0, 90), "ten were free and are gone"
    assert capture(shop, 50, "H-1")["captured"] == 50
    assert release(shop, "H-2")["balance"]["points"]["available"] == 0
    assert figures(shop) == (0, 0)
    assert proven(shop)


@pytest.mark.parametrize("status", ["frozen", "left"])
def test_who_may_not_spend_holds_nothing(shop: Shop, status: str) -> None:
    shop.enrol(status=status)
    assert code(place, shop) == f"member_{status}"
    assert code(place, shop, unit="miles") == "unit_unknown"
    assert code(place, shop, member="nobody") == "member_unknown"


def test_what_was_promised_before_the_freezing_is_captured(shop: Shop) -> None:
    place(shop)
    shop.enrol(status="frozen")
    assert capture(shop)["captured"] == 60


def test_debt_is_paid_before_a_released_hold_is_free() -> None:
    shop = Shop(BASE)
    shop.enrol()
    shop.buy("T-1", [line("1", 10000)])
    place(shop, 100)
    shop.back("T-1", "R-1", **{"1": 1000})
    assert shop.balance()["units"]["points"]["debt"] == 100
    release(shop)
    assert figures(shop) == (0, 0)
    assert "debt" not in shop.balance()["units"]["points"]
    assert proven(shop)


def test_a_purchase_captures_the_hold_that_it_names(shop: Shop) -> None:
    place(shop)
    basket = shop.basket("T-1", [line("1", 1000)], spend={"points": 50}, hold="H-1")
    assert shop.quote(basket)["balance"]["points"]["available"] == 50 + 9
    told = read(shop.record(basket))
    assert told["totals"]["paid_with_points"] == 50
    assert figures(shop) == (50 + 9, 0)
    assert read(show_hold(shop.engine, shop.caller(), "H-1"))["purchase"] == "T-1"
    assert read(shop.record(basket)) == told
    assert code(capture, shop, 50) == "hold_captured"
    assert proven(shop)
    shop.cancel("T-1")
    assert figures(shop) == (100, 0)
    assert proven(shop)


def test_a_part_of_what_a_hold_paid_comes_back_with_a_return(shop: Shop) -> None:
    place(shop)
    lines = [line("1", 1000, 2)]
    shop.buy("T-1", lines, spend={"points": 60}, hold="H-1")
    assert shop.back("T-1", "R-1", **{"1": 1000})["points_returned"] == {"points": 30}
    corrected = shop.basket(
        "T-1", [line("1", 900, 2)], spend={"points": 60}, hold="H-1", revision=2
    )
    assert read(shop.record(corrected))["totals"]["paid_with_points"] == 60
    place(shop, 10, "H-2")
    other = shop.basket("T-1", [line("1", 800, 2)], spend={"points": 60}, hold="H-2", revision=3)
    assert code(shop.record, other) == "hold_unknown"
    assert proven(shop)


def test_a_hold_that_cannot_pay_leaves_the_purchase_unrecorded(shop: Shop) -> None:
    shop.enrol("bea")
    shop.adjust(100, member="bea")
    place(shop)
    place(shop, 10, "H-bea", member="bea")
    lines = [line("1", 1000)]
    for spend, hold, refusal in (
        ({"points": 61}, "H-1", "capture_above_hold"),
        ({"points": 10}, "H-bea", "hold_unknown"),
        ({"points": 10}, "H-9", "hold_unknown"),
        ({}, "H-1", "hold_without_spend"),
    ):
        basket = shop.basket("T-1", lines, spend=spend, hold=hold)
        assert code(shop.record, basket) == refusal
        assert code(shop.quote, basket) == refusal
    reserve = shop.basket("T-1", lines, spend={"points": 10}, hold="H-1")
    assert code(shop.quote, reserve, reserve=True) == "hold_in_reservation"
    assert code(shop.record, shop.basket("T-1", lines, None, hold="H-1")) == "hold_without_spend"
    shop.later(minutes=30)
    lapsed = shop.basket("T-1", lines, spend={"points": 10}, hold="H-1")
    assert code(shop.record, lapsed) == "hold_lapsed"
    assert code(shop.purchase, "T-1") == "purchase_unknown"
    assert proven(shop)


def test_a_key_sent_twice_answers_the_same_bytes(shop: Shop) -> None:
    caller = shop.caller("key-h", b"place")
    asked = HoldRequest("H-1", "ada", "points", 60)
    first = place_hold(shop.engine, caller, asked)
    capture(shop)
    again = place_hold(shop.engine, caller, asked)
    assert (again.body, again.replayed) == (first.body, True)


TENDER = PROGRAM.replace(
    "tender: 0.01", "tender: {worth: 0.015, at_least: 20, step: 10, at_most: 50%, rounding: up}"
)


def test_points_pay_as_their_unit_lets_them() -> None:
    shop = Shop(BASE, program=TENDER)
    shop.enrol()
    shop.adjust(1000)

    def ask(points: int, price: int = 1000) -> Any:
        return shop.quote(shop.basket("T-1", [line("1", price)], spend={"points": points}))

    assert code(ask, 10) == "spend_below_minimum"
    assert code(ask, 25) == "spend_not_in_steps"
    assert ask(330)["totals"]["paid_with_points"] == 495
    assert code(ask, 340) == "spend_above_share"
    assert ask(30, 90)["totals"]["paid_with_points"] == 45, "exactly the half"
    assert code(ask, 30, 89) == "spend_above_share"


def test_what_is_reduced_stays_a_whole_number_of_steps() -> None:
    shop = Shop(BASE, program=TENDER + "switches: {overspend: reduced}\n")
    shop.enrol()
    shop.adjust(57)
    basket = shop.basket("T-1", [line("1", 1000)], spend={"points": 100})
    assert shop.quote(basket)["totals"]["paid_with_points"] == 75  # 50 points
    shop.adjust(-38)
    assert read(shop.record(basket))["totals"]["paid_with_points"] == 0  # 19 are too few


def test_rounding_of_what_points_pay() -> None:
    for mode, worth in (("down", 4), ("half_up", 5), ("up", 5)):
        program = PROGRAM.replace("tender: 0.01", f"tender: {{worth: 0.015, rounding: {mode}}}")
        shop = Shop(BASE, program=program)
        shop.enrol()
        shop.adjust(100)
        told = shop.buy("T-1", [line("1", 1000)], spend={"points": 3})
        assert told["totals"]["paid_with_points"] == worth
