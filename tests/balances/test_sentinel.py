"""A master dies, Sentinel names its replica, and what the replica still holds is not believed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import redis

from tests.balances.conftest import MakeCache, balance
from tests.servers import RedisServer


class Sentinel(RedisServer):
    """Watches one master and promotes its replica after a third of a second."""

    def __init__(self, master: RedisServer) -> None:
        super().__init__()
        self._conf = self.folder / "sentinel.conf"
        self._conf.write_text(
            f"port {self.port}\nbind 127.0.0.1\ndir {self.folder}\n"
            f"sentinel monitor main 127.0.0.1 {master.port} 1\n"
            "sentinel down-after-milliseconds main 300\nsentinel failover-timeout main 3000\n"
        )

    @property
    def url(self) -> str:
        return f"redis+sentinel://127.0.0.1:{self.port}/main/0"

    def command(self) -> Sequence[str | Path]:
        return [super().command()[0], self._conf, "--sentinel"]


@pytest.fixture
def pair() -> Iterator[tuple[RedisServer, RedisServer]]:
    with RedisServer() as master, RedisServer() as replica:
        with redis.Redis(port=master.port) as client:
            client.config_set("repl-diskless-sync-delay", 0)
        with redis.Redis(port=replica.port) as client:
            client.replicaof("127.0.0.1", master.port)
            until(lambda: client.info("replication")["master_link_status"] == "up")
        yield master, replica


def until(true: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
def test_a_failover_is_followed_and_old_values_are_left(
    pair: tuple[RedisServer, RedisServer], make_cache: MakeCache
) -> None:
    master, replica = pair
    with Sentinel(master) as sentinel:
        with redis.Redis(port=sentinel.port) as client:
            until(lambda: client.sentinel_slaves("main"))
        cache = make_cache(sentinel.url)
        assert cache.beat(cache.server_time())
        assert cache.put("grocer", "ada", balance(5), cache.stamp())
        assert cache.get("grocer", "ada") == balance(5)
        with redis.Redis(port=replica.port) as client:
            until(lambda: client.keys("*balance"))
            master.kill()
            assert cache.get("grocer", "ada") is None
            until(lambda: cache.beat(cache.server_time()))
            assert client.keys("*balance")  # it is there, and nobody knows what it lacks
            assert cache.get("grocer", "ada") is None
            assert cache.counters.misses == 1
        assert cache.put("grocer", "ada", balance(4), cache.stamp())
        assert cache.get("grocer", "ada") == balance(4)
