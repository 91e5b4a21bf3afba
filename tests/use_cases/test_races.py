"""Twenty at once on one member, one purchase, one budget: nothing lost, nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from typing import Any

import pytest

from loyalty_engine.domain.errors import InsufficientPoints, LoyaltyError
from loyalty_engine.ports import Address
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.purchases.record_purchase import record_purchase
from tests.shop import BASE, Shop, line, read

WAYS = 20
ROUNDS = 8
BUDGET = """
rule: budget
lane: bonus
then: [earn_points: 10]
limits: [{points: 95, per: all}]
"""


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    storage = SqlStorage(database_url, pool_size=WAYS)
    storage.create_schema()
    shop = Shop(BASE, storage=storage)
    shop.enrol()
    yield shop
    storage.close()


def at_once(act: Callable[[int], Any], ways: int = WAYS) -> list[Any]:
    """Run `act` in so many threads that start together; a refusal is an outcome too, any other
    error fails the test.
    """
    barrier = Barrier(ways)
    outcomes: list[Any] = [None] * ways
    errors: list[Exception] = []

    def run(number: int) -> None:
        barrier.wait()
        try:
            outcomes[number] = act(number)
        except LoyaltyError as refusal:
            outcomes[number] = refusal
        except Exception as error:  # noqa: BLE001 - told by the thread that waits
            errors.append(error)

    threads = [Thread(target=run, args=(number,)) for number in range(ways)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise ExceptionGroup("a thread of the race", errors)
    return outcomes


def versions(shop: Shop) -> list[int]:
    with shop.storage.read("shop") as view:
        member = view.find_member(_ada())
        assert member is not None
        return [entry.version for entry, _ in view.entries(member.account, 0, 10_000)]


def _ada() -> Address:
    return Address("member", "ada")


def test_the_last_points_are_spent_once(shop: Shop) -> None:
    shop.adjust(100)
    told = at_once(lambda i: shop.buy(f"T-{i}", [line("1", 100)], spend={"points": 100}))

    refused = [it for it in told if isinstance(it, InsufficientPoints)]
    assert len(refused) == WAYS - 1
    assert shop.points() == 0
    assert versions(shop) == list(range(1, shop.balance()["version"] + 1))


def test_purchases_of_one_member_all_count(shop: Shop) -> None:
    told = at_once(lambda i: shop.buy(f"T-{i}", [line("1", 100 * (i + 1))]))

    assert sum(range(1, WAYS + 1)) == shop.points()
    assert len({it["version"] for it in told}) == WAYS
    assert versions(shop) == list(range(1, WAYS + 1))
    with shop.storage.read("shop") as view:
        member = view.find_member(_ada())
        assert member is not None
        assert member.purchases == WAYS


def test_one_purchase_sent_twenty_times_happens_once(shop: Shop) -> None:
    purchase = shop.basket("T-1", [line("1", 1000)])
    told = at_once(lambda _: shop.record(purchase))

    assert Counter(it.status for it in told) == {201: 1, 200: WAYS - 1}
    assert len({it.body for it in told}) == 1
    assert shop.points() == 10


def test_one_key_sent_twenty_times_answers_the_same_bytes(shop: Shop) -> None:
    purchase = shop.basket("T-1", [line("1", 1000)])
    caller = shop.caller("key", b"same")
    told = at_once(lambda _: record_purchase(shop.engine, caller, purchase))

    assert {(201, told[0].body)} == {(it.status, it.body) for it in told}
    assert sum(not it.replayed for it in told) == 1


def test_one_purchase_id_of_twenty_members_goes_to_one(shop: Shop) -> None:
    for i in range(WAYS):
        shop.enrol(f"m-{i}")
    told = at_once(lambda i: shop.buy("T-1", [line("1", 1000)], f"m-{i}"))

    assert sum(isinstance(it, dict) for it in told) == 1
    assert {"purchase_exists"} == {it.code for it in told if isinstance(it, LoyaltyError)}
    assert sum(shop.points(member=f"m-{i}") for i in range(WAYS)) == 10


def test_a_budget_is_never_overrun(database_url: str) -> None:
    storage = SqlStorage(database_url, pool_size=WAYS)
    storage.create_schema()
    shop = Shop(BUDGET, storage=storage)
    for i in range(WAYS):
        shop.enrol(f"m-{i}")
    told = at_once(lambda i: shop.buy(f"T-{i}", [line("1", 1000)], f"m-{i}"))

    granted = sorted(it["points"]["points"]["granted"] for it in told)
    assert granted == [0] * 10 + [5] + [10] * 9
    storage.close()


def test_a_return_sent_at_once_in_parts_takes_back_what_was_given(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 150, WAYS)])
    assert shop.points() == 30
    told = at_once(lambda i: shop.back("T-1", f"R-{i}", **{"1": 1000}))

    assert sum(it["refund"] for it in told) == 150 * WAYS
    assert shop.points() == 0
    more = at_once(lambda i: shop.back("T-1", f"more-{i}", **{"1": 1000}), 4)
    assert {"purchase_returned"} == {it.code for it in more}


def test_members_enrolled_at_once_are_one(shop: Shop) -> None:
    told = at_once(lambda _: shop.enrol("bea"))

    assert [it["version"] for it in told] == [0] * WAYS


def test_reservations_never_hold_the_same_points(shop: Shop) -> None:
    shop.adjust(100)
    told = at_once(
        lambda i: shop.quote(
            shop.basket(f"T-{i}", [line("1", 1000)], spend={"points": 30}), reserve=True
        )
    )

    assert sum(isinstance(it, dict) for it in told) == 3
    assert shop.balance()["units"]["points"]["held"] == 90
    assert read(shop.record(shop.basket("T", [line("1", 1000)], spend={"points": 10})))


def test_a_guests_purchase_comes_back_once(shop: Shop) -> None:
    """Nobody has an account there that could be locked; returns, corrections, claims and cancels."""
    secrets = {
        f"T-{turn}": shop.buy(f"T-{turn}", [line("1", 3000)], None)["claim"]["secret"]
        for turn in range(ROUNDS)
    }
    for purchase, secret in secrets.items():

        def act(number: int, purchase: str = purchase, secret: str = secret) -> Any:
            match number % 4:
                case 0:
                    return shop.back(purchase, f"R-{number}", **{"1": 1000})["refund"]
                case 1:
                    return shop.cancel(purchase)["refund"]
                case 2:
                    return shop.claim(purchase, secret) and 0
                case _:
                    shop.buy(purchase, [line("1", 3000)], None, revision=2 + number)
                    return 0

        refunds = [it for it in at_once(act, ROUNDS) if isinstance(it, int)]
        assert sum(refunds) == 3000
        assert shop.purchase(purchase)["refunded"] == 3000
    assert verify(shop.storage, "shop").findings == ()
