"""Twenty at once on the last of a budget, for each scope and measure: used up, never overrun."""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_engine.domain.errors import LoyaltyError
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Address, CounterKey, MemberRecord
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.members.enrolling import add_member, new_member
from loyalty_engine.use_cases.points.settle_account import settle_account
from loyalty_engine.use_cases.purchases.record_batch import record_each
from tests.shop import OPENING, PROGRAM, Shop, line
from tests.use_cases.test_races import at_once

WAYS = 20
CAMPAIGN = PROGRAM + "campaigns:\n  spring: {limits: [%s]}\n"


@dataclass(frozen=True)
class Case:
    """A budget, and what the 20 purchases of 10.00 get of it together: `all_in` points or cents."""

    name: str
    limit: str
    all_in: int
    then: str = "earn_points: 10"
    campaign: bool = False
    vouchers: tuple[str, ...] = ()
    one_household: bool = False

    def shop(self, storage: SqlStorage) -> Shop:
        rule = f"rule: gift\nlane: bonus\nthen: [{self.then}]\n"
        if self.vouchers:
            rule += f"when: [voucher_is: [{', '.join(self.vouchers)}]]\n"
        if self.campaign:
            rule += "campaign: spring\n"
            return Shop(rule, program=CAMPAIGN % self.limit, storage=storage)
        return Shop(f"{rule}limits: [{self.limit}]\n", storage=storage)

    def enrol(self, shop: Shop) -> None:
        first = enrol(shop, "m-0")
        for number in range(1, WAYS):
            enrol(shop, f"m-{number}", first.account if self.one_household else None)

    def buy(self, shop: Shop, number: int, id: str = "") -> Any:
        basket = [line("1", 1000)]
        return shop.buy(id or f"T-{number}", basket, f"m-{number}", vouchers=self.vouchers)


def enrol(shop: Shop, name: str, account: int | None = None) -> MemberRecord:
    """A member, of the household whose account is given."""
    program: Program = shop.rulebook.program
    since = OPENING.replace(year=2025)
    member = new_member(shop.engine, program, name, since, shop.now)
    with shop.storage.begin("shop", shop.now) as work:
        if account is not None:
            member = replace(member, account=account)
        add_member(work, member)
    return member


CASES = [
    Case("points", "{points: 95, per: all}", 95),
    Case("uses", "{uses: 7, per: all, short: refuse}", 70),
    Case("money", "{money: 9.50, per: all}", 950, "amount_off: 1.00"),
    Case("liability", "{liability: 0.95, per: all, period: day}", 95),
    Case("refused", "{points: 95, per: all, short: refuse}", 90),
    Case("store", "{points: 95, per: store, period: month}", 95),
    Case("code", "{uses: 1, per: code}", 10, vouchers=("ONCE",)),
    Case("codes", "{points: 95, per: code, period: year}", 95, vouchers=("ONE", "TWO")),
    Case("household", "{points: 95, per: household}", 95, one_household=True),
    Case("campaign", "{liability: 0.95}", 95, campaign=True),
    Case("campaign uses", "{uses: 3}", 30, campaign=True),
    Case("campaign and household", "{points: 95, per: household}", 95, campaign=True,
         one_household=True),
    Case("slices", "{points: 95000, per: all}", 95_000, "earn_points: 10000"),
    Case("slices refused", "{points: 95000, per: store, short: refuse}", 90_000,
         "earn_points: 10000"),
    Case("slices of a campaign", "{liability: 2000.00}", 200_000, "earn_points: 12000",
         campaign=True),
]  # fmt: skip
EVERY = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture
def storage(database_url: str) -> Iterator[SqlStorage]:
    made = SqlStorage(database_url, pool_size=WAYS)
    made.create_schema()
    yield made
    made.close()


def given_in(receipt: Any) -> int:
    """Points and cents off of a receipt."""
    points = sum(it["granted"] for it in receipt["points"].values())
    return int(points + receipt["totals"]["discount"])


def proven(storage: SqlStorage) -> None:
    assert verify(storage, "shop").findings == ()


@EVERY
def test_the_last_of_a_budget_is_given_once_and_comes_back(storage: SqlStorage, case: Case) -> None:
    shop = case.shop(storage)
    case.enrol(shop)
    told = at_once(lambda number: case.buy(shop, number))
    assert not [it for it in told if isinstance(it, LoyaltyError)]
    assert sum(map(given_in, told)) == case.all_in
    proven(storage)

    gone = [number for number, it in enumerate(told) if given_in(it)]
    at_once(lambda place: shop.cancel(f"T-{gone[place]}"), len(gone))
    proven(storage)
    again = at_once(lambda number: case.buy(shop, number, f"again-{number}"))
    assert sum(map(given_in, again)) == case.all_in
    proven(storage)


def test_batches_use_up_a_budget_together_and_no_more(storage: SqlStorage) -> None:
    case = next(it for it in CASES if it.name == "slices")
    shop = case.shop(storage)
    case.enrol(shop)

    def batch(number: int) -> int:
        baskets = [
            shop.basket(f"B-{number}-{place}", [line("1", 1000)], f"m-{(place + number) % WAYS}")
            for place in range(WAYS)
        ]
        told = record_each(shop.engine, shop.caller(), baskets)
        assert [it.refusal for it in told] == [None] * len(baskets)
        return len(told)

    assert at_once(batch, 4) == [WAYS] * 4
    assert sum(shop.points(member=f"m-{number}") for number in range(WAYS)) == case.all_in
    proven(storage)


def buy_alone(url: str, first: int, count: int) -> None:
    """What one of several processes does."""
    storage = SqlStorage(url)
    case = next(it for it in CASES if it.name == "slices")
    shop = case.shop(storage)
    for number in range(first, first + count):
        case.buy(shop, number)
    storage.close()


def test_processes_use_up_a_budget_and_no_more(storage: SqlStorage) -> None:
    case = next(it for it in CASES if it.name == "slices")
    shop = case.shop(storage)
    case.enrol(shop)
    url = storage.url.render_as_string(hide_password=False)
    fresh = multiprocessing.get_context("spawn")
    workers = [fresh.Process(target=buy_alone, args=(url, at, 5)) for at in range(0, WAYS, 5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    assert sum(shop.points(member=f"m-{number}") for number in range(WAYS)) == case.all_in
    proven(storage)


OFF = "rule: off\nlane: discounts\nthen: [amount_off: 1.00]\ncampaign: spring\n"
POINTS = """
rule: points
lane: bonus
then: [earn_per_amount: {points: 2, per: 0.10}]
campaign: spring
limits: [{points: 400, per: member}]
"""
AMOUNTS = st.integers(1, 4)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), AMOUNTS, st.sampled_from(["ada", "bea"])),
        st.tuples(st.just("return"), st.integers(0, 20)),
        st.tuples(st.just("cancel"), st.integers(0, 20)),
        st.tuples(st.just("correct"), st.integers(0, 20), AMOUNTS),
        st.tuples(st.just("reserve"), AMOUNTS, st.sampled_from(["ada", "bea"])),
        st.tuples(st.just("lapse")),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(ACTS)
def test_whatever_happens_a_budget_is_what_is_used_of_it(acts: list[tuple[Any, ...]]) -> None:
    """Bought, returned, corrected, reserved and let lapse in any order: 10.00 and no more."""
    limits = "{liability: 10.00}, {uses: 3, per: member}"
    shop = Shop(OFF, POINTS, program=CAMPAIGN % limits)
    for member in ("ada", "bea"):
        shop.enrol(member)
    bought: dict[str, tuple[str, int]] = {}
    for number, (kind, *values) in enumerate(acts):
        with contextlib.suppress(LoyaltyError):  # such as of a purchase of which nothing is left
            play(shop, bought, kind, values, f"T-{number}")
        proven(shop.storage)
    shop.later(minutes=40)
    for member in ("ada", "bea"):
        settle(shop, member)
    for name in bought:
        with contextlib.suppress(LoyaltyError):
            shop.cancel(name)
    proven(shop.storage)
    with shop.storage.read("shop") as view:
        key = CounterKey("all", "campaign:spring/liability/campaign/life", "")
        assert view.counters([key])[key] == 0
    shop.storage.close()


def play(
    shop: Shop, bought: dict[str, tuple[str, int]], kind: str, values: list[Any], name: str
) -> None:
    """One act; which purchase it is about is drawn from those there are."""
    about = kind in ("return", "cancel", "correct") and bought
    one = sorted(bought)[values[0] % len(bought)] if about else ""
    match kind:
        case "buy":
            shop.buy(name, [line("1", 700, values[0])], values[1])
            bought[name] = (values[1], 1)
        case "reserve":
            shop.quote(shop.basket(name, [line("1", 700, values[0])], values[1]), reserve=True)
        case "lapse":
            shop.later(minutes=40)
            for member in ("ada", "bea"):
                settle(shop, member)
        case "return" if one:
            shop.back(one, f"R-{name}", **{"1": 1000})
        case "cancel" if one:
            shop.cancel(one)
        case "correct" if one:
            member, revision = bought[one]
            basket = [line("1", 700, values[1])]
            shop.buy(one, basket, member, revision=revision + 1)
            bought[one] = (member, revision + 1)


def settle(shop: Shop, name: str) -> None:
    with shop.storage.read("shop") as view:
        member = view.find_member(Address("member", name))
    assert member is not None
    settle_account(shop.engine, "shop", member.number, shop.now)
