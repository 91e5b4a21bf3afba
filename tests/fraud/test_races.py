"""Twenty at once where it pays to be quick: rewards for friends, claims, circles of households."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.join_household import add_to_household, open_household
from loyalty_engine.use_cases.leave_household import leave_household
from tests.shop import BASE, PROGRAM, Shop, line
from tests.use_cases.test_races import WAYS, at_once
from tests.use_cases.test_referrals import FRIENDS, SIGNALS, claim, code, join, kept, settle

FREE = "switches: {household_wait_days: 0}\n"


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    storage = SqlStorage(database_url, pool_size=WAYS)
    storage.create_schema()
    shop = Shop(BASE, program=PROGRAM + SIGNALS + FREE, referral=FRIENDS, storage=storage)
    shop.enrol("ada")
    yield shop
    assert verify(storage, "shop").findings == ()
    storage.close()


def test_a_reward_that_twenty_workers_give_is_given_once(shop: Shop) -> None:
    join(shop, "bob", code(shop))
    shop.buy("T-1", [line("1", 2500)], "bob")
    shop.later(days=31)
    told = at_once(lambda _: settle(shop))
    assert Counter(told) == {"rewarded": WAYS}
    assert (shop.points(member="ada"), shop.points(member="bob")) == (500, 325)


def test_a_reward_is_not_given_for_what_comes_back_at_that_instant(shop: Shop) -> None:
    join(shop, "bob", code(shop))
    shop.buy("T-1", [line("1", 2500)], "bob")
    shop.later(days=31)
    at_once(lambda i: shop.cancel("T-1") if i == 0 else settle(shop), 6)
    assert settle(shop) == "joined"
    assert (shop.points(member="ada"), shop.points(member="bob")) == (0, 0)


def test_one_friend_comes_by_one_of_twenty(shop: Shop) -> None:
    codes = []
    for number in range(WAYS):
        shop.enrol(f"m-{number}")
        codes.append(code(shop, f"m-{number}"))
    shop.enrol("new", enrolled_at=shop.now)
    told = at_once(lambda i: claim(shop, "new", codes[i]))
    assert Counter(told) == {"joined": 1, "refused": WAYS - 1}
    assert kept(shop, "new")[0] == "joined"


def test_two_who_name_each_other_at_once_are_no_ring(shop: Shop) -> None:
    for name in ("eve", "joe"):
        shop.enrol(name, enrolled_at=shop.now)
    codes = {"joe": code(shop, "eve"), "eve": code(shop, "joe")}
    told = at_once(lambda i: claim(shop, ("eve", "joe")[i], codes[("eve", "joe")[i]]), 2)
    assert sorted(told) == ["joined", "refused"]


def test_points_in_circles_through_households_stay_as_many(shop: Shop) -> None:
    """Joining, leaving and joining again, all at once: the sum never changes."""
    names = ["a", "b", "c", "d"]
    for name in names:
        shop.enrol(name)
        shop.adjust(100, member=name)
    open_household(shop.engine, shop.fresh(), "one", "a")
    open_household(shop.engine, shop.fresh(), "two", "b")

    def act(number: int) -> Any:
        home, who = ("one", "two")[number % 2], names[number % 4]
        if number % 3:
            return add_to_household(shop.engine, shop.caller(), home, who)
        return leave_household(shop.engine, shop.caller(), ("two", "one")[number % 2], who)

    at_once(act)
    with shop.storage.read("shop") as view:
        accounts = {it.account for it in map(view.member, view.members_after(0)) if it}
        there = sum(
            it.available + it.pending + it.held - it.debt
            for account in accounts
            for it in view.balances(account).values()
        )
    assert there == 100 * len(names)
