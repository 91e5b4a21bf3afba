"""Points as gifts: nothing is made or lost, whoever gives, takes back and spends at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_engine.domain.errors import Conflict, InsufficientPoints, LoyaltyError
from loyalty_engine.domain.requests import GiftRequest, HoldRequest
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.gifts.cancel_gift import cancel_gift
from loyalty_engine.use_cases.gifts.give_points import give_points, show_gift
from loyalty_engine.use_cases.merges.merge_members import merge_members
from loyalty_engine.use_cases.spending.place_hold import place_hold
from tests.shop import BASE, PROGRAM, Shop, line, read
from tests.use_cases.test_races import WAYS, at_once
from tests.use_cases.test_shared_tiers import deadlocks

PEOPLE = ("ada", "bea", "cid")


def made(url: str, gifts: str = "yes") -> Shop:
    storage = SqlStorage(url, pool_size=WAYS)
    storage.create_schema()
    worth = f"tender: 0.01, expires: 3 months, gifts: {gifts}"
    shop = Shop(BASE, program=PROGRAM.replace("tender: 0.01", worth), storage=storage)
    for member in PEOPLE:
        shop.enrol(member)
    return shop


def proven(shop: Shop) -> None:
    assert verify(shop.storage, "shop").findings == ()
    shop.storage.close()


@pytest.fixture
def shop(sqlite_url: str) -> Iterator[Shop]:
    shop = made(sqlite_url)
    yield shop
    proven(shop)


def give(shop: Shop, id: str, points: int, giver: str = "ada", to: str = "bea") -> dict[str, Any]:
    asked = GiftRequest(id, giver, to, "points", points)
    return read(give_points(shop.engine, shop.caller(), asked))


def back(shop: Shop, id: str) -> dict[str, Any]:
    return read(cancel_gift(shop.engine, shop.fresh(), id, "a mistake", "support"))


def balances(shop: Shop) -> list[int]:
    return [shop.points(member=it) for it in PEOPLE]


def test_circles_move_all_and_keep_the_sum(database_url: str) -> None:
    shop = made(database_url)
    for member in PEOPLE:
        shop.adjust(100, member=member)
    told = at_once(lambda i: give(shop, f"G-{i}", 10, PEOPLE[i % 3], PEOPLE[(i + 1) % 3]))
    assert not [it for it in told if isinstance(it, LoyaltyError)]
    # 20 gifts: Ada and Bea have given seven, Cid six; each was given by the one before.
    assert balances(shop) == [100 - 70 + 60, 100 - 70 + 70, 100 - 60 + 70]
    assert deadlocks(database_url) == 0
    proven(shop)


def test_the_last_points_are_given_once(database_url: str) -> None:
    shop = made(database_url, "{given_per_month: 50}")
    shop.adjust(65)
    told = at_once(lambda i: give(shop, f"G-{i}", 10, "ada", PEOPLE[1 + i % 2]))
    kinds = Counter(getattr(it, "code", "given") for it in told)
    assert kinds == {"given": 5, "gift_limit_reached": 15}
    assert sum(balances(shop)) == 65
    proven(shop)


def test_a_gift_is_spent_or_taken_back(database_url: str) -> None:
    shop = made(database_url)
    shop.adjust(100)
    give(shop, "G-1", 100)

    def act(i: int) -> Any:
        if i % 5 == 0:
            return back(shop, "G-1")
        return shop.buy(f"T-{i}", [line("1", 10)], "bea", spend={"points": 10})

    told = at_once(act)
    spent = sum(10 for it in told if isinstance(it, dict) and "purchase" in it)
    assert {it.code for it in told if isinstance(it, LoyaltyError)} <= {
        "insufficient_points", "gift_spent",
    }  # fmt: skip
    assert balances(shop) == [100 - spent, 0, 0]
    proven(shop)


def test_twins_give_once(database_url: str) -> None:
    shop = made(database_url)
    shop.adjust(100)
    told = at_once(lambda i: give(shop, "G-1", 10))
    assert {it["state"] for it in told} == {"given"}
    assert balances(shop) == [90, 10, 0]
    taken = at_once(lambda i: give(shop, "G-2", 10, *(("ada", "bea") if i % 2 else ("bea", "ada"))))
    assert {getattr(it, "code", "given") for it in taken} == {"given", "gift_exists"}
    assert sum(balances(shop)) == 100
    proven(shop)


def test_debts_are_paid_first_and_held_points_stay(shop: Shop) -> None:
    shop.adjust(50)
    shop.buy("T-1", [line("1", 2000)], "bea")
    shop.buy("T-2", [line("1", 20)], "bea", spend={"points": 20})
    shop.cancel("T-1")
    assert shop.points(member="bea") == -20
    give(shop, "G-1", 30)
    assert shop.points(member="bea") == 10
    place_hold(shop.engine, shop.caller(), HoldRequest("H-1", "ada", "points", 15))
    with pytest.raises(InsufficientPoints):
        give(shop, "G-2", 6)
    assert back(shop, "G-1")["returned"] == 10


def test_what_comes_back_after_a_gift_is_owed_by_the_giver(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)])
    give(shop, "G-1", 10)
    shop.cancel("T-1")
    assert balances(shop) == [-10, 10, 0]
    back(shop, "G-1")
    assert balances(shop) == [0, 0, 0]


def test_gifts_go_along_with_who_is_merged(shop: Shop) -> None:
    shop.adjust(100)
    give(shop, "G-1", 40)
    merge_members(shop.engine, shop.fresh(), "cid", "bea")
    assert read(show_gift(shop.engine, shop.caller(), "G-1"))["to"] == "cid"
    assert back(shop, "G-1")["returned"] == 40
    give(shop, "G-2", 40, "ada", "cid")
    merge_members(shop.engine, shop.fresh(), "cid", "ada")
    with pytest.raises(Conflict, match="nothing of the gift"):
        back(shop, "G-2")
    assert shop.points(member="ada") == 100


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(PEOPLE),
            st.sampled_from(PEOPLE),
            st.integers(1, 60),
            st.sampled_from(("give", "give", "back", "spend", "wait")),
        ),
        max_size=12,
    )
)
def test_no_life_of_gifts_makes_points_or_lets_them_last(
    steps: list[tuple[str, str, int, str]],
) -> None:
    shop = made("sqlite://")
    for number, member in enumerate(PEOPLE):
        shop.adjust(100, member=member)
        shop.later(days=number)
    last = shop.now + timedelta(days=93)
    spent = 0
    for place, (giver, to, points, what) in enumerate(steps):
        try:
            match what:
                case "give":
                    give(shop, f"G-{place}", points, giver, to)
                case "back":
                    back(shop, f"G-{max(0, place - points % 3 - 1)}")
                case "spend":
                    shop.buy(f"T-{place}", [line("1", points)], giver, spend={"points": points})
                    spent += points
                case "wait":
                    shop.later(hours=points)
        except LoyaltyError:
            pass  # refused, and nothing has changed
    assert sum(balances(shop)) == 300 - spent
    shop.now = last
    assert balances(shop) == [0, 0, 0]
    proven(shop)
