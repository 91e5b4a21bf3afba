"""Twenty at once on the last of a budget, for each scope and measure: used up, never overrun."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from loyalty_engine.domain.errors import LoyaltyError
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import MemberRecord
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.enrolling import add_member, new_member
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
