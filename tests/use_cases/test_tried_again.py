"""A write that others are faster than is done again, whole, before anybody hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from loyalty_engine.domain.errors import Unavailable
from loyalty_engine.storage.errors import Retry
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.work import SqlWork
from loyalty_engine.use_cases.purchases.record_batch import record_batch
from loyalty_engine.use_cases.purchases.record_purchase import record_purchase
from loyalty_engine.use_cases.writing import TRIES
from tests.shop import BASE, Shop, line, read

MOST_SECONDS = 0.5


class Unlucky:
    """A storage in which somebody else is faster so many times, once all has been written."""

    def __init__(self, storage: SqlStorage, times: int) -> None:
        self._storage, self.times = storage, times

    @contextmanager
    def begin(self, *what: Any, **how: Any) -> Iterator[SqlWork]:
        with self._storage.begin(*what, **how) as work:
            yield work
            if self.times:
                self.times -= 1
                raise Retry("somebody else was faster")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)


def unlucky(times: int) -> tuple[Shop, list[float]]:
    shop, pauses = Shop(BASE), list[float]()
    shop.enrol()
    storage: Any = Unlucky(shop.storage, times)
    shop.engine = replace(shop.engine, storage=storage, pause=pauses.append)
    return shop, pauses


def test_it_is_done_once_however_often_others_are_faster() -> None:
    shop, pauses = unlucky(TRIES - 1)
    told = read(record_purchase(shop.engine, shop.fresh(), shop.basket("T-1", [line("1", 1000)])))
    assert told["points"]["points"]["granted"] == 10
    assert shop.points() == 10
    assert len(pauses) == TRIES - 2  # the first time it is done again at once
    assert all(it > 0 for it in pauses)
    assert sum(pauses) < MOST_SECONDS


def test_it_ends_at_some_time_and_has_no_effect() -> None:
    shop, pauses = unlucky(TRIES)
    with pytest.raises(Unavailable) as refused:
        record_purchase(shop.engine, shop.fresh(), shop.basket("T-1", [line("1", 1000)]))
    assert refused.value.code == "serialization"
    assert sum(pauses) < MOST_SECONDS
    assert shop.points() == 0


class Refusing(Unlucky):
    """A storage that refuses in the midst of a unit of work, which can only be left then."""

    @contextmanager
    def begin(self, *what: Any, **how: Any) -> Iterator[SqlWork]:
        with self._storage.begin(*what, **how) as work:
            if self.times:
                self.times -= 1
                asked: Any = iter([Retry("a member has gone to another account")])

                def refuse(*_: Any) -> Any:
                    raise next(asked, AssertionError("a unit of work that was refused is over"))

                work.open_purchase = refuse  # type: ignore[method-assign]
            yield work


def test_a_batch_that_is_refused_in_its_midst_is_done_singly() -> None:
    shop = Shop(BASE)
    shop.enrol()
    storage: Any = Refusing(shop.storage, 1)
    engine = replace(shop.engine, storage=storage)
    baskets = [shop.basket(f"T-{number}", [line("1", 1000)]) for number in range(3)]
    told = read(record_batch(engine, shop.caller(), baskets))
    assert [it["status"] for it in told["results"]] == [201, 201, 201]
    assert shop.points() == 30
