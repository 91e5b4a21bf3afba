"""Health, metrics and logs: what those who run the service see, and what they do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from loyalty_engine.api.app import create_app
from loyalty_engine.bootstrap import Parts, bootstrap
from loyalty_engine.clock import StoppedClock
from loyalty_engine.use_cases.codes import Codes
from tests.api.service import Till, basket, give_key, line, open_parts, settings_for
from tests.servers import RedisServer


def parts_told(till: Till) -> dict[str, Any]:
    return {it["name"]: it for it in till.client.get("/readyz").get_json()["parts"]}


def test_the_process_says_that_it_is_alive(till: Till):
    answer = till.client.get("/healthz")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "alive")


def test_ready_names_every_part_and_the_rulebooks_in_force(till: Till, parts: Parts):
    told = parts_told(till)
    assert set(told) == {"database", "rulebook shop", "rulebook other", "redis"}
    assert told["rulebook shop"]["detail"] == parts.shelf.current("shop").hash
    assert (told["redis"]["ready"], told["redis"]["needed"]) == (False, False)


def test_vouchers_without_a_secret_are_named(parts: Parts):
    plain = replace(parts, engine=replace(parts.engine, codes=Codes()))
    told = parts_told(Till(create_app(plain), give_key(parts)))["vouchers shop"]
    assert (told["ready"], told["needed"]) == (False, False)
    assert "LOYALTY_SECRET" in told["detail"]


def test_a_database_of_another_version_is_not_ready(till: Till, parts: Parts):
    with parts.storage.engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    answer = till.client.get("/readyz")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "not_ready")
    assert "9999" in answer.get_json()["detail"]
    assert answer.headers["Retry-After"]


def test_an_empty_database_and_no_programme_are_not_ready(tmp_path: Path):
    parts = bootstrap(settings_for(tmp_path))
    answer = create_app(parts).test_client().get("/readyz")
    assert answer.status_code == 503
    faults = [it["detail"] for it in answer.get_json()["errors"]]
    assert any("loyalty migrate" in fault for fault in faults)
    assert any("no programme" in fault for fault in faults)


def test_redis_is_named_with_its_reason_and_may_be_away(tmp_path: Path, redis_server: RedisServer):
    parts = open_parts(replace(settings_for(tmp_path), redis_url=redis_server.url))
    till = Till(create_app(parts), give_key(parts))
    assert parts_told(till)["redis"] == {
        "name": "redis",
        "ready": True,
        "needed": False,
        "detail": "answers",
    }
    redis_server.kill()
    away = parts_told(till)["redis"]
    assert (away["ready"], "does not answer" in away["detail"]) == (False, True)


def samples(till: Till) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    page = till.client.get("/metrics")
    assert page.mimetype == "text/plain"
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page.text)
        for sample in family.samples
    }


def test_jobs_are_told_with_how_long_they_are_behind(till: Till):
    told = {
        name: value
        for (name, labels), value in samples(till).items()
        if ("program", "shop") in labels
    }
    told_of_jobs = {name: value for name, value in told.items() if "_job_" in name}
    assert told_of_jobs == {
        "loyalty_job_lag_seconds": 0.0, "loyalty_job_done_total": 0.0,
        "loyalty_job_failed_total": 0.0,
    }, "no worker has run"  # fmt: skip


def test_what_is_held_is_told_and_what_should_not_be_any_more(till: Till, clock: StoppedClock):
    till.enrol()
    gift = {"points": 100, "unit": "points", "reason": "because", "by": "sam"}
    till.post("/v1/members/ada/adjustments", gift)
    for name, points, life in (("H-1", 30, 600), ("H-2", 20, 60)):
        asked = {"id": name, "member": "ada", "unit": "points", "points": points}
        till.post("/v1/holds", asked | {"expires_in": life})
    clock.advance(timedelta(seconds=60))
    held = {
        name: value
        for (name, _), value in samples(till).items()
        if "hold" in name or "held" in name
    }
    assert held == {
        "loyalty_referrals_held": 0.0, "loyalty_holds_open": 2.0, "loyalty_held_points": 50.0, "loyalty_holds_lapsed": 1.0,
    }  # fmt: skip


def test_requests_are_counted_by_route_and_never_by_path(till: Till):
    till.enrol()
    labels = {"route": "/v1/members/{member}", "method": "GET", "status": "200"}
    key = ("loyalty_requests_total", frozenset(labels.items()))
    before = samples(till).get(key, 0)
    for _ in range(3):
        till.get("/v1/members/ada")
    till.send("BREW", "/tea/for/ada")
    now = samples(till)
    assert now[key] == before + 3
    spent = ("loyalty_request_seconds_count", frozenset({("route", "/v1/members/{member}")}))
    assert now[spent] >= 3
    assert not any("ada" in str(name) for name in now)
    assert not any("BREW" in str(name) for name in now)


def test_every_request_is_logged_without_what_it_is_about(
    parts: Parts, logged: Callable[[], list[dict[str, Any]]]
):
    noisy = replace(parts, settings=replace(parts.settings, log_requests=True))
    till = Till(create_app(noisy), give_key(parts))
    till.put("/v1/members/ada-lovelace", {"identifiers": [{"kind": "card", "value": "4711"}]})
    till.put("/v1/purchases/T-1", basket(line(sku="secret-sku"), member="ada-lovelace"))
    till.get("/v1/members/ada-lovelace/balance", headers={"X-Request-Id": "till-7"})
    till.get("/v1/members?identifier=card:4711")
    till.get("/v1/members/nobody-at-all")
    entries = [it for it in logged() if it["event"] == "request"]
    assert [it["status"] for it in entries] == [201, 201, 200, 200, 404]
    assert entries[2]["route"] == "/v1/members/{member}/balance"
    assert (entries[2]["program"], entries[2]["request"]) == ("shop", "till-7")
    assert entries[4]["code"] == "member_unknown"
    # Without the ids of requests: those are drawn, and now and then one has "ada" in it.
    text = str([{name: it[name] for name in it if name != "request"} for it in logged()])
    for private in ("ada", "4711", "T-1", "secret-sku", "nobody", till.key or "", "lk_"):
        assert private not in text, private


@pytest.mark.parametrize("told", ["a b", "", "x" * 65, "a\u00e9", "-a", "<script>"])
def test_an_odd_request_id_is_replaced(till: Till, told: str):
    answer = till.client.get("/healthz", headers={"X-Request-Id": told})
    assert answer.headers["X-Request-Id"] != told
    assert till.client.get("/healthz", headers={"X-Request-Id": "a-1"}).headers["X-Request-Id"] == (
        "a-1"
    )
