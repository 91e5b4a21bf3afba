"""Killing anything at any moment loses nothing that was answered, and does nothing twice."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

from loyalty_engine.storage.sql.integrity import verify
from tests.end_to_end.running import Running, Tills, serving
from tests.servers import PostgresServer


def all_there(service: Running, tills: Tills) -> None:
    """Every answered purchase is there once, with its points, and the books prove it."""
    assert tills.surprises == []
    assert len(tills.acknowledged) > 20
    for member, points in tills.points().items():
        status, told = service.send("GET", f"/v1/members/{member}/balance")
        assert (200, points) == (status, told["units"]["points"]["available"])
    for name in random.Random(1).sample(sorted(tills.acknowledged), 10):
        assert service.send("GET", f"/v1/purchases/{name}")[0] == 200
    report = verify(service.storage, "shop")
    assert list(report.findings) == []


def test_killed_workers_lose_nothing(tmp_path: Path, database_url: str) -> None:
    with serving(tmp_path, database_url) as service:
        with Tills(service) as tills:
            for _ in range(5):
                tills.wait_for(20)
                os.kill(random.choice(service.workers()), signal.SIGKILL)
            tills.wait_for(20)
        all_there(service, tills)


def test_a_killed_service_goes_on_where_it_was(tmp_path: Path, database_url: str) -> None:
    with serving(tmp_path, database_url) as service:
        with Tills(service) as tills:
            tills.wait_for(50)
            service.kill()
            service.start()
            tills.wait_for(50)
        all_there(service, tills)


def test_a_stopped_service_answers_what_it_took(tmp_path: Path, database_url: str) -> None:
    with serving(tmp_path, database_url) as service:
        with Tills(service) as tills:
            tills.wait_for(30)
            assert service.process is not None
            service.process.terminate()
            assert service.process.wait(60) == 0
            service.start()
            tills.wait_for(30)
        all_there(service, tills)


def test_a_killed_postgresql_loses_nothing(tmp_path: Path) -> None:
    with PostgresServer(durable=True) as server:
        server.ensure_running()
        with serving(tmp_path, server.create_database()) as service:
            with Tills(service) as tills:
                tills.wait_for(30)
                server.kill()
                time.sleep(0.5)
                server.restart()
                tills.wait_for(50)
            all_there(service, tills)
