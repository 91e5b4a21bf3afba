"""Whatever happens to Redis, look-ups stay right, soon enough and answered."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import redis

from tests.end_to_end.looking import Lookers, answered_by_redis
from tests.end_to_end.running import Running, serving
from tests.servers import PostgresServer, RedisServer

pytestmark = pytest.mark.postgres


@dataclass(frozen=True)
class Site:
    """A service and its worker, and the Redis that a test does things to."""

    service: Running
    redis: RedisServer


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, _postgres: PostgresServer) -> Iterator[Site]:
    _postgres.ensure_running()
    database = _postgres.create_database()
    folder = tmp_path_factory.mktemp("redis-faults")
    with RedisServer() as server, serving(folder, database, server.url) as service:
        worker = service.run_worker()
        try:
            yield Site(service, server)
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait(10)
    _postgres.ensure_running()
    _postgres.drop_database(database)


def configured(server: RedisServer, **settings: str) -> None:
    with redis.Redis(port=server.port, socket_timeout=5) as client:
        for name, value in settings.items():
            client.config_set(name.replace("_", "-"), value)


def stopped(server: RedisServer) -> None:
    server.kill()
    time.sleep(3)
    server.start()


def frozen(server: RedisServer) -> None:
    server.pause()
    time.sleep(4)
    server.resume()


def emptied(server: RedisServer) -> None:
    for _ in range(10):
        server.flush()
        time.sleep(0.2)


def refusing_writes(server: RedisServer) -> None:
    """For longer than anything that was kept before may be believed."""
    configured(server, maxmemory_policy="noeviction", maxmemory="1")
    time.sleep(7)
    configured(server, maxmemory="0")


@pytest.mark.parametrize("fault", [stopped, frozen, emptied, refusing_writes])
def test_look_ups_stay_right_while_redis_is(
    site: Site, fault: Callable[[RedisServer], None]
) -> None:
    with Lookers(site.service, fault.__name__) as lookers:
        # Else the fault would come to something that nobody relies on.
        assert answered_by_redis(site.service, lookers.members[0])
        time.sleep(0.5)
        fault(site.redis)
        time.sleep(1.5)

    assert lookers.surprises == []
    assert lookers.wrong() == []
    assert all(len(book.acknowledged) > 5 for book in lookers.books.values())
    assert lookers.percentile(0.95) < 1
    assert answered_by_redis(site.service, lookers.members[0])
