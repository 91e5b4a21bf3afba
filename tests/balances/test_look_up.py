from __future__ import annotations

import threading

import pytest
import redis

from loyalty_engine.balances import Cached, LookUp, NoBalances
from loyalty_engine.balances.cache import BalanceCache
from tests.balances.conftest import MakeCache, balance, vouch
from tests.servers import RedisServer


class Database:
    """Holds one member's version and counts how often it is read."""

    def __init__(self, version: int = 1) -> None:
        self.version = version
        self.reads = 0

    def read(self) -> Cached | None:
        self.reads += 1
        return balance(self.version)


def test_the_second_look_up_is_answered_by_redis(cache: BalanceCache) -> None:
    database, look_up = Database(), LookUp(cache)
    for _ in range(3):
        assert look_up.balance("grocer", "ada", database.read) == balance(1)
    assert database.reads == 1


def test_a_member_who_does_not_exist_is_not_kept(cache: BalanceCache) -> None:
    look_up = LookUp(cache)
    assert look_up.balance("grocer", "nobody", lambda: None) is None
    assert look_up.balance("grocer", "nobody", Database().read) == balance(1)


def test_a_newer_version_on_request(cache: BalanceCache) -> None:
    database, look_up = Database(), LookUp(cache)
    look_up.balance("grocer", "ada", database.read)
    database.version = 2
    assert look_up.balance("grocer", "ada", database.read) == balance(1)
    assert look_up.balance("grocer", "ada", database.read, min_version=2) == balance(2)
    assert look_up.balance("grocer", "ada", database.read) == balance(2)


def test_a_version_that_does_not_exist_gives_what_there_is(cache: BalanceCache) -> None:
    assert LookUp(cache).balance("grocer", "ada", Database().read, min_version=9) == balance(1)


def test_a_reader_who_knows_a_newer_version_does_not_take_an_older_read() -> None:
    database, look_up = Database(), LookUp(NoBalances())
    entered, gate = threading.Event(), threading.Event()

    def slow() -> Cached | None:
        value = database.read()
        entered.set()
        gate.wait(10)
        return value

    first = threading.Thread(target=lambda: look_up.balance("grocer", "ada", slow))
    first.start()
    assert entered.wait(10)
    database.version = 2
    threading.Timer(0.05, gate.set).start()
    assert look_up.balance("grocer", "ada", database.read, min_version=2) == balance(2)
    first.join()


def test_a_database_in_trouble_is_the_callers_to_handle(cache: BalanceCache) -> None:
    def broken() -> Cached | None:
        raise LookupError("away")

    with pytest.raises(LookupError):
        LookUp(cache).balance("grocer", "ada", broken)


def test_flushing_again_and_again_costs_few_reads(
    redis_server: RedisServer, make_cache: MakeCache, server: redis.Redis
) -> None:
    """One hot member, read by two threads in each of three workers."""
    database, over = Database(), threading.Event()
    caches = [make_cache(redis_server.url) for _ in range(3)]
    workers = [LookUp(cache) for cache in caches]
    vouch(make_cache(redis_server.url))

    def read(look_up: LookUp) -> None:
        while not over.wait(0.02):
            assert look_up.balance("grocer", "ada", database.read) == balance(1)

    threads = [threading.Thread(target=read, args=(worker,)) for worker in workers * 2]
    for thread in threads:
        thread.start()
    threading.Event().wait(0.3)
    database.reads = 0
    for _ in range(10):
        server.flushall()
        threading.Event().wait(0.2)
    over.set()
    for thread in threads:
        thread.join()
    # On a machine that stands still for a while Redis is not believed, and that is right.
    told = [cache.counters for cache in caches]
    doubted = sum(it.errors + it.breaker_open + it.stale_heartbeat for it in told)
    # A thread that looked just before another's put asks once more: six askers for each flush
    # are the most there can be, where six hundred looks were made.
    assert 10 <= database.reads <= 60 + doubted
