"""An API key that asks too often is told to wait, and others are not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.api.allowance import MOST_KEYS, Allowance, Taken
from loyalty_engine.api.app import create_app
from loyalty_engine.clock import StoppedClock
from tests.api.service import NOW, Till, give_key, open_parts, settings_for
from tests.api.test_balance import BALANCE, beat
from tests.servers import RedisServer


@dataclass
class Seconds:
    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


def test_a_second_s_worth_at_once_and_then_one_for_each_step() -> None:
    clock = Seconds()
    allowance = Allowance(4, clock)
    assert [allowance.take("a").left for _ in range(4)] == [3, 2, 1, 0]
    assert allowance.take("a") == Taken(allowed=False, left=0, wait=1)
    clock.at += 0.25
    assert allowance.take("a").allowed
    assert not allowance.take("a").allowed
    clock.at += 3600
    assert allowance.take("a") == Taken(allowed=True, left=3, wait=0), "no more is saved up"


def test_each_key_has_its_own() -> None:
    allowance = Allowance(1, Seconds())
    assert all(allowance.take(f"key-{number}").allowed for number in range(200))
    assert not any(allowance.take(f"key-{number}").allowed for number in range(200))


def test_more_keys_than_places_share_but_none_is_refused_for_ever() -> None:
    clock = Seconds()
    allowance = Allowance(1, clock)
    for number in range(MOST_KEYS * 2):
        allowance.take(f"key-{number}")
    clock.at += 3600
    assert allowance.take("key-0").allowed
    assert allowance.take("one more").allowed


@given(st.integers(1, 50), st.lists(st.integers(0, 400), max_size=120))
def test_no_two_seconds_see_more_than_three_times_the_rate(rate: int, pauses: list[int]) -> None:
    clock = Seconds()
    allowance = Allowance(rate, clock)
    passed: list[float] = []
    for pause in pauses:
        clock.at += pause / 1000
        if allowance.take("a").allowed:
            passed.append(clock.at)
    for began in passed:
        assert sum(began <= at < began + 1 for at in passed) <= 2 * rate + 1


class StandingClock(StoppedClock):
    """Not even the seconds go on, however slow the machine is."""

    def monotonic(self) -> float:
        return 1000.0


@pytest.fixture
def till(tmp_path: Path) -> Till:
    settings = replace(settings_for(tmp_path), rate_limit=3)
    parts = open_parts(settings, StandingClock(NOW))
    return Till(create_app(parts), give_key(parts))


def test_too_many_requests_are_told_to_wait(till: Till) -> None:
    first = till.get("/v1/rules")
    assert first.status_code == 200
    assert first.headers["RateLimit-Policy"] == '"key";q=3;w=1'
    assert first.headers["RateLimit"] == '"key";r=2;t=0'
    till.enrol()
    till.enrol()
    refused = till.put("/v1/members/bob", {})
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_requests")
    assert refused.json["effect"] == "none"
    assert refused.headers["Retry-After"] == "1"
    assert refused.headers["RateLimit"] == '"key";r=0;t=1'


def test_look_ups_count_as_well(tmp_path: Path, redis_server: RedisServer) -> None:
    settings = replace(settings_for(tmp_path), redis_url=redis_server.url, rate_limit=6)
    parts = open_parts(settings, StandingClock(NOW))
    beat(parts)
    till = Till(create_app(parts), give_key(parts))
    till.enrol(enrolled_at="2026-03-01T00:00:00Z")
    seen = [till.get(BALANCE) for _ in range(6)]
    assert [it.status_code for it in seen] == [200] * 5 + [429]
    assert seen[4].headers["RateLimit"] == '"key";r=0;t=1'
    assert parts.balances.counters.hits >= 3
    parts.storage.close()


def test_without_a_limit_nothing_is_told(tmp_path: Path) -> None:
    parts = open_parts(settings_for(tmp_path))
    answer = Till(create_app(parts), give_key(parts)).get("/v1/rules")
    assert "RateLimit" not in answer.headers
