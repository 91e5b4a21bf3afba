from __future__ import annotations

import multiprocessing
import pickle
import random
import threading
from pathlib import Path

import pytest
import redis

from loyalty_engine.balances import open_balances
from loyalty_engine.balances.cache import BalanceCache
from loyalty_engine.balances.links import HEARTBEAT
from loyalty_engine.balances.value import MAX_NUMBER, NEVER, Cached, name
from tests.balances.conftest import Instant, MakeCache, Seconds, balance, vouch
from tests.servers import RedisServer

KEY, DIGEST = name(b"", "grocer", "ada")


def put(cache: BalanceCache, version: int, until: int = NEVER, body: bytes | None = None) -> bool:
    return cache.put("grocer", "ada", balance(version, until, body), cache.stamp())


def shown(cache: BalanceCache) -> int | None:
    found = cache.get("grocer", "ada")
    return None if found is None else found.version


def test_what_was_put_is_found(cache: BalanceCache) -> None:
    assert cache.get("grocer", "ada") is None
    assert put(cache, 3, until=5_000_000, body=b'{"a":1}')
    assert cache.get("grocer", "ada") == balance(3, 5_000_000, b'{"a":1}')
    assert (cache.counters.hits, cache.counters.misses, cache.counters.errors) == (1, 1, 0)


def test_members_and_programmes_are_apart(cache: BalanceCache) -> None:
    put(cache, 3)
    assert cache.get("grocer", "bob") is None
    assert cache.get("fashion", "ada") is None


def test_any_bytes_may_be_the_body(cache: BalanceCache) -> None:
    for version, body in enumerate([b"", b"\r\n$-1\r\n", bytes(range(256)), b"x" * 200_000]):
        assert cache.put("grocer", "ada", Cached(version, NEVER, body), cache.stamp())
        assert cache.get("grocer", "ada") == Cached(version, NEVER, body)


def test_a_value_past_its_instant_is_a_miss_and_the_newer_view_replaces_it(
    cache: BalanceCache, instant: Instant
) -> None:
    put(cache, 3, until=2_000_000, body=b"before")
    assert shown(cache) == 3
    instant.at = 2_000_000
    assert shown(cache) is None
    put(cache, 3, until=9_000_000, body=b"after")
    assert cache.get("grocer", "ada") == balance(3, 9_000_000, b"after")


def test_a_lower_version_never_replaces_a_higher_one(cache: BalanceCache) -> None:
    put(cache, 10, until=5_000_000)
    assert put(cache, 9)  # a newer one is there, so there is nothing to repair
    assert shown(cache) == 10


def test_versions_are_compared_as_numbers_of_any_size(cache: BalanceCache) -> None:
    for version in (9, 10, 2**53, 2**53 + 1, MAX_NUMBER - 1):
        put(cache, version)
        assert shown(cache) == version
    put(cache, 2**53 + 2)
    assert shown(cache) == MAX_NUMBER - 1


def view(cache: BalanceCache, body: bytes, ago: float, version: int = 3) -> bool:
    """Put what was read from the database so many seconds ago."""
    seen = balance(version, NEVER if body == b"new" else 5_000_000, body)
    return cache.put("grocer", "ada", seen, cache.stamp() - ago)


def body(cache: BalanceCache) -> bytes:
    found = cache.get("grocer", "ada")
    assert found is not None
    return found.body


def test_of_one_version_the_later_view_stays_however_soon_it_ends(cache: BalanceCache) -> None:
    """As when a tier is taken away: what the old tier's view was true until is later."""
    put(cache, 3, until=9_000_000, body=b"gold")
    put(cache, 3, until=5_000_000, body=b"base")
    assert cache.get("grocer", "ada") == balance(3, 5_000_000, b"base")
    assert view(cache, b"gold again, read before", ago=0.05)
    assert body(cache) == b"base"


def test_an_earlier_version_never_wins_by_a_later_view(cache: BalanceCache) -> None:
    view(cache, b"four", ago=2, version=4)
    view(cache, b"three", ago=0, version=3)
    assert body(cache) == b"four"


def test_of_two_views_that_began_one_within_the_other_either_stays_for_a_moment(
    cache: BalanceCache, server: redis.Redis
) -> None:
    """A reader that began after a writer's stamp may have read before the writer's commit."""
    writer = cache.stamp() - 0.06
    view(cache, b"new", ago=0.03)
    assert int(server.pttl(KEY)) > 2_000
    assert cache.put("grocer", "ada", balance(3, NEVER, b"old"), writer)
    assert body(cache) == b"new"
    assert 0 < int(server.pttl(KEY)) <= 2_000

    server.delete(KEY)
    assert cache.put("grocer", "ada", balance(3, NEVER, b"new"), cache.stamp() - 0.06)
    view(cache, b"old", ago=0.03)
    assert body(cache) == b"old"
    assert 0 < int(server.pttl(KEY)) <= 2_000


def test_a_view_that_began_after_the_other_was_kept_is_kept_for_long(
    cache: BalanceCache, server: redis.Redis
) -> None:
    put(cache, 3, body=b"old")
    threading.Event().wait(0.02)
    put(cache, 3, body=b"new")
    assert body(cache) == b"new"
    assert int(server.pttl(KEY)) > 86_400_000


def test_after_a_slow_commit_the_next_views_are_kept_for_a_moment_too(
    cache: BalanceCache, server: redis.Redis
) -> None:
    view(cache, b"new", ago=1)  # just now, by a writer who waited a second for its commit
    view(cache, b"old", ago=0.05)
    assert 0 < int(server.pttl(KEY)) <= 2_000


def test_doubt_never_lengthens_a_life(cache: BalanceCache, server: redis.Redis) -> None:
    view(cache, b"new", ago=0.03)
    server.pexpire(KEY, 1900)
    view(cache, b"old", ago=2)
    assert int(server.pttl(KEY)) <= 1900


def test_the_same_view_once_more_never_shortens_its_life(
    cache: BalanceCache, server: redis.Redis
) -> None:
    assert cache.put("grocer", "ada", balance(3), cache.stamp() - 0.05)
    slow = cache.stamp() + 0.01
    threading.Event().wait(0.15)
    assert cache.put("grocer", "ada", balance(3), slow)
    assert int(server.pttl(KEY)) > 86_400_000


def test_views_that_differ_only_in_when_they_were_taken_are_kept_for_long(
    cache: BalanceCache, server: redis.Redis
) -> None:
    later, earlier = (b'{"tier":"gold","as_of":"2026-05-01T10:00:0%dZ"}' % s for s in (2, 1))
    put(cache, 3, body=later)
    view_at = cache.stamp() - 0.05
    assert cache.put("grocer", "ada", balance(3, NEVER, earlier), view_at)
    assert body(cache) == later
    assert int(server.pttl(KEY)) > 86_400_000


def test_twenty_threads_leave_the_highest_version(cache: BalanceCache) -> None:
    dice = random.Random(7)
    versions = [[dice.randrange(10**6) for _ in range(25)] for _ in range(20)]
    start = threading.Barrier(20)

    def write(mine: list[int]) -> None:
        start.wait()
        for version in mine:
            assert put(cache, version)

    threads = [threading.Thread(target=write, args=(mine,)) for mine in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shown(cache) == max(max(mine) for mine in versions)


def test_a_redis_that_forgot_the_script_is_told_again(
    cache: BalanceCache, server: redis.Redis
) -> None:
    put(cache, 1)
    server.script_flush()
    assert put(cache, 2)
    assert shown(cache) == 2
    assert cache.counters.errors == 0


def test_a_look_up_is_one_get(cache: BalanceCache, server: redis.Redis) -> None:
    put(cache, 1)
    server.config_resetstat()
    for _ in range(500):
        assert shown(cache) == 1
    asked = {name: row["calls"] for name, row in server.info("commandstats").items()}
    extra = asked.pop("cmdstat_time", 0)  # the looks at heartbeat and clock, once a second
    assert asked.pop("cmdstat_get") == 500 + extra
    assert extra < 10
    assert set(asked) <= {"cmdstat_config|resetstat", "cmdstat_info"}


def test_a_fresh_write_is_kept_for_long(cache: BalanceCache, server: redis.Redis) -> None:
    put(cache, 1)
    assert int(server.pttl(KEY)) > 86_400_000


def test_a_write_whose_read_was_a_while_ago_is_kept_for_a_moment(
    cache: BalanceCache, server: redis.Redis
) -> None:
    assert cache.put("grocer", "ada", balance(1), cache.stamp() - 1)
    assert shown(cache) == 1
    assert 0 < int(server.pttl(KEY)) <= 2_000


def test_a_write_whose_read_was_long_ago_is_refused(
    cache: BalanceCache, server: redis.Redis
) -> None:
    put(cache, 6)
    server.flushall()
    assert not cache.put("grocer", "ada", balance(5), cache.stamp() - 3.1)
    assert shown(cache) is None
    assert cache.counters.late == 1


def test_what_a_frozen_redis_executes_late_never_goes_back(
    cache: BalanceCache, redis_server: RedisServer, make_cache: MakeCache
) -> None:
    put(cache, 4)
    redis_server.pause()
    assert not put(cache, 5)
    redis_server.resume()
    other = make_cache(redis_server.url)
    put(other, 6)
    assert shown(cache) == 6


def test_what_a_frozen_redis_executes_after_a_flush_is_refused(
    cache: BalanceCache, redis_server: RedisServer, server: redis.Redis
) -> None:
    put(cache, 4)
    server.flushall()
    redis_server.pause()
    assert not put(cache, 5)
    threading.Event().wait(3.1)
    redis_server.resume()
    assert server.ping()
    assert server.keys("*balance") == []


def test_forgotten_is_gone_and_what_is_on_its_way_is_refused(
    cache: BalanceCache, server: redis.Redis
) -> None:
    put(cache, 3, body=b'{"member":"ada"}')
    assert cache.forget("grocer", "ada")
    assert put(cache, 4, body=b'{"member":"ada"}')
    assert shown(cache) is None
    assert b"ada" not in (server.get(KEY) or b"")
    assert 3_000 < int(server.pttl(KEY)) <= 10_000


def test_without_a_heartbeat_the_database_is_read(
    redis_server: RedisServer, make_cache: MakeCache
) -> None:
    cache = make_cache(redis_server.url)
    put(cache, 3)
    assert shown(cache) is None
    assert cache.counters.stale_heartbeat == 1
    vouch(cache)
    threading.Event().wait(0.11)
    assert shown(cache) == 3


def test_an_old_heartbeat_vouches_for_nothing(
    redis_server: RedisServer, make_cache: MakeCache
) -> None:
    cache = make_cache(redis_server.url)
    put(cache, 3)
    now = cache.server_time()
    assert now is not None
    assert cache.beat(now - 5_000_000)
    fresh = make_cache(redis_server.url)
    assert shown(fresh) is None
    assert fresh.counters.stale_heartbeat == 1


def test_a_relay_that_stops_is_noticed_within_five_seconds(
    redis_server: RedisServer, make_cache: MakeCache
) -> None:
    for _ in range(50):  # a machine that stands still for 0.4 s gets another go
        cache = make_cache(redis_server.url)
        now = cache.server_time()
        assert now is not None
        cache.beat(now - 4_600_000)
        put(cache, 3)
        if shown(cache) == 3:
            break
    else:
        raise AssertionError("never believed")
    threading.Event().wait(0.45)
    assert shown(cache) is None
    assert cache.counters.stale_heartbeat == 1


def test_a_flushed_heartbeat_takes_nothing_back(
    cache: BalanceCache, server: redis.Redis, seconds: Seconds
) -> None:
    put(cache, 3)
    assert shown(cache) == 3
    server.delete(HEARTBEAT)
    seconds.ahead += 1.1
    assert shown(cache) == 3
    seconds.ahead += 4
    assert shown(cache) is None


@pytest.mark.parametrize("beat", [b"soon", b"", b"-1", b"9" * 18, b"9" * 40])
def test_a_heartbeat_that_makes_no_sense_is_none(
    redis_server: RedisServer, server: redis.Redis, make_cache: MakeCache, beat: bytes
) -> None:
    cache = make_cache(redis_server.url)
    put(cache, 3)
    server.set(HEARTBEAT, beat)
    assert shown(cache) is None
    server.delete(HEARTBEAT)
    server.rpush(HEARTBEAT, beat)
    assert shown(make_cache(redis_server.url)) is None


def test_no_server_time_is_no_heartbeat(cache: BalanceCache) -> None:
    assert cache.beat(None) is False


class Touch:
    """Pickled, it makes a file when it is loaded."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (Path(self.path),)


def spoilt(kind: str, raw: bytes, server: redis.Redis, tmp_path: Path) -> None:
    digits = b"%019d" % 3
    if kind == "list":
        server.delete(KEY)
        server.rpush(KEY, b"1", b"2")
    elif kind == "hash":
        server.delete(KEY)
        server.hset(KEY, "a", "b")
    elif kind == "pickle":
        server.set(KEY, pickle.dumps(Touch(str(tmp_path / "loaded"))))
    elif kind == "another member's":
        server.set(KEY, server.get(name(b"", "grocer", "bob")[0]) or b"")
    elif kind == "another programme's":
        server.set(KEY, server.get(name(b"", "fashion", "ada")[0]) or b"")
    else:
        server.set(
            KEY,
            {
                "text": b"hello",
                "empty": b"",
                "number": b"1500",
                "version 2^63": raw.replace(digits, b"%d" % 2**63),
                "version 10^19 - 1": raw.replace(digits, b"9" * 19),
                "negative": raw.replace(digits, b"-" + digits[1:]),
                "unicode digits": raw.replace(digits, "\u0663".encode() * 9 + b"1"),
                "cut": raw[:50],
                "an earlier life": raw[:1] + b"f" * 8 + raw[9:],
            }[kind],
        )


@pytest.mark.parametrize(
    "kind",
    [
        *("list", "hash", "pickle", "text", "empty", "number", "cut", "negative"),
        *("version 2^63", "version 10^19 - 1", "unicode digits", "an earlier life"),
        *("another member's", "another programme's"),
    ],
)
def test_garbage_is_a_miss_and_the_next_write_repairs_it(
    cache: BalanceCache, server: redis.Redis, tmp_path: Path, kind: str
) -> None:
    put(cache, 3)
    for programme, member in (("grocer", "bob"), ("fashion", "ada")):
        cache.put(programme, member, balance(900), cache.stamp())
    spoilt(kind, server.get(KEY) or b"", server, tmp_path)
    assert shown(cache) is None
    assert put(cache, 3)
    assert shown(cache) == 3
    assert not (tmp_path / "loaded").exists()
    assert cache.counters.errors == 0


def test_what_an_earlier_life_of_redis_wrote_counts_for_nothing(
    own_server: RedisServer, make_cache: MakeCache
) -> None:
    """As a snapshot from before the last writes, or a replica that lagged, would bring it back."""
    cache = make_cache(own_server.url)
    put(cache, 5)
    with redis.Redis(port=own_server.port) as client:
        raw = client.get(KEY)
        own_server.restart()
        client.set(KEY, raw)
        client.delete(HEARTBEAT)
    vouch(cache)
    assert shown(cache) is None
    assert put(cache, 4)  # what the database says now, even if that is a restored one
    assert shown(cache) == 4


def _in_child(balances: BalanceCache, answers: multiprocessing.Queue[int | None]) -> None:
    for _ in range(200):
        answers.put(shown(balances))


def test_a_forked_worker_shares_no_connection(redis_server: RedisServer, seconds: Seconds) -> None:
    balances = open_balances(redis_server.url, lambda: 1, seconds)
    assert isinstance(balances, BalanceCache)
    vouch(balances)
    put(balances, 3)
    for _ in range(5):
        balances.breaker.failed()
    fork = multiprocessing.get_context("fork")
    answers: multiprocessing.Queue[int | None] = fork.Queue()
    children = [fork.Process(target=_in_child, args=(balances, answers)) for _ in range(2)]
    balances.breaker.reset()
    for child in children:
        child.start()
    assert [shown(balances) for _ in range(200)] == [3] * 200
    assert [answers.get(timeout=10) for _ in range(400)] == [3] * 400
    for child in children:
        child.join(10)


def test_a_posted_value_is_found_by_the_next_look_up(cache: BalanceCache) -> None:
    for version in range(1, 60):
        cache.post("grocer", "ada", balance(version), cache.stamp())
        if version in (1, 2, 40, 59):
            assert shown(cache) == version
    assert cache.counters.errors == 0


def test_posting_keeps_the_newer_value(cache: BalanceCache) -> None:
    put(cache, 7)
    cache.post("grocer", "ada", balance(6), cache.stamp())
    assert shown(cache) == 7


def test_a_posted_value_too_late_is_counted_when_its_answer_is_read(
    cache: BalanceCache, seconds: Seconds
) -> None:
    put(cache, 1)
    cache.post("grocer", "ada", balance(2), cache.stamp() - 60)
    assert shown(cache) == 1
    assert cache.counters.late == 1


def test_what_redis_refuses_of_a_post_costs_the_next_question_nothing(
    cache: BalanceCache, server: redis.Redis
) -> None:
    put(cache, 1)
    server.script_flush()
    cache.post("grocer", "ada", balance(2), cache.stamp())
    assert shown(cache) == 1
    assert cache.counters.errors == 1
    cache.post("grocer", "ada", balance(3), cache.stamp())
    assert shown(cache) == 3, "after a refusal one is waited for, and the script is sent again"


def test_what_is_kept_of_many_comes_in_one_trip(cache: BalanceCache, instant: Instant) -> None:
    put(cache, 3)
    cache.put("grocer", "bob", balance(4, until=instant.at), cache.stamp())
    cache.put("fashion", "cy", balance(5), cache.stamp())
    assert cache.kept("grocer", ["bob", "ada", "cy", "dee"]) == [None, balance(3), None, None]
    assert cache.kept("grocer", []) == []


def test_nothing_is_kept_where_redis_is_away(make_cache: MakeCache) -> None:
    cache = make_cache("redis://127.0.0.1:1")
    assert cache.kept("grocer", ["ada", "bob"]) == [None, None]
    cache.post("grocer", "ada", balance(1), cache.stamp())
    assert cache.counters.errors + cache.counters.breaker_open == 2
