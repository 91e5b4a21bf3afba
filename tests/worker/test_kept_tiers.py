"""What is kept for look-ups: new tiers without any points moving, and nothing in vain."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from threading import Event

import pytest
import redis

from loyalty_engine.domain.tiers import Grant
from loyalty_engine.use_cases.tiers.grant_tier import grant_tier
from loyalty_engine.worker import Worker
from tests.servers import RedisServer
from tests.shop import line
from tests.worker.conftest import Counter, Site, eventually


def test_a_tier_given_by_hand_and_taken_back_is_shown_from_redis(
    redis_site: Site, monkeypatch: pytest.MonkeyPatch
):
    parts = redis_site.parts(monkeypatch)
    counter = Counter(parts)
    worker = Worker(parts, Event())
    start = counter.now

    def give(until: datetime | None) -> None:
        grant = Grant("gold", start, until)
        grant_tier(parts.engine, counter.caller(), "ada", grant, "because", "the test")
        worker.keep()

    def shown() -> str | None:
        found = parts.balances.get("shop", "ada")
        return None if found is None else str(json.loads(found.body)["tier"])

    counter.enrol()
    counter.buy("T-1", [line("1", 1000)])
    worker.keep()
    assert eventually(lambda: shown() == "basic")
    give(None)
    assert eventually(lambda: shown() == "gold")
    give(start + timedelta(microseconds=1))
    assert eventually(lambda: shown() == "basic")


def test_what_the_worker_shows_again_is_kept_as_long_as_what_the_till_showed(
    redis_site: Site, monkeypatch: pytest.MonkeyPatch, redis_server: RedisServer
):
    """Both say the same, however close together, so neither casts doubt on the other."""
    parts = redis_site.parts(monkeypatch)
    counter = Counter(parts)
    worker = Worker(parts, Event())
    counter.enrol()
    counter.buy("T-1", [line("1", 1000)])
    with redis.Redis(port=redis_server.port, socket_timeout=5) as client:
        (key,) = client.keys("*:balance")
        kept = client.get(key)
        while worker.tell():
            pass
        worker.keep()
        assert client.get(key) != kept
        assert int(client.pttl(key)) > 86_400_000
