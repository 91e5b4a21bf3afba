"""The balance look-up: from Redis without further ado, from the database otherwise, always right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loyalty_engine.api.app import create_app
from loyalty_engine.bootstrap import Parts
from tests.api.service import Till, basket, give_key, line, open_parts, settings_for
from tests.servers import RedisServer

BALANCE = "/v1/members/ada/balance"


@pytest.fixture
def redis_parts(tmp_path: Path, redis_server: RedisServer) -> Iterator[Parts]:
    """The engine with a Redis that the relay vouches for, as a running worker does."""
    parts = open_parts(replace(settings_for(tmp_path), redis_url=redis_server.url))
    beat(parts)
    yield parts
    parts.storage.close()


def beat(parts: Parts) -> None:
    assert parts.balances.beat(parts.balances.server_time())


@pytest.fixture
def till(redis_parts: Parts) -> Till:
    till = Till(create_app(redis_parts), give_key(redis_parts))
    till.enrol(enrolled_at="2026-03-01T00:00:00Z")
    return till


def now_basket(parts: Parts, *lines: Any) -> dict[str, Any]:
    return basket(*lines, occurred_at=parts.clock.now().isoformat())


def outside_flask(till: Till, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The answer to a look-up with everything behind the front out of order."""

    def broken(*_: object) -> None:
        raise AssertionError("Flask was asked")

    with monkeypatch.context() as patch:
        patch.setattr(till.app.wsgi_app, "_app", broken)
        return till.get(BALANCE)


def test_a_hit_is_answered_before_flask_and_looks_the_same(
    till: Till, redis_parts: Parts, monkeypatch: pytest.MonkeyPatch
):
    missed = till.get(BALANCE)
    hit = outside_flask(till, monkeypatch)
    assert (hit.status_code, hit.data) == (200, missed.data)
    assert set(dict(hit.headers)) == set(dict(missed.headers))
    assert hit.headers["Content-Type"] == missed.headers["Content-Type"] == "application/json"
    counters = redis_parts.balances.counters
    assert (counters.hits, counters.misses) == (1, 1)


def test_a_write_is_seen_at_once(till: Till, redis_parts: Parts, monkeypatch: pytest.MonkeyPatch):
    till.get(BALANCE)
    receipt = till.put("/v1/purchases/T-1", now_basket(redis_parts, line(unit_price=700))).json
    shown = outside_flask(till, monkeypatch).json
    assert shown["units"]["points"]["available"] == 7
    assert shown["version"] == receipt["version"]


def test_only_plain_look_ups_of_the_right_caller_take_the_short_way(
    till: Till, redis_parts: Parts, monkeypatch: pytest.MonkeyPatch
):
    till.get(BALANCE)
    refused = {
        "no key": Till(till.app, None).get(BALANCE),
        "wrong key": Till(till.app, (till.key or "")[:-1] + "x").get(BALANCE),
        "no scope": Till(till.app, give_key(redis_parts, "shop", "quotes")).get(BALANCE),
        "other programme": Till(till.app, give_key(redis_parts, "other")).get(BALANCE),
        "unknown parameter": till.get(BALANCE + "?x=1"),
    }
    assert {name: it.status_code for name, it in refused.items()} == {
        "no key": 401,
        "wrong key": 401,
        "no scope": 403,
        "other programme": 404,
        "unknown parameter": 422,
    }
    till.enrol("a%2Fda")
    assert till.get("/v1/members/a%2Fda/balance").json["member"] == "a/da"
    assert till.get("/v1/members/a/da/balance").status_code == 404
    assert till.send("HEAD", BALANCE).data == b""


def test_a_version_that_redis_does_not_have_yet_is_read_from_the_database(
    till: Till, redis_parts: Parts
):
    till.get(BALANCE)
    program, member = "shop", "ada"
    old = redis_parts.balances.get(program, member)
    assert old is not None
    version = till.put("/v1/purchases/T-1", now_basket(redis_parts)).json["version"]
    redis_parts.balances.forget(program, member)
    assert till.get(f"{BALANCE}?min_version={version}").json["version"] == version


def test_what_redis_has_of_another_programme_stays_there(till: Till, redis_parts: Parts):
    other = Till(till.app, give_key(redis_parts, "other"))
    other.enrol()
    till.put("/v1/purchases/T-1", now_basket(redis_parts, line(unit_price=900)))
    assert till.get(BALANCE).json["units"]["points"]["available"] == 9
    assert other.get(BALANCE).json["units"]["points"]["available"] == 0


def test_without_redis_the_database_answers(till: Till, redis_server: RedisServer):
    told = till.get(BALANCE).json
    redis_server.kill()
    for _ in range(10):
        answer = till.get(BALANCE)
        assert answer.status_code == 200
        assert answer.json["units"] == told["units"]


def test_an_emptied_redis_is_filled_again(
    till: Till, redis_server: RedisServer, redis_parts: Parts, monkeypatch: pytest.MonkeyPatch
):
    told = till.get(BALANCE)
    redis_server.flush()
    beat(redis_parts)
    assert till.get(BALANCE).json["units"] == told.json["units"]
    assert outside_flask(till, monkeypatch).status_code == 200
