"""Units of work that need the points of two households at once: nobody waits in a circle."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from loyalty_engine.domain.errors import LoyaltyError
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.households.join_household import add_to_household, open_household
from loyalty_engine.use_cases.households.leave_household import leave_household
from tests.shop import BASE, PROGRAM, Shop, line
from tests.use_cases.test_races import WAYS, at_once

CARD = """
challenge: coffee-card
title: Coffee card
count: units
owner: household
each: month
on: [category: drinks/coffee]
goal: 10
then: [earn_points: 100]
"""
FREE = PROGRAM + "switches: {household_wait_days: 0}\n"


@pytest.fixture(params=[False, True], ids=["points", "cards"])
def shop(request: pytest.FixtureRequest, postgres_url: str) -> Iterator[Shop]:
    storage = SqlStorage(postgres_url, pool_size=WAYS)
    storage.create_schema()
    cards = [CARD] if request.param else []
    shop = Shop(BASE, program=FREE, challenges=cards, storage=storage)
    for member in ("ada", "bea", "cid", "dan"):
        shop.enrol(member)
    open_household(shop.engine, shop.fresh(), "one", "ada")
    open_household(shop.engine, shop.fresh(), "two", "bea")
    join(shop, "one", "cid")
    join(shop, "two", "dan")
    yield shop
    assert verify(storage, "shop").findings == ()
    storage.close()


def join(shop: Shop, household: str, member: str) -> object:
    return add_to_household(shop.engine, shop.fresh(), household, member)


def leave(shop: Shop, household: str, member: str) -> object:
    return leave_household(shop.engine, shop.fresh(), household, member)


def coffee(shop: Shop, name: str, member: str) -> None:
    shop.buy(name, [line("1", 300, category="drinks/coffee")], member)


def test_returns_of_two_who_changed_households_do_not_wait_for_each_other(shop: Shop) -> None:
    for way in range(WAYS):
        coffee(shop, f"T-{way}", ("cid", "dan")[way % 2])
    shop.later(days=1)
    leave(shop, "one", "cid")
    leave(shop, "two", "dan")
    join(shop, "two", "cid")
    join(shop, "one", "dan")
    told = at_once(lambda way: shop.back(f"T-{way}", f"R-{way}", **{"1": 1000}))
    assert not [it for it in told if isinstance(it, LoyaltyError)]
    assert (shop.points(member="ada"), shop.points(member="bea")) == (0, 0)


def test_what_began_before_a_member_left_does_not_stop_its_returns(shop: Shop) -> None:
    for way in range(WAYS):
        coffee(shop, f"T-{way}", "cid")
    shop.later(days=1)

    def act(way: int) -> object:
        if way == 3:
            return leave(shop, "one", "cid")
        if way % 3:
            return shop.back(f"T-{way}", f"R-{way}", **{"1": 1000})
        coffee(shop, f"N-{way}", ("cid", "ada")[way % 2])
        return None

    told = at_once(act)
    assert not [it for it in told if isinstance(it, LoyaltyError)]
