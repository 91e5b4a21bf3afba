"""Whoever needs what is another's, at the same instant as the other: nothing lost, nobody refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from loyalty_engine.domain.errors import LoyaltyError, Unavailable
from loyalty_engine.ports import Address
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.merge_members import merge_members
from tests.shop import BASE, PROGRAM, Shop, line
from tests.use_cases.test_races import WAYS, at_once
from tests.use_cases.test_referrals import FRIENDS, SIGNALS, code, join, number, settle


@pytest.fixture
def shop(postgres_url: str) -> Iterator[Shop]:
    storage = SqlStorage(postgres_url, pool_size=WAYS)
    storage.create_schema()
    shop = Shop(BASE, program=PROGRAM + SIGNALS, referral=FRIENDS, storage=storage)
    shop.enrol("ada")
    yield shop
    assert verify(storage, "shop").findings == ()
    storage.close()


def came_by(shop: Shop, friend: str) -> int:
    with shop.storage.read("shop") as view:
        found = view.referral(number(shop, friend))
    assert found is not None
    return found.referrer


def test_who_buys_while_its_referrer_is_merged_came_by_the_one_who_stays(shop: Shop) -> None:
    shop.enrol("ann")
    join(shop, "bob", code(shop, "ann"))
    with shop.storage.begin("shop", shop.now) as work:
        friend = work.find_member(Address("member", "bob"))
        assert friend is not None
        seen = work.referral(friend.number)
        assert seen is not None
        merge_members(shop.engine, shop.fresh(), "ada", "ann")
        work.save_referral(replace(seen, reason="as it was seen"))
    assert came_by(shop, "bob") == number(shop, "ada")


def test_friends_who_buy_during_a_merge_are_rewarded(shop: Shop) -> None:
    shop.enrol("ann")
    friends = [f"m-{it}" for it in range(WAYS - 1)]
    for name in friends:
        join(shop, name, code(shop, "ann"))

    def act(way: int) -> object:
        if way == WAYS // 2:
            return merge_members(shop.engine, shop.fresh(), "ada", "ann")
        name = friends[way if way < WAYS // 2 else way - 1]
        return shop.buy(f"T-{way}", [line("1", 2500)], name)

    told = at_once(act)
    assert not [it for it in told if isinstance(it, LoyaltyError)]
    assert {came_by(shop, name) for name in friends} == {number(shop, "ada")}
    shop.later(days=31)
    assert {settle(shop, name) for name in friends} == {"rewarded"}
