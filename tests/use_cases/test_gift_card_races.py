"""Twenty at once on one card: its last cent, its hold, its load; cards named in opposite orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from loyalty_engine.domain.errors import LoyaltyError
from loyalty_engine.domain.purchase import Payment
from loyalty_engine.storage.sql.integrity import ValueTotals, value_totals, verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.purchases.release_reservation import release_reservation
from loyalty_engine.use_cases.stored_value.finding_cards import CardName
from loyalty_engine.use_cases.stored_value.gift_cards import (
    ChangeCard,
    LoadCard,
    load_card,
    replace_card,
)
from loyalty_engine.use_cases.stored_value.purses import read_number
from loyalty_engine.use_cases.stored_value.settle_purse import settle_purse
from loyalty_engine.use_cases.stored_value.value_holds import capture_value_hold, release_value_hold
from tests.card_shop import WHY, CardShop, by_card
from tests.shop import line, read
from tests.use_cases.test_races import WAYS, at_once


@pytest.fixture
def shop(database_url: str) -> Iterator[CardShop]:
    storage = SqlStorage(database_url, pool_size=WAYS)
    storage.create_schema()
    shop = CardShop(storage=storage)
    yield shop
    assert verify(storage, "shop").findings == ()
    storage.close()


def codes(outcomes: list[Any]) -> Counter[str]:
    return Counter(it.code for it in outcomes if isinstance(it, LoyaltyError))


def pay(shop: CardShop, number: int, *payments: Any) -> Any:
    due = sum(it.amount for it in payments)
    return shop.buy(f"T-{number}", [line("1", due)], None, payments=payments)


def test_the_last_cent_of_a_card_is_spent_once(shop: CardShop) -> None:
    card = shop.card(100)
    outcomes = at_once(lambda i: pay(shop, i, by_card(card, 100)))
    assert codes(outcomes) == {"insufficient_value": WAYS - 1}
    assert shop.look(card)["available"] == 0


def test_one_purchase_sent_twenty_times_pays_once(shop: CardShop) -> None:
    card = shop.card(5000)
    outcomes = at_once(lambda _: pay(shop, 1, by_card(card, 100)))
    assert codes(outcomes) == {}
    assert shop.look(card)["available"] == 4900


def test_the_last_cent_of_a_members_credit_is_spent_once(shop: CardShop) -> None:
    shop.enrol()
    shop.credit(60)
    shop.credit(40)
    paid = (Payment("store_credit", 100),)
    outcomes = at_once(lambda i: shop.buy(f"T-{i}", [line("1", 100)], payments=paid))
    assert codes(outcomes) == {"insufficient_value": WAYS - 1}


def test_two_cards_in_opposite_orders_do_not_wait_for_each_other(shop: CardShop) -> None:
    blue, red = shop.card(1000), shop.card(1000)
    orders = [(blue, red), (red, blue)]
    outcomes = at_once(lambda i: pay(shop, i, *(by_card(code, 50) for code in orders[i % 2])))
    assert codes(outcomes) == {}
    assert [shop.look(it)["available"] for it in (blue, red)] == [0, 0]


def test_captured_released_or_lapsed_a_hold_ends_once(shop: CardShop) -> None:
    card = shop.card(100)
    shop.hold_value("H-1", card, 100, 60)
    number = read_number(shop.look(card)["card"])
    assert number is not None
    ends = shop.now
    shop.later(seconds=60)
    lapsing = shop.caller()
    shop.now = ends

    def act(i: int) -> Any:
        if i % 4 == 0:
            return settle_purse(shop.engine, "shop", number, lapsing.now)
        if i % 4 == 1:
            return pay(shop, i, by_card("", 100, hold="H-1"))
        if i % 4 == 2:
            return read(release_value_hold(shop.engine, shop.caller(), "H-1"))
        return read(capture_value_hold(shop.engine, shop.caller(), "H-1", 100))

    outcomes = at_once(act)
    used = sum("cards" in it for it in outcomes if isinstance(it, dict))
    captured = sum(it.get("state") == "captured" for it in outcomes if isinstance(it, dict))
    assert used <= 1
    assert not (used and captured)
    left = 0 if used or captured else 100
    assert (shop.look(card)["available"], shop.look(card)["held"]) == (left, 0)


def test_what_a_reservation_holds_is_used_once_or_free_again(shop: CardShop) -> None:
    """The purchase that names it, its release, and somebody else who tries the card meanwhile."""
    shop.enrol()
    card = shop.card(100)
    basket = shop.basket("T-0", [line("1", 100)], payments=(by_card(card, 100),))
    reservation = shop.quote(basket, reserve=True)["reservation"]

    def act(i: int) -> Any:
        if i % 3 == 0:
            own = shop.basket(f"T-{i}", [line("1", 100)], reservation=reservation,
                              payments=(by_card(card, 100),))  # fmt: skip
            return read(shop.record(own))
        if i % 3 == 1:
            return read(release_reservation(shop.engine, shop.caller(), reservation))
        return pay(shop, i, by_card(card, 100))

    outcomes = at_once(act)
    paid = sum("cards" in it for it in outcomes if isinstance(it, dict))
    assert paid == 1  # whoever came first after the release, or the purchase that names it
    assert set(codes(outcomes)) <= {"insufficient_value", "reservation_used"}
    assert (shop.look(card)["available"], shop.look(card)["held"]) == (0, 0)


def test_loaded_and_spent_at_once_every_cent_is_there(shop: CardShop) -> None:
    card = shop.card(1000)

    def act(i: int) -> Any:
        if i % 2:
            return read(load_card(shop.engine, shop.fresh(), LoadCard(CardName(card), 10, *WHY)))
        return pay(shop, i, by_card(card, 30))

    assert codes(at_once(act)) == {}
    assert shop.look(card)["available"] == 1000 + 10 * 10 - 10 * 30


def test_a_lost_card_is_replaced_once_while_others_pay_with_it(shop: CardShop) -> None:
    card = shop.card(1000)

    def act(i: int) -> Any:
        if i % 2:
            change = ChangeCard(CardName(card), "lost", "anne")
            return read(replace_card(shop.engine, shop.fresh(), change))
        return pay(shop, i, by_card(card, 10))

    outcomes = at_once(act)
    new = [it for it in outcomes if isinstance(it, dict) and "replaces" in it]
    paid = sum("cards" in it for it in outcomes if isinstance(it, dict))
    assert len(new) == 1
    assert new[0]["available"] == 1000 - 10 * paid
    assert set(codes(outcomes)) <= {"card_not_usable"}


def test_cancelled_twenty_times_a_purchase_gives_back_once(shop: CardShop) -> None:
    card = shop.card(1000)
    pay(shop, 1, by_card(card, 700))
    outcomes = at_once(lambda _: shop.cancel("T-1"))
    assert codes(outcomes) == {"purchase_cancelled": WAYS - 1}
    assert value_totals(shop.storage, "shop") == {"EUR": ValueTotals(1000, 0, 0, 1000)}
