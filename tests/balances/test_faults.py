from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable

import pytest
import redis

from loyalty_engine.balances.breaker import Breaker
from loyalty_engine.balances.cache import BalanceCache
from tests.balances.conftest import MakeCache, Seconds, balance, vouch
from tests.balances.faults import Proxy
from tests.servers import RedisServer


def put(cache: BalanceCache, version: int, member: str = "ada") -> bool:
    return cache.put("grocer", member, balance(version), cache.stamp())


def shown(cache: BalanceCache, member: str = "ada") -> int | None:
    found = cache.get("grocer", member)
    return None if found is None else found.version


def slowest(cache: BalanceCache, times: int) -> float:
    """Seconds of the slowest of so many look-ups, none of which may find anything."""
    worst = 0.0
    for _ in range(times):
        began = time.perf_counter()
        assert shown(cache) is None
        worst = max(worst, time.perf_counter() - began)
    return worst


def at_ease(cache: BalanceCache, seconds: Seconds) -> BalanceCache:
    """With a breaker that never opens, so that each fault is met."""
    cache.breaker = Breaker(seconds, threshold=10**9)
    return cache


def test_a_dead_redis_costs_nothing_once_the_breaker_is_open(
    cache: BalanceCache, redis_server: RedisServer, seconds: Seconds
) -> None:
    put(cache, 3)
    redis_server.kill()
    assert slowest(cache, 5) < 2
    assert (cache.counters.errors, cache.counters.breaker_open) == (5, 0)
    began = time.perf_counter()
    slowest(cache, 200)
    assert (time.perf_counter() - began) / 200 < 0.05
    assert (cache.counters.errors, cache.counters.breaker_open) == (5, 200)
    assert not put(cache, 4)
    assert not cache.forget("grocer", "ada")
    assert cache.server_time() is None

    redis_server.start()
    seconds.ahead += 1
    vouch(cache)  # the try that closes it
    assert shown(cache) is None  # it came back empty
    put(cache, 4)
    assert shown(cache) == 4


def test_a_frozen_redis_costs_one_timeout_until_the_breaker_opens(
    cache: BalanceCache, redis_server: RedisServer, seconds: Seconds
) -> None:
    put(cache, 3)
    redis_server.pause()
    assert 0.04 < slowest(cache, 5) < 2
    assert slowest(cache, 100) < 0.04
    assert (cache.counters.errors, cache.counters.breaker_open) == (5, 100)
    seconds.ahead += 1
    slowest(cache, 3)
    assert (cache.counters.errors, cache.counters.breaker_open) == (6, 102)

    redis_server.resume()
    seconds.ahead += 1
    assert shown(cache) == 3


def test_the_breaker_speaks_twice_and_tells_no_secret(
    redis_server: RedisServer,
    make_cache: MakeCache,
    seconds: Seconds,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    cache = make_cache(redis_server.url.replace("redis://", "redis://user:hunter2@"))
    slowest(cache, 20)
    with redis.Redis(port=redis_server.port) as client:
        client.acl_setuser("user", True, passwords=["+hunter2"], keys=["*"], categories=["+@all"])
        seconds.ahead += 1
        vouch(cache)
        client.acl_deluser("user")
    levels = [(record.levelname, record.args) for record in caplog.records]
    assert [level for level, _ in levels] == ["WARNING", "INFO"]
    assert "hunter2" not in caplog.text


def test_a_connection_closed_while_idle_is_no_error(
    cache: BalanceCache, server: redis.Redis
) -> None:
    put(cache, 3)
    assert shown(cache) == 3
    server.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    assert shown(cache) == 3
    assert cache.counters.errors == 0


def refuse_when_full(client: redis.Redis) -> None:
    client.config_set("maxmemory-policy", "noeviction")
    client.config_set("maxmemory", 1)


def refuse_as_replica(client: redis.Redis) -> None:
    client.replicaof("127.0.0.1", 1)


def refuse_without_replicas(client: redis.Redis) -> None:
    client.config_set("min-replicas-to-write", 1)


@pytest.mark.parametrize("refuse", [refuse_when_full, refuse_as_replica, refuse_without_replicas])
def test_a_redis_that_refuses_writes_is_read_for_five_seconds_at_most(
    own_server: RedisServer, make_cache: MakeCache, refuse: Callable[[redis.Redis], None]
) -> None:
    cache = make_cache(own_server.url)
    now = cache.server_time()
    assert now is not None
    cache.beat(now - 4_500_000)
    put(cache, 22)
    with redis.Redis(port=own_server.port) as client:
        refuse(client)
    assert not put(cache, 23)
    assert not cache.beat(cache.server_time())
    assert not cache.breaker.is_open
    threading.Event().wait(0.6)
    assert shown(cache) is None
    assert cache.counters.stale_heartbeat == 1
    assert cache.counters.errors == 2


def test_a_changed_password_is_an_error_and_the_new_one_works(
    own_server: RedisServer, make_cache: MakeCache
) -> None:
    old = make_cache(own_server.url)
    vouch(old)
    put(old, 3)
    with redis.Redis(port=own_server.port) as client:
        client.config_set("requirepass", "new")
        client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    assert slowest(old, 10) < 0.15
    assert (old.counters.errors, old.counters.breaker_open) == (5, 5)
    wrong = make_cache(own_server.url.replace("redis://", "redis://:wrong@"))
    assert shown(wrong) is None
    right = make_cache(own_server.url.replace("redis://", "redis://:new@"))
    assert shown(right) == 3


def test_an_emptied_redis_is_a_miss(cache: BalanceCache, server: redis.Redis) -> None:
    put(cache, 3)
    assert shown(cache) == 3
    server.flushall()
    assert shown(cache) is None
    put(cache, 3)
    assert shown(cache) == 3
    assert cache.counters.errors == 0


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"$99999999999999999999\r\n", b"*0\r\n" * 9, b""],
)
def test_something_that_is_not_redis_is_an_error(make_cache: MakeCache, answer: bytes) -> None:
    def greet(ear: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = ear.accept()
                with client:
                    client.recv(65536)
                    client.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as ear:
        threading.Thread(target=greet, args=(ear,), daemon=True).start()
        cache = make_cache(f"redis://127.0.0.1:{ear.getsockname()[1]}")
        for _ in range(5):
            assert shown(cache) is None
            put(cache, 1)
        assert cache.breaker.is_open


def test_a_cut_connection_never_gives_anothers_balance(
    redis_server: RedisServer, make_cache: MakeCache, seconds: Seconds
) -> None:
    direct = make_cache(redis_server.url)
    vouch(direct)
    put(direct, 1, "ada")
    put(direct, 2, "bob")
    with Proxy(redis_server.port, lambda n: "cut" if n % 3 == 0 else "pass") as proxy:
        cache = at_ease(make_cache(proxy.url), seconds)
        answers = [(shown(cache, "ada"), shown(cache, "bob")) for _ in range(500)]
    assert {ada for ada, _ in answers} <= {1, None}
    assert {bob for _, bob in answers} <= {2, None}
    assert cache.counters.hits > 500


def test_a_late_answer_is_never_read_by_the_next_question(
    redis_server: RedisServer, make_cache: MakeCache, seconds: Seconds
) -> None:
    direct = make_cache(redis_server.url)
    vouch(direct)
    put(direct, 1, "ada")
    put(direct, 2, "bob")
    with Proxy(redis_server.port, lambda n: "delay" if n % 4 == 0 else "pass") as proxy:
        cache = at_ease(make_cache(proxy.url), seconds)
        for _ in range(30):
            assert shown(cache, "ada") in {1, None}
            assert shown(cache, "bob") in {2, None}
        assert cache.counters.errors > 5


def test_threads_share_links_without_mixing_answers(
    redis_server: RedisServer, make_cache: MakeCache, seconds: Seconds
) -> None:
    direct = make_cache(redis_server.url)
    vouch(direct)
    for member in range(8):
        put(direct, member, str(member))
    wrong: list[tuple[int, int | None]] = []
    with Proxy(redis_server.port, lambda n: "cut" if n % 10 == 0 else "pass") as proxy:
        cache = at_ease(make_cache(proxy.url), seconds)

        def ask(member: int) -> None:
            for _ in range(60):
                found = shown(cache, str(member))
                if found not in {member, None}:
                    wrong.append((member, found))

        threads = [threading.Thread(target=ask, args=(member,)) for member in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert cache.counters.hits > 200


def test_a_slow_redis_still_answers(
    redis_server: RedisServer, make_cache: MakeCache, seconds: Seconds
) -> None:
    direct = make_cache(redis_server.url)
    vouch(direct)
    put(direct, 1)
    with Proxy(redis_server.port, lambda n: "delay", delay=0.03) as proxy:
        cache = at_ease(make_cache(proxy.url), seconds)
        began = time.perf_counter()
        assert 1 in {shown(cache) for _ in range(5)}
        assert (time.perf_counter() - began) / 5 < 0.15


def test_a_stopped_thread_leaves_no_half_read_link(
    cache: BalanceCache, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a signal between question and answer would do."""
    put(cache, 1, "ada")
    put(cache, 2, "bob")
    from loyalty_engine.balances.links import Link

    def stopped(_: Link) -> object:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Link, "_answer", stopped)
        with pytest.raises(SystemExit):
            cache.get("grocer", "ada")
    assert shown(cache, "bob") == 2
