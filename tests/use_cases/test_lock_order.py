"""Whoever needs what is another's, at the same instant as the other: nothing lost, nobody refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime

import pytest

from loyalty_engine.domain.errors import LoyaltyError, Unavailable
from loyalty_engine.ports import Address
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.work import SqlWork
from loyalty_engine.use_cases.merges.merge_members import merge_members
from loyalty_engine.use_cases.referrals.review_referral import Review, review_referral
from tests.shop import BASE, PROGRAM, Shop, line
from tests.use_cases.test_races import WAYS, at_once
from tests.use_cases.test_referrals import FRIENDS, SIGNALS, claim, code, join, kept, number, settle


class Watched(SqlStorage):
    """Knows how often something had to be done again: after a deadlock, for one."""

    again = 0

    def begin(
        self, program: str, now: datetime, *, sure: bool = False
    ) -> AbstractContextManager[SqlWork]:
        self.again += sure
        return super().begin(program, now, sure=sure)


@pytest.fixture
def storage(postgres_url: str) -> Watched:
    storage = Watched(postgres_url, pool_size=WAYS)
    storage.create_schema()
    return storage


@pytest.fixture
def shop(storage: Watched) -> Iterator[Shop]:
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


def test_all_who_name_each_other_at_once_wait_in_one_order(shop: Shop, storage: Watched) -> None:
    """Two and two, each the other's friend: one of them came by the other."""
    names = [f"m-{it}" for it in range(WAYS)]
    for name in names:
        shop.enrol(name, enrolled_at=shop.now)
    codes = {name: code(shop, name) for name in names}
    told = at_once(lambda it: claim(shop, names[it], codes[names[it ^ 1]]))
    assert Counter(told) == {"joined": WAYS // 2, "refused": WAYS // 2}
    assert not storage.again


def test_claims_in_a_circle_wait_in_one_order(shop: Shop, storage: Watched) -> None:
    names = ["m-0", "m-1", "m-2"]
    for name in names:
        shop.enrol(name, enrolled_at=shop.now)
    codes = {name: code(shop, name) for name in names}
    told = at_once(lambda it: claim(shop, names[it % 3], codes[names[(it + 1 + it // 3 % 2) % 3]]))
    assert not [it for it in told if isinstance(it, LoyaltyError)]
    assert not storage.again


def test_reviews_while_the_job_settles_are_answered(shop: Shop) -> None:
    join(shop, "bob", code(shop), device="d-ada")
    join(shop, "cid", code(shop))
    for name in ("bob", "cid"):
        shop.buy(f"T-{name}", [line("1", 2500)], name)
    shop.later(days=31)

    def act(way: int) -> object:
        if way % 2:
            return settle(shop, ("bob", "cid")[way // 2 % 2])
        return review_referral(
            shop.engine, shop.fresh(), ("bob", "cid")[way // 2 % 2], Review("refuse", "", "support")
        )

    told = at_once(act)
    assert not [it for it in told if isinstance(it, Unavailable)]
    settle(shop, "bob"), settle(shop, "cid")
    assert (kept(shop, "bob")[0], kept(shop, "cid")[0]) == ("refused", "refused")
    assert (shop.points(), shop.points(member="bob")) == (0, 25)


def test_who_names_a_member_that_is_being_merged_came_by_the_one_who_stays(shop: Shop) -> None:
    shop.enrol("ann")
    code(shop, "ada")
    named = code(shop, "ann")
    names = [f"m-{it}" for it in range(WAYS - 1)]
    for name in names:
        shop.enrol(name, enrolled_at=shop.now)

    def act(way: int) -> object:
        if way == WAYS - 1:
            return merge_members(shop.engine, shop.fresh(), "ada", "ann")
        return claim(shop, names[way], named)

    assert at_once(act)[:-1] == ["joined"] * (WAYS - 1)
    assert {came_by(shop, name) for name in names} == {number(shop, "ada")}


EVERYBODY = """
rule: everybody
lane: bonus
then: [earn_points: 10]
limits: [{points: 100000, per: all}]
"""
SLICED = """
rule: sliced
lane: bonus
then: [earn_points: 10]
limits: [{uses: 5000, per: all}]
"""
PAIR = """
challenge: pair
title: {en: A pair, fr: Une paire}
count: purchases
goal: 2
rounds: again
then: [earn_points: 100]
limits: [{uses: UP_TO, per: all}]
"""


@pytest.mark.parametrize("room", [1000, 6])
def test_merges_that_fill_cards_and_purchases_share_the_limits_of_all(
    storage: Watched, room: int
) -> None:
    """Half of them merge two members with one purchase each, which fills a card; the others buy
    twice: all of them use two limits that rules have and one that a challenge has, for everybody.
    """
    pair = PAIR.replace("UP_TO", str(room))
    shop = Shop(BASE, EVERYBODY, SLICED, challenges=[pair], storage=storage)
    for way in range(WAYS):
        for name in (f"m-{way}", f"o-{way}"):
            shop.enrol(name)
            if way % 2:
                shop.buy(f"T-{name}", [line("1", 100)], name)

    def act(way: int) -> object:
        if way % 2:
            return merge_members(shop.engine, shop.fresh(), f"m-{way}", f"o-{way}")
        return [shop.buy(f"T-{way}-{n}", [line("1", 100)], f"m-{way}") for n in range(2)]

    told = at_once(act)
    assert not [it for it in told if isinstance(it, LoyaltyError)]
    prizes = sum(shop.points(member=f"m-{way}") >= 100 for way in range(WAYS))
    assert prizes == min(room, WAYS)
    if room > WAYS:
        assert not storage.again
    assert verify(storage, "shop").findings == ()
    storage.close()
