"""Gift cards and store credit as the engine is asked for them; the ordinary cases are scenarios."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from loyalty_engine.domain.errors import InvalidRequest, LoyaltyError, TooMany
from loyalty_engine.domain.purchase import Payment
from loyalty_engine.domain.requests import Return, ReturnLine
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.use_cases.merges.merge_members import merge_members
from loyalty_engine.use_cases.purchases.quote_purchase import quote_purchase
from loyalty_engine.use_cases.purchases.record_batch import record_batch
from loyalty_engine.use_cases.purchases.record_purchase import record_purchase
from loyalty_engine.use_cases.returns.record_return import record_return
from loyalty_engine.use_cases.stored_value.card_history import show_card_history
from loyalty_engine.use_cases.stored_value.finding_cards import CardName, CardRefused
from loyalty_engine.use_cases.stored_value.gift_cards import (
    ChangeCard,
    IssueCard,
    block_card,
    extend_card,
    issue_card,
    look_up_card,
)
from loyalty_engine.use_cases.stored_value.store_credit import show_store_credit
from loyalty_engine.use_cases.stored_value.value_holds import show_value_hold
from tests.card_shop import WHY, CardShop, by_card
from tests.shop import BASE, Shop, line, read


@pytest.fixture
def shop() -> CardShop:
    shop = CardShop()
    shop.enrol()
    return shop


def refusal(act: Any) -> tuple[str, Any]:
    """The code and the reason told, if any."""
    with pytest.raises(LoyaltyError) as told:
        act()
    return told.value.code, told.value.values.get("reason")


def stored(shop: Shop) -> str:
    """All that stands in the database, as text."""
    connection = shop.storage.engine.raw_connection()
    try:
        return "\n".join(connection.driver_connection.iterdump())  # type: ignore[union-attr]
    finally:
        connection.close()


def test_a_code_is_told_once_more_to_a_repetition_and_stands_nowhere(shop: CardShop) -> None:
    caller = shop.fresh()
    first = issue_card(shop.engine, caller, IssueCard(*WHY, amount=100))
    again = issue_card(shop.engine, caller, IssueCard(*WHY, amount=100))
    assert (first.body, again.replayed) == (again.body, True)
    code = read(first)["code"]
    shop.buy("T-1", [line("1", 100)], payments=(by_card(code, 100),))
    assert code not in stored(shop)


def test_a_code_is_read_as_people_type_it(shop: CardShop) -> None:
    code = shop.card()
    assert shop.look(f" {code[:4].lower()}-{code[4:8]} {code[8:]}")["available"] == 5000


def test_one_answer_for_all_that_is_wrong(shop: CardShop) -> None:
    inactive, blocked, ended = shop.card(None), shop.card(), shop.card()
    block_card(shop.engine, shop.fresh(), ChangeCard(CardName(blocked), "stolen", "anne"))
    other = shop.engine.codes.code_of("shop", 12345, 12)
    shop.later(days=366)
    tried = {"malformed": "NOPE", "unknown": other, "inactive": inactive, "blocked": blocked,
             "ended": ended}  # fmt: skip
    for reason, code in tried.items():
        basket = shop.basket(f"T-{reason}", [line("1", 100)], None, payments=(by_card(code, 100),))
        told = refusal(lambda: record_purchase(shop.engine, shop.caller(), basket))  # noqa: B023
        assert told == ("card_not_usable", reason)
        quiet = refusal(lambda: quote_purchase(shop.engine, shop.shopper(), basket, False))  # noqa: B023
        assert quiet == ("card_not_usable", None)


def test_guessing_ends_for_a_shopper_and_members_are_let_through(shop: CardShop) -> None:
    code = shop.card()
    guesses = [shop.engine.codes.code_of("shop", 999 + n, 12) for n in range(101)]
    for guess in guesses[:100]:
        name = CardName(guess, shopper="10.0.0.1")
        assert refusal(lambda: look_up_card(shop.engine, shop.shopper(), name))[0] == (  # noqa: B023
            "card_not_usable"
        )
    with pytest.raises(TooMany):
        shop.look(code, shopper="10.0.0.1")
    assert shop.look(code, shopper="10.0.0.2")["available"] == 5000
    shop.later(hours=1)
    assert shop.look(code, shopper="10.0.0.1")["available"] == 5000


def test_wrong_codes_in_purchases_are_counted_for_their_member(shop: CardShop) -> None:
    for n in range(10):
        guess = shop.engine.codes.code_of("shop", 999 + n, 12)
        basket = shop.basket(f"T-{n}", [line("1", 100)], payments=(by_card(guess, 100),))
        assert refusal(lambda: shop.record(basket))[0] == "card_not_usable"  # noqa: B023
    good = shop.basket("T-10", [line("1", 100)], payments=(by_card(shop.card(), 100),))
    with pytest.raises(TooMany):
        shop.record(good)
    # A slip of the keyboard is not a guess.
    shop.later(hours=1)
    for n in range(20):
        slip = shop.basket(f"S-{n}", [line("1", 100)], payments=(by_card("ABCD", 100),))
        assert refusal(lambda: shop.record(slip))[1] == "malformed"  # noqa: B023
    assert shop.record(replace(good, occurred_at=shop.now)).status == 201


def test_a_purchase_without_cards_costs_no_statement_more(shop: CardShop) -> None:
    plain = Shop(BASE)
    plain.enrol()
    counts = []
    for it in (plain, shop):
        it.buy("T-0", [line("1", 100)], payments=(Payment("gift_card", 100),))
        before = (it.storage.tally.statements, it.storage.tally.trips)
        it.buy("T-1", [line("1", 100)], payments=(Payment("gift_card", 100),))
        it.back("T-1", "R-1", **{"1": 1000})
        after = (it.storage.tally.statements, it.storage.tally.trips)
        counts.append((after[0] - before[0], after[1] - before[1]))
    assert counts[0] == counts[1]


def test_cards_need_a_declaration() -> None:
    shop = Shop(BASE)
    basket = shop.basket("T-1", [line("1", 100)], None, payments=(by_card("ABCD", 100),))
    with pytest.raises(InvalidRequest) as told:
        shop.record(basket)
    assert told.value.code == "gift_cards_undeclared"
    with pytest.raises(InvalidRequest):
        issue_card(shop.engine, shop.fresh(), IssueCard(*WHY))
    # A gift card of somebody else's is a payment like any other.
    plain = replace(basket, payments=(Payment("gift_card", 100), Payment("store_credit", 0)))
    assert shop.record(plain).status == 201


def test_each_purchase_of_a_batch_pays_for_itself(shop: CardShop) -> None:
    code = shop.card(150)
    purchases = [
        shop.basket(f"T-{n}", [line("1", 100)], None, payments=(by_card(code, 100),))
        for n in range(2)
    ]
    results = json.loads(record_batch(shop.engine, shop.caller(), purchases).body)["results"]
    assert [it["status"] for it in results] == [201, 409]
    assert shop.look(code)["available"] == 50


def test_an_exchange_is_paid_with_what_comes_back(shop: CardShop) -> None:
    code = shop.card(1000)
    shop.buy("T-1", [line("1", 1000)], None, payments=(by_card(code, 1000),))
    out = shop.basket("T-2", [line("1", 900)], None, payments=(by_card(code, 900),))
    back = Return("R-1", shop.now, (ReturnLine("1", 1000),), out)
    told = read(record_return(shop.engine, shop.caller(), "T-1", back))
    assert (told["refund"], told["cards_back"][0]["amount"]) == (0, 1000)
    assert shop.look(code)["available"] == 100


def test_a_return_takes_nothing_from_a_card_again(shop: CardShop) -> None:
    """The kept lines lose their discount, so more is due than what came back: in money."""
    off = "rule: off\nlane: discounts\nwhen: [spent_at_least: 100.00]\nthen: [amount_off: 50.00]\n"
    shop = CardShop(off)
    code = shop.card(10000)
    lines = [line("a", 7000), line("b", 3000), line("c", 5000)]
    shop.buy("T-1", lines, None, payments=(by_card(code, 10000),))
    assert shop.back("T-1", "R-1", c=1000)["cards_back"][0]["amount"] == 3334 - 1
    lost = shop.back("T-1", "R-2", b=1000)
    assert "cards_back" not in lost
    assert (lost["refund"], lost["due"]) == (0, 333)
    assert shop.look(code)["available"] == 3333
    rest = shop.back("T-1", "R-3", a=1000)
    assert (rest["refund"], rest["cards_back"][0]["amount"]) == (333, 6667)


def test_credit_follows_a_member_who_turns_out_to_be_another(shop: CardShop) -> None:
    shop.enrol("eve")
    shop.credit(700, "eve")
    merge_members(shop.engine, shop.fresh(), "ada", "eve")
    told = read(show_store_credit(shop.engine, shop.caller(), "ada"))
    assert told["available"] == 700
    assert verify(shop.storage, "shop").findings == ()


def test_what_was_done_by_hand_says_why_and_who(shop: CardShop) -> None:
    code = shop.card(500)
    card = shop.look(code)["card"]
    later = ChangeCard(CardName(card=card), "found in a drawer", "ben")
    extend_card(shop.engine, shop.fresh(), later)
    told = read(show_card_history(shop.engine, shop.caller(), card))
    assert [(it["kind"], it["source"], it["by"]) for it in told["entries"]] == [
        ("load", "sold", "anne")
    ]
    (note,) = told["notes"]
    assert (note["kind"], note["reason"], note["by"]) == ("extend", "found in a drawer", "ben")
    assert shop.look(code)["ends_at"] is None


def reserved(shop: CardShop, code: str, amount: int = 300) -> tuple[str, str]:
    """A reservation that holds value of a card: its id, and that of the hold."""
    basket = shop.basket("T-1", [line("1", 1000)], payments=(by_card(code, amount),))
    told = shop.quote(basket, reserve=True)
    return told["reservation"], told["cards"][0]["hold"]


def test_a_reserved_card_pays_by_its_hold_without_its_code(shop: CardShop) -> None:
    code = shop.card(1000)
    reservation, hold = reserved(shop, code)
    assert (shop.look(code)["available"], shop.look(code)["held"]) == (700, 300)
    told = shop.buy(
        "T-1", [line("1", 1000)], reservation=reservation,
        payments=(Payment("gift_card", 250, hold=hold),),
    )  # fmt: skip
    assert (told["cards"][0]["pays"], told["cards"][0]["left"]) == (250, 750)
    assert (shop.look(code)["available"], shop.look(code)["held"]) == (750, 0)
    assert read(show_value_hold(shop.engine, shop.caller(), hold))["state"] == "released"
    assert verify(shop.storage, "shop").findings == ()


def test_a_reservation_frees_cards_that_its_purchase_leaves_out(shop: CardShop) -> None:
    code = shop.card(1000)
    reservation, _ = reserved(shop, code)
    told = shop.buy("T-1", [line("1", 1000)], reservation=reservation)
    assert "cards" not in told
    assert (shop.look(code)["available"], shop.look(code)["held"]) == (1000, 0)
    assert verify(shop.storage, "shop").findings == ()


def test_a_reservation_of_who_turns_out_to_be_another_is_used_by_that_one(shop: CardShop) -> None:
    shop.enrol("eve")
    shop.credit(700, "eve")
    code = shop.card(1000)
    payments = (Payment("store_credit", 500), by_card(code, 400))
    basket = shop.basket("T-1", [line("1", 1000)], "eve", payments=payments)
    told = shop.quote(basket, reserve=True)
    assert [it["pays"] for it in told["cards"]] == [500, 400]
    merge_members(shop.engine, shop.fresh(), "ada", "eve")
    receipt = shop.buy("T-1", [line("1", 1000)], reservation=told["reservation"], payments=payments)
    assert [(it["pays"], it["left"]) for it in receipt["cards"]] == [(500, 200), (400, 600)]
    shop.back("T-1", "R-1", **{"1": 1000})
    assert shop.look(code)["available"] == 1000
    assert read(show_store_credit(shop.engine, shop.caller(), "ada"))["available"] == 700
    assert verify(shop.storage, "shop").findings == ()


def test_a_reservation_lets_a_card_pay_more_than_it_held(shop: CardShop) -> None:
    code = shop.card(1000)
    reservation, _ = reserved(shop, code)
    payments = (by_card(code, 900),)
    told = shop.buy("T-1", [line("1", 1000)], reservation=reservation, payments=payments)
    assert told["cards"][0]["left"] == 100


def test_a_purchase_that_is_refused_leaves_its_reservation_as_it_is(shop: CardShop) -> None:
    code = shop.card(1000)
    reservation, hold = reserved(shop, code)
    basket = shop.basket(
        "T-1", [line("1", 2000)], reservation=reservation, payments=(by_card(code, 1001),)
    )
    assert refusal(lambda: shop.record(basket))[0] == "insufficient_value"
    assert read(show_value_hold(shop.engine, shop.caller(), hold))["state"] == "open"
    block_card(shop.engine, shop.fresh(), ChangeCard(CardName(code), "stolen", "anne"))
    again = replace(basket, payments=(by_card(code, 300),))
    assert refusal(lambda: shop.record(again)) == ("card_not_usable", "blocked")


def test_a_reservation_counts_wrong_codes_and_leaves_other_holds_alone(shop: CardShop) -> None:
    code = shop.card(1000)
    shop.hold_value("H-1", code, 300)
    basket = shop.basket(
        "T-1", [line("1", 1000)], payments=(Payment("gift_card", 300, hold="H-1"),)
    )
    told = shop.quote(basket, reserve=True)
    assert (told["cards"][0]["pays"], "hold" in told["cards"][0]) == (300, False)
    assert shop.look(code)["held"] == 300
    for n in range(10):
        guess = shop.engine.codes.code_of("shop", 999 + n, 12)
        tried = shop.basket("T-2", [line("1", 100)], payments=(by_card(guess, 100),))
        assert refusal(lambda: shop.quote(tried, reserve=True))[0] == "card_not_usable"  # noqa: B023
    with pytest.raises(TooMany):
        shop.quote(replace(tried, payments=(by_card(code, 100),)), reserve=True)


def test_points_and_cards_together_pay_no_more_than_is_due(shop: CardShop) -> None:
    shop.adjust(300)
    code = shop.card(1000)
    told = shop.buy(
        "T-1", [line("1", 1000)], payments=(by_card(code, 1000),), spend={"points": 300}
    )
    assert told["cards"][0]["pays"] == 700
    assert {it["code"] for it in told["flags"]} == {"card_pays_less", "payments_differ"}
    assert shop.look(code)["available"] == 300


def test_a_secret_is_needed() -> None:
    shop = CardShop()
    shop.engine = replace(shop.engine, codes=type(shop.engine.codes)())
    with pytest.raises(LoyaltyError) as told:
        issue_card(shop.engine, shop.fresh(), IssueCard(*WHY))
    assert told.value.code == "secret_missing"


def test_no_card_counts_as_points(shop: CardShop) -> None:
    shop.card(5000)
    shop.credit(700)
    report = verify(shop.storage, "shop")
    assert report.totals == {}
    value = report.stored_value["EUR"]
    assert (value.issued, value.outstanding) == (5700, 5700)
    assert shop.points() == 0


def test_refusals_tell_of_cards_and_nothing_else(shop: CardShop) -> None:
    with pytest.raises(CardRefused) as told:
        look_up_card(shop.engine, shop.shopper(), CardName("ABCD"))
    assert (told.value.values, str(told.value)) == ({}, "this card cannot be used")
