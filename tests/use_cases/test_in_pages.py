"""What time brings to a page of members is what it brings to one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from loyalty_engine.domain.errors import LoyaltyError
from loyalty_engine.domain.requests import HoldRequest
from loyalty_engine.domain.tiers import Grant, GrantMode
from loyalty_engine.ports import Address
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.statements import Statement
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.tables import metadata
from loyalty_engine.use_cases.households.join_household import add_to_household, open_household
from loyalty_engine.use_cases.points.in_pages import PageDone, review_page, settle_page
from loyalty_engine.use_cases.points.settle_account import settle_account
from loyalty_engine.use_cases.spending.place_hold import place_hold
from loyalty_engine.use_cases.tiers.grant_tier import grant_tier
from loyalty_engine.use_cases.tiers.review_tier import review_tier
from tests.shop import BASE, PROGRAM, Shop, line

EVERYTHING = PROGRAM.replace(
    "points: {value: 0.01, tender: 0.01}",
    """points: {value: 0.01, tender: 0.01, pending: 5 days, expires: 30 days}
  coins: {expires: {inactivity: 20 days}}
  stamps: {converts: {each: 10, at_least: 10, into: points, gives: 3}, pending: 3 days}""",
)
COINS = "rule: coins\nlane: bonus\nthen: [earn_points: {points: 7, unit: coins}]"
STAMPS = "rule: stamps\nlane: bonus\nthen: [earn_points: {points: 4, unit: stamps}]"
TIERS = """
window: {tier_start: 1 month}
down: one_step
tiers:
  - {tier: basic}
  - {tier: silver, needs: {spend: 30.00}}
  - {tier: gold, needs: {spend: 80.00}}
"""
NAMES = ("ada", "bea", "cid", "dan")

Step = tuple[str, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["buy", "buy", "wait", "wait", "hold", "reserve", "spend", "back", "grant"]
        ),
        st.integers(0, len(NAMES) - 1),
        st.integers(1, 40),
    ),
    min_size=4,
    max_size=25,
)


class Past:
    """A shop in which everything happens that time will do something about."""

    def __init__(self) -> None:
        self.shop = Shop(BASE, COINS, STAMPS, program=EVERYTHING, tiers=TIERS)
        numbers, secrets = count(100), count(1)
        self.shop.engine = replace(
            self.shop.engine,
            new_number=lambda: next(numbers),
            new_secret=lambda: f"S{next(secrets)}",
        )
        for name in NAMES:
            self.shop.enrol(name)
        self._acts = count(1)

    def play(self, told: list[Step]) -> None:
        for step in told:
            with suppress(LoyaltyError):  # nothing to spend, for one; it is so in every shop
                self._act(*step)

    def _act(self, what: str, who: int, amount: int) -> None:
        shop, member, act = self.shop, NAMES[who], next(self._acts)
        match what:
            case "buy":
                shop.buy(f"T-{member}", [line("1", amount * 100)], member)
            case "wait":
                shop.later(days=amount / 3)
            case "hold":
                asked = HoldRequest(f"H-{act}", member, "points", amount, 600)
                place_hold(shop.engine, shop.caller(), asked)
            case "reserve":
                basket = shop.basket(f"Q-{act}", [line("1", 900)], member, spend={"points": 1})
                shop.quote(basket, reserve=True)
            case "spend":
                shop.adjust(-amount, member=member)
            case "back":
                shop.back(f"T-{member}", f"R-{act}", **{"1": 1000})
            case "grant":
                until = shop.now + timedelta(days=amount)
                given_ = Grant("gold", shop.now, until, list(GrantMode)[amount % 3])
                grant_tier(shop.engine, shop.fresh(), member, given_, "because", "the test")

    def numbers(self) -> list[int]:
        with self.shop.storage.read("shop") as view:
            found = [view.find_member(Address("member", name)) for name in NAMES]
        return [it.number for it in found if it is not None]

    def rows(self) -> dict[str, list[Any]]:
        """All that is in the database."""
        return {
            table: sorted(map(repr, _rows(self.shop.storage, table)))
            for table in metadata.tables
            if table != "rulebooks"
        }


def _rows(storage: SqlStorage, table: str) -> list[Any]:
    return list(storage.ask((Statement(text(f"SELECT * FROM {table}")), ())))


@settings(max_examples=25)
@given(told=steps)
def test_a_page_does_what_is_done_one_by_one(told: list[Step]) -> None:
    together, alone = Past(), Past()
    for past in (together, alone):
        past.play(told)
        past.shop.later(days=9)
    assert together.rows() == alone.rows(), "the same has happened in both"
    shop, numbers = together.shop, together.numbers()
    settled = settle_page(shop.engine, "shop", numbers, shop.now)
    for number in settled.alone:
        settle_account(shop.engine, "shop", number, shop.now)
    reviewed = review_page(shop.engine, "shop", numbers, shop.now)
    assert (reviewed.done, reviewed.busy, settled.busy) == (len(numbers), [], [])
    for number in numbers:
        settle_account(alone.shop.engine, "shop", number, alone.shop.now)
    for number in numbers:
        review_tier(alone.shop.engine, "shop", number, alone.shop.now)
    assert together.rows() == alone.rows()
    assert together.shop.board.shown == alone.shop.board.shown
    assert verify(shop.storage, "shop").findings == ()
    before = together.rows()
    assert settle_page(shop.engine, "shop", numbers, shop.now).alone == []
    assert together.rows() == before, "the second time there is nothing left to do"


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop(BASE, program=EVERYTHING, tiers=TIERS)
    for name in NAMES:
        shop.enrol(name)
    yield shop
    assert verify(shop.storage, "shop").findings == ()


def test_who_shares_an_account_or_is_unknown_is_left_to_be_done_alone(shop: Shop) -> None:
    open_household(shop.engine, shop.fresh(), "H", "ada")
    add_to_household(shop.engine, shop.fresh(), "H", "bea")
    with shop.storage.read("shop") as view:
        found = [view.find_member(Address("member", name)) for name in NAMES]
    ada, bea, cid, dan = [it for it in found if it is not None]
    numbers = [dan.number, ada.account, bea.number, cid.number, 5, cid.number]
    done = settle_page(shop.engine, "shop", numbers, shop.now)
    assert done == PageDone(2, [], [ada.account, bea.number, 5])
