"""Twenty at once on one code, on one limit, on a code and its cancellation: nothing twice."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from typing import Any

import pytest

from loyalty_engine.domain.errors import LoyaltyError
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.vouchers.redeem_voucher import Basket, redeem_voucher
from loyalty_engine.use_cases.vouchers.voucher_issuing import issue_voucher
from tests.shop import BASE, Shop, line
from tests.use_cases.test_races import WAYS, at_once

FIVE = """
voucher: five
lane: discounts
then: [amount_off: 5.00]
"""
THREE = """
voucher: three
lane: discounts
then: [amount_off: 1.00]
limits: [{uses: 3, per: all}]
"""
KNOWN = """
voucher: known
codes: [SUMMER]
lane: discounts
then: [amount_off: 1.00]
limits: [{uses: 3, per: all}]
"""
RULES = (BASE, FIVE, THREE, KNOWN)


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    storage = SqlStorage(database_url, pool_size=WAYS)
    storage.create_schema()
    shop = Shop(*RULES, storage=storage)
    for number in range(WAYS):
        shop.enrol(f"m-{number}")
    yield shop
    storage.close()


def issue(shop: Shop, kind: str) -> str:
    with shop.storage.begin("shop", shop.now) as work:
        return issue_voucher(shop.engine, work, "shop", shop.rulebook, kind).code


def buy(shop: Shop, number: int, code: str) -> Any:
    return shop.buy(f"T-{number}", [line("1", 1000)], f"m-{number}", vouchers=(code,))


def used(told: list[Any]) -> int:
    assert not [it for it in told if isinstance(it, BaseException)], told
    return sum(len(it["codes"]) for it in told)


def test_one_code_is_used_by_one_of_twenty_members(shop: Shop) -> None:
    code = issue(shop, "five")
    told = at_once(lambda number: buy(shop, number, code))
    assert used(told) == 1
    assert sum(it["totals"]["discount"] for it in told) == 500


def test_twenty_codes_of_one_voucher_do_not_overrun_its_limit(shop: Shop) -> None:
    codes = [issue(shop, "three") for _ in range(WAYS)]
    assert used(at_once(lambda number: buy(shop, number, codes[number]))) == 3


def test_a_code_that_many_know_does_not_overrun_its_limit(shop: Shop) -> None:
    assert used(at_once(lambda number: buy(shop, number, "SUMMER"))) == 3


def test_a_code_is_redeemed_once_and_recorded_once(shop: Shop) -> None:
    """Half redeem it on their own, half record purchases with it."""
    code = issue(shop, "five")

    def act(number: int) -> Any:
        if number % 2:
            return buy(shop, number, code)
        basket = shop.basket("x", [line("1", 1000)], f"m-{number}", vouchers=(code,))
        return redeem_voucher(shop.engine, shop.fresh(), f"R-{number}", Basket(basket))

    told = at_once(act)
    redeemed = sum(not isinstance(it, LoyaltyError | dict) for it in told)
    recorded = sum(len(it["codes"]) for it in told if isinstance(it, dict))
    assert redeemed + recorded == 1


def test_given_back_while_others_want_it_it_is_used_once(shop: Shop) -> None:
    code = issue(shop, "five")
    buy(shop, 0, code)
    told = at_once(lambda number: buy(shop, number, code) if number else shop.cancel("T-0"))
    assert sum(len(it["codes"]) for it in told if "codes" in it) <= 1
    with shop.storage.read("shop") as view:
        (kept,) = view.vouchers([shop.engine.codes.digest("shop", code)]).values()
    assert kept.uses == sum(len(it["codes"]) for it in told if "codes" in it)


def _in_a_process(url: str, number: int, code: str, told: Any) -> None:
    storage = SqlStorage(url)
    shop = Shop(*RULES, storage=storage)
    receipt = shop.buy(f"P-{number}", [line("1", 1000)], f"m-{number}", vouchers=(code,))
    told.put(len(receipt["codes"]))
    storage.close()


def test_one_code_is_used_by_one_of_several_processes(shop: Shop, database_url: str) -> None:
    code = issue(shop, "five")
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    processes = [
        context.Process(target=_in_a_process, args=(database_url, number, code, told))
        for number in range(4)
    ]
    for process in processes:
        process.start()
    counts = [told.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    assert sorted(counts) == [0, 0, 0, 1]


def test_a_second_use_is_refused_by_the_database_itself(shop: Shop) -> None:
    code = issue(shop, "five")
    digest = shop.engine.codes.digest("shop", code)
    with shop.storage.begin("shop", shop.now) as work:
        work.use_voucher(digest, 1)
    with (
        pytest.raises(Exception, match="never_overrun"),
        shop.storage.begin("shop", shop.now) as work,
    ):
        work.use_voucher(digest, 1)
