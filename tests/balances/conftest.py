"""Caches on a real server, with a heartbeat, and a business clock the test may turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
import redis

from loyalty_engine.balances.cache import BalanceCache
from loyalty_engine.balances.client import connector
from loyalty_engine.balances.value import NEVER, Cached
from tests.servers import RedisServer


class Instant:
    """A clock that stands until it is turned; microseconds."""

    def __init__(self, at: int = 1_000_000) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at


class Seconds:
    """The machine's monotonic clock, which a test may turn forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


MakeCache = Callable[[str], BalanceCache]


def balance(version: int, until: int = NEVER, body: bytes | None = None) -> Cached:
    return Cached(version, until, body or b'{"version":%d}' % version)


def vouch(cache: BalanceCache) -> None:
    """What the relay does each second."""
    assert cache.beat(cache.server_time())


@pytest.fixture
def instant() -> Instant:
    return Instant()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def make_cache(instant: Instant, seconds: Seconds) -> MakeCache:
    """A cache as another worker process would have it, on any URL."""
    return lambda url: BalanceCache(connector(url), instant, seconds)


@pytest.fixture
def cache(redis_server: RedisServer, make_cache: MakeCache) -> BalanceCache:
    made = make_cache(redis_server.url)
    vouch(made)
    return made


@pytest.fixture
def server(redis_server: RedisServer) -> Iterator[redis.Redis]:
    """An ordinary client, to look behind the cache and to put garbage there."""
    with redis.Redis(port=redis_server.port, socket_timeout=5) as client:
        yield client


@pytest.fixture
def own_server() -> Iterator[RedisServer]:
    """A server that the test may set up as it likes."""
    with RedisServer() as fresh:
        yield fresh
