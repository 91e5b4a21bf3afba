"""Twenty at once where it pays to be quick: rewards for friends, claims, circles of households."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.households.join_household import add_to_household, open_household
from loyalty_engine.use_cases.households.leave_household import leave_household
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


PRIZE = """
challenge: prize
title: {en: A prize, fr: Un prix}
count: purchases
goal: 2
owner: household
then: [earn_points: 1000]
"""
SHARED_OUT = "switches: {household_wait_days: 0, household_leaving: equal_share}\n"


def test_who_leaves_as_a_prize_is_won_has_it_once(database_url: str) -> None:
    """Whoever got a share of the prize when leaving counts for nothing towards it alone."""
    storage = SqlStorage(database_url, pool_size=8)
    storage.create_schema()
    shop = Shop(BASE, program=PROGRAM + SHARED_OUT, challenges=[PRIZE], storage=storage)
    for n in range(6):
        stays, goes, home = f"stays-{n}", f"goes-{n}", f"home-{n}"
        for name in (stays, goes):
            shop.enrol(name)
            if name == stays:
                open_household(shop.engine, shop.fresh(), home, name)
            else:
                add_to_household(shop.engine, shop.fresh(), home, name)
        shop.buy(f"{home}-1", [line("1", 100)], stays)

        def act(i: int) -> Any:
            if i:
                return leave_household(shop.engine, shop.caller(), home, goes)  # noqa: B023
            return shop.buy(f"{home}-2", [line("1", 100)], stays)  # noqa: B023

        told = at_once(act, 2)
        assert [it for it in told if isinstance(it, Exception)] == []
        share = shop.points(member=goes)
        for number in (3, 4):
            shop.buy(f"{home}-{number}", [line("1", 100)], goes)
        alone = shop.points(member=goes) - share
        assert (share >= 500) != (alone >= 1000)
        assert shop.points(member=stays) >= 500
    assert verify(storage, "shop").findings == ()
    storage.close()
