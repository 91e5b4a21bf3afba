"""A running service under gunicorn, and a till that does not give up."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from loyalty_engine.api.keys import new_key
from loyalty_engine.storage.sql.keys import ApiKey, ApiKeys
from loyalty_engine.storage.sql.migrate import migrate
from loyalty_engine.storage.sql.storage import SqlStorage
from tests.shop import BASE, PROGRAM

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = 12


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """One programme `shop` behind gunicorn with two workers."""

    def __init__(self, folder: Path, database: str, redis: str = "", **settings: str) -> None:
        self.folder, self.database = folder, database
        self.port = free_port()
        rules = folder / "rules" / "shop"
        rules.mkdir(parents=True, exist_ok=True)
        (rules / "program.yaml").write_text(PROGRAM)
        (rules / "base.yaml").write_text(BASE)
        self.environment = {
            "LOYALTY_DATABASE_URL": database,
            "LOYALTY_REDIS_URL": redis,
            "LOYALTY_RULES": str(folder / "rules"),
            "LOYALTY_PLUGINS": str(folder / "none"),
            "LOYALTY_HOME": str(folder / "home"),
            "LOYALTY_BIND": f"127.0.0.1:{self.port}",
            "LOYALTY_WORKERS": "2",
            "LOYALTY_LOG_LEVEL": "ERROR",
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
            **settings,
        }
        migrate(database)
        self.storage = SqlStorage(database)
        name, self.key, digest = new_key()
        ApiKeys(self.storage).add_key(
            ApiKey("shop", name, digest, ("admin",), "test", datetime.now(UTC))
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = self.run_beside("gunicorn", "-c", "python:loyalty_engine.api.gunicorn_conf")
        self.wait()

    def run_beside(self, *module: str) -> subprocess.Popen[bytes]:
        """Another process with the same settings: `python -m ...`."""
        return self._run([sys.executable, "-m", *module])

    def run_worker(self) -> subprocess.Popen[bytes]:
        """`loyalty worker`, without whose heartbeat no look-up believes Redis."""
        return self._run([str(Path(sys.executable).with_name("loyalty")), "worker"])

    def _run(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            env=os.environ | self.environment,
            cwd=ROOT,
            start_new_session=True,
        )

    def wait(self, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self.send("GET", "/healthz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the service does not come up")

    def workers(self) -> list[int]:
        assert self.process is not None
        master = self.process.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        return [int(pid) for pid in children]

    def kill(self) -> None:
        """The whole service at once, without a word."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        self.storage.close()

    def send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, seconds: float = 4
    ) -> tuple[int, dict[str, Any]]:
        """One request; raises OSError where no whole answer comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        headers = {"Authorization": f"Bearer {self.key}"}
        data = None
        if body is not None:
            data = json.dumps(body)
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            told = answer.read()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()
        return answer.status, json.loads(told)

    def enrol(self) -> None:
        for number in range(MEMBERS):
            status, _ = self.send("PUT", f"/v1/members/m-{number}", {})
            assert status in (200, 201)


class Tills:
    """So many tills selling until stopped; each sends the same purchase until it is answered."""

    def __init__(self, service: Running, count: int = 6) -> None:
        self.service = service
        self.stopping = threading.Event()
        self.acknowledged: dict[str, tuple[str, int]] = {}
        self.surprises: list[str] = []
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._sell, args=(n,)) for n in range(count)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for thread in self._threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in self._threads)

    def wait_for(self, more: int) -> None:
        """Until so many more purchases are answered, or something is wrong."""
        enough, end = len(self.acknowledged) + more, time.monotonic() + 60
        while len(self.acknowledged) < enough and not self.surprises and time.monotonic() < end:
            time.sleep(0.05)

    def _sell(self, till: int) -> None:
        chance = random.Random(till)
        number = 0
        while not self.stopping.is_set() and not self.surprises:
            number += 1
            name, member = f"T-{till}-{number}", f"m-{chance.randrange(MEMBERS)}"
            euros = chance.randrange(1, 50)
            self._until_answered(name, member, euros)

    def _until_answered(self, name: str, member: str, euros: int) -> None:
        body = {
            "member": member,
            "occurred_at": datetime.now(UTC).isoformat(),
            "currency": "EUR",
            "lines": [{"id": "1", "sku": "A", "quantity": 1, "unit_price": euros * 100}],
        }
        give_up = time.monotonic() + 45
        while time.monotonic() < give_up:
            try:
                status, told = self.service.send("PUT", f"/v1/purchases/{name}", body)
            except OSError:
                time.sleep(0.05)
                continue
            if status in (200, 201):
                with self._lock:
                    self.acknowledged[name] = (member, euros)
                return
            if status != 503:
                self.surprises.append(f"{status} {told}")
                return
            time.sleep(0.05)
        self.surprises.append(f"{name} was never answered")

    def points(self) -> dict[str, int]:
        """What each member must have."""
        sums: dict[str, int] = {}
        for member, euros in self.acknowledged.values():
            sums[member] = sums.get(member, 0) + euros
        return sums


@contextmanager
def serving(folder: Path, database: str, redis: str = "", **settings: str) -> Iterator[Running]:
    service = Running(folder, database, redis, **settings)
    service.start()
    try:
        service.enrol()
        yield service
    finally:
        service.stop()
