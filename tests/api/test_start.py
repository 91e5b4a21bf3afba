"""How the service starts, forks, and takes up what others put in force while it runs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from loyalty_engine.api.app import create_app
from loyalty_engine.api.refreshing import keep_fresh
from loyalty_engine.api.wsgi import make
from loyalty_engine.bootstrap import Parts, bootstrap
from loyalty_engine.config import WrongSettings
from loyalty_engine.rulebook.faults import RulebookErrors
from tests.api.service import BASE, PROGRAM, Till, basket, give_key, open_parts, settings_for
from tests.api.test_gunicorn import Server, wait_until

PATIENCE = 30.0


@pytest.fixture(autouse=True)
def _logs_stay_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loyalty_engine.api.wsgi.set_up_logs", lambda level: None)


def write_programme(folder: Path, rule: str = BASE) -> Path:
    programme = folder / "rules" / "shop"
    programme.mkdir(parents=True, exist_ok=True)
    (programme / "program.yaml").write_text(PROGRAM.format(name="shop"))
    (programme / "base.yaml").write_text(rule)
    return programme.parent


def test_an_empty_folder_becomes_a_running_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LOYALTY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOYALTY_RULES", str(write_programme(tmp_path)))
    app = make()
    assert app.test_client().get("/readyz").status_code == 200
    till = Till(app, give_key(app.extensions["loyalty"].parts))
    assert till.put("/v1/members/ada", {}).status_code == 201


def test_a_start_with_broken_rules_goes_on_with_the_last_good_ones(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    logged: Callable[[], list[dict[str, Any]]],
):
    monkeypatch.setenv("LOYALTY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOYALTY_RULES", str(write_programme(tmp_path)))
    good = make().extensions["loyalty"].parts.shelf.current("shop").hash
    write_programme(tmp_path, BASE.replace("earn_per_amount", "urn_per_amount"))
    app = make()
    assert app.extensions["loyalty"].parts.shelf.current("shop").hash == good
    assert app.test_client().get("/readyz").status_code == 200
    assert any("urn_per_amount" in it["event"] for it in logged())


def test_wrong_settings_stop_the_start(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LOYALTY_WORKERS", "none")
    with pytest.raises(WrongSettings, match="LOYALTY_WORKERS"):
        make()


def test_a_rulebook_that_another_process_puts_in_force_is_taken_up(parts: Parts):
    other = bootstrap(parts.settings)
    other.shelf.refresh("shop")
    stop = keep_fresh(other, every=0.05)
    try:
        source = {"program.yaml": PROGRAM.format(name="shop"), "base.yaml": BASE + "# new\n"}
        with pytest.raises(RulebookErrors):
            parts.shelf.publish(
                "shop", {**source, "bad.yaml": "rule: ["}, "test", parts.clock.now()
            )
        later = parts.clock.now() + timedelta(seconds=1)
        newest = parts.shelf.publish("shop", {**source, "base.yaml": BASE.replace("1,", "2,")},
                                     "test", later)  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while other.shelf.current("shop").hash != newest.hash:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        stop.set()
        other.storage.close()


def test_a_database_that_is_away_is_told_and_survived(parts: Parts, monkeypatch: Any):
    till = Till(create_app(parts), give_key(parts))
    till.enrol()
    broken = replace(
        parts.settings, database_url=f"sqlite:///{parts.settings.home / 'no' / 'such' / 'place.db'}"
    )
    away = bootstrap(broken)
    with monkeypatch.context() as patch:
        patch.setattr(till.app.extensions["loyalty"].keys, "_find", away_find(away))
        patch.setattr(till.app.extensions["loyalty"].keys, "_seen", {})
        answer = till.get("/v1/members/ada")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert till.get("/v1/members/ada").status_code == 200


def away_find(parts: Parts) -> Any:
    from loyalty_engine.storage.sql.keys import ApiKeys

    return ApiKeys(parts.storage).find_key


def test_one_day_is_the_same_on_both_databases(tmp_path: Path, database_url: str):
    parts = open_parts(replace(settings_for(tmp_path), database_url=database_url))
    till = Till(create_app(parts), give_key(parts))
    now = parts.clock.now().isoformat()
    till.enrol(identifiers=[{"kind": "card", "value": "1"}])
    first = till.put("/v1/purchases/T-1", basket(occurred_at=now))
    again = till.put("/v1/purchases/T-1", basket(occurred_at=now))
    assert (first.status_code, again.status_code, again.data) == (201, 200, first.data)
    back = {"occurred_at": now, "lines": [{"line": "1", "quantity": 1}]}
    assert till.put("/v1/purchases/T-1/returns/R-1", back).json["state"] == "returned"
    assert till.get("/v1/members/ada/balance").json["units"]["points"]["available"] == 0
    assert till.get("/v1/integrity").json["clean"] is True
    ready = till.client.get("/readyz")
    assert ready.status_code == 200, ready.text
    parts.storage.close()


def test_forked_workers_share_no_connection(tmp_path: Path, postgres_url: str):
    """Four clients on two processes that came from one which had used the database before."""
    server = Server(
        *("-c", "python:loyalty_engine.api.gunicorn_conf"),
        folder=tmp_path,
        home=str(tmp_path),
        rules=str(write_programme(tmp_path)),
        database_url=postgres_url,
        log_requests="no",
    )
    try:
        wait_until(lambda: server.answers("/readyz"), server)
        key = give_key(bootstrap(replace(settings_for(tmp_path), database_url=postgres_url)))
        headers = {"Authorization": f"Bearer {key}", "Content_Type": "application/json"}

        def till(number: int) -> list[tuple[int, str]]:
            seen = []
            for turn in range(25):
                path = f"/v1/members/m{number}-{turn}"
                seen.append((server.ask("PUT", path, b"{}", **headers)[0], path))
                told = json.loads(server.ask("GET", path, **headers)[2])
                assert told["member"] == path.rpartition("/")[2]
            return seen

        with ThreadPoolExecutor(4) as pool:
            answers = [it for seen in pool.map(till, range(4)) for it in seen]
        assert [status for status, _ in answers] == [201] * 100
    finally:
        server.close()
