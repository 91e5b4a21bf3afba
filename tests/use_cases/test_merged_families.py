"""Merges of members who have been in households, are in one, or are asked to join one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from loyalty_engine.domain.errors import Conflict
from loyalty_engine.ports import Address
from loyalty_engine.use_cases.households.join_household import (
    accept,
    add_to_household,
    invite,
    open_household,
)
from loyalty_engine.use_cases.households.leave_household import leave_household
from loyalty_engine.use_cases.merges.merge_members import merge_members
from tests.shop import Shop, line, read
from tests.use_cases.test_households import add, begin, household, leave, made, proven, switched


@pytest.fixture
def shop(sqlite_url: str) -> Iterator[Shop]:
    shop = made(sqlite_url)
    yield shop
    proven(shop)


def merge(shop: Shop, into: str = "ada", other: str = "bea") -> None:
    merge_members(shop.engine, shop.fresh(), into, other)


def open_memberships(shop: Shop, member: str) -> list[bool]:
    with shop.storage.read("shop") as view:
        number = view.whose(Address("member", member))
        assert number is not None
        return [it.until is None for it in view.memberships(number)]


def test_who_joins_one_in_a_household_brings_all_to_it_and_takes_it_along(shop: Shop) -> None:
    begin(shop, "ada", "cid")
    shop.buy("T-1", [line("1", 1000)], "bea")
    shop.buy("T-2", [line("1", 500)], "cid")
    merge(shop)
    assert shop.points() == shop.points(member="cid") == 15
    told = {it["member"]: it["contributed"] for it in household(shop)["members"]}
    assert told == {"ada": {"points": 10}, "cid": {"points": 5}}
    shop.cancel("T-1")
    assert shop.points(member="cid") == 5
    leave(shop, "ada")
    assert (shop.points(), shop.points(member="bea"), shop.points(member="cid")) == (0, 0, 5)


def test_who_is_in_a_household_cannot_become_another(shop: Shop) -> None:
    begin(shop, "bea")
    with pytest.raises(Conflict) as refused:
        merge(shop)
    assert refused.value.code == "in_household"


def test_what_was_earned_in_a_household_left_before_comes_back_from_where_it_is(
    shop: Shop,
) -> None:
    begin(shop, "bea", "cid")
    shop.buy("T-1", [line("1", 1000)], "bea")
    shop.buy("T-2", [line("1", 500)], "cid")
    shop.later(days=1)
    leave(shop, "bea")
    shop.later(days=1)
    merge(shop)
    assert (shop.points(), shop.points(member="cid")) == (10, 5)
    shop.cancel("T-1")
    assert (shop.points(), shop.points(member="cid")) == (0, 5)


def test_a_merge_shortens_no_wait_between_households(sqlite_url: str) -> None:
    shop = made(sqlite_url, program=switched(household_wait_days=30))
    begin(shop, "bea")
    leave(shop, "bea")
    shop.later(days=1)
    merge(shop)
    open_household(shop.engine, shop.caller(), "jones", "cid")
    with pytest.raises(Conflict) as refused:
        add_to_household(shop.engine, shop.fresh(), "jones", "ada")
    assert refused.value.code == "household_too_soon"
    proven(shop)


def test_an_invitation_goes_along(shop: Shop) -> None:
    begin(shop, "cid")
    invite(shop.engine, shop.fresh(), "smith", "cid", "bea")
    merge(shop)
    assert [it["member"] for it in household(shop)["invitations"]] == ["ada"]
    joined = read(accept(shop.engine, shop.fresh(), "smith", "ada"))
    assert {it["member"] for it in joined["members"]} == {"ada", "cid"}


@pytest.mark.parametrize("inside", [True, False])
def test_an_invitation_that_says_nothing_new_goes(shop: Shop, inside: bool) -> None:
    begin(shop, "cid")
    if inside:
        add(shop, "ada")
    else:
        invite(shop.engine, shop.fresh(), "smith", "cid", "ada")
    invite(shop.engine, shop.fresh(), "smith", "cid", "bea")
    merge(shop)
    asked = [it["member"] for it in household(shop)["invitations"]]
    assert asked == ([] if inside else ["ada"])


def test_a_household_of_the_others_past_does_not_hide_the_present_one(shop: Shop) -> None:
    open_household(shop.engine, shop.caller(), "jones", "ada")
    shop.later(days=1)
    begin(shop, "bea", "cid")
    shop.later(days=1)
    leave(shop, "bea")
    merge(shop)
    assert open_memberships(shop, "ada") == [True, False]
    leave_household(shop.engine, shop.fresh(), "jones", "ada")
    assert open_memberships(shop, "ada") == [False, False]
    shop.later(days=1)
    add(shop, "ada")
    assert {it["member"] for it in household(shop)["members"]} == {"ada", "cid"}
