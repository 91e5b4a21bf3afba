"""Servers for a measurement: PostgreSQL, Redis, the service and a bare Flask application.

Both applications run under the same gunicorn configuration: worker class, workers, threads.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import psycopg

from loyalty_engine.api.keys import new_key
from loyalty_engine.bootstrap import Parts, bootstrap, load_rules
from loyalty_engine.config import read_settings
from loyalty_engine.storage.sql.keys import ApiKey, ApiKeys
from loyalty_engine.storage.sql.migrate import migrate
from tests.servers import PostgresServer, RedisServer

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = "bench"
WORKERS = 2


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Rig:
    """A durable PostgreSQL, a Redis, one programme, one key; closes all of it on leaving."""

    def __init__(self, rules: Mapping[str, str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bench-"))
        for name, text in rules.items():
            path = self.folder / "rules" / PROGRAM / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.postgres = PostgresServer(durable=True, settings={"shared_buffers": "256MB"})
        self.postgres.start()
        self.redis = RedisServer()
        self.redis.start()
        self.database = self.postgres.create_database()
        os.environ.update(self.environment())
        migrate(self.database)
        self.parts: Parts = bootstrap(read_settings())
        faults = load_rules(self.parts, self.folder / "rules")
        assert not faults, faults
        self.key = self._new_key()
        self._processes: list[subprocess.Popen[bytes]] = []

    def environment(self) -> dict[str, str]:
        """The settings of everything that is started."""
        return {
            "LOYALTY_DATABASE_URL": self.database,
            "LOYALTY_REDIS_URL": self.redis.url,
            "LOYALTY_RULES": str(self.folder / "rules"),
            "LOYALTY_PLUGINS": str(self.folder / "no-plugins"),
            "LOYALTY_HOME": str(self.folder / "home"),
            "LOYALTY_WORKERS": str(WORKERS),
            "LOYALTY_THREADS": "4",
            "LOYALTY_LOG_REQUESTS": "false",
            "LOYALTY_LOG_LEVEL": "WARNING",
        }

    def _new_key(self) -> str:
        name, text, digest = new_key()
        ApiKeys(self.parts.storage).add_key(
            ApiKey(PROGRAM, name, digest, ("admin",), "bench", datetime.now(UTC))
        )
        return text

    def serve(self) -> int:
        """Start the service; answers its port."""
        return self._gunicorn([], "/healthz", {})

    def serve_bare(self, application: str, **extra: str) -> int:
        """Start a bare Flask application (`module:app`) the same way."""
        return self._gunicorn([application], "/ready", extra)

    def _gunicorn(self, arguments: list[str], path: str, extra: Mapping[str, str]) -> int:
        port = free_port()
        environment = (
            os.environ
            | self.environment()
            | {
                "LOYALTY_BIND": f"127.0.0.1:{port}",
                "LOYALTY_HOME": str(self.folder / f"home-{port}"),
                "PYTHONPATH": str(ROOT),
                "PROMETHEUS_MULTIPROC_DIR": str(self.folder / f"metrics-{port}"),
            }
            | extra
        )
        config = "python:benchmarks.bare_conf" if arguments else (
            "python:loyalty_engine.api.gunicorn_conf"
        )  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", config, *arguments],
            env=environment,
            cwd=ROOT,
        )
        self._processes.append(process)
        wait_for(port, path)
        return port

    def relay(self) -> "subprocess.Popen[bytes]":
        """Start a worker: it keeps the heartbeat without which no look-up trusts Redis."""
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("loyalty")), "worker"],
            env=os.environ | self.environment() | {"LOYALTY_HOME": str(self.folder / "home-w")},
            cwd=ROOT,
        )
        self._processes.append(process)
        self.caught_up()
        return process

    def caught_up(self, seconds: float = 120) -> None:
        """Wait until the relay has told all events, and so keeps its heartbeat."""
        end = time.monotonic() + seconds
        with self.raw() as connection:
            while time.monotonic() < end:
                waiting = connection.execute(
                    "SELECT count(*) FROM outbox WHERE state = 'waiting'"
                ).fetchone()
                if waiting == (0,):
                    time.sleep(2)
                    return
                time.sleep(0.2)
        raise RuntimeError("the relay does not catch up")

    def raw(self) -> "psycopg.Connection[Any]":
        """A connection of its own to the database, for what is not measured."""
        url = self.database.replace("postgresql+psycopg:", "postgresql:")
        return psycopg.connect(url, autocommit=True, cursor_factory=psycopg.RawCursor)

    def worker_pids(self, index: int = -1) -> list[int]:
        """The workers of a gunicorn that was started."""
        master = self._processes[index].pid
        end = time.monotonic() + 10
        while True:
            children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
            if len(children) >= WORKERS or time.monotonic() > end:
                return [int(pid) for pid in children]
            time.sleep(0.1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(20)
        self.parts.storage.close()
        self.redis.close()
        self.postgres.close()


def wait_for(port: int, path: str, seconds: float = 30) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers on {port}{path}")


def resident_mb(pid: int) -> float:
    """Memory that the process has for itself and shares, in MB."""
    for row in Path(f"/proc/{pid}/status").read_text().splitlines():
        if row.startswith("VmRSS:"):
            return int(row.split()[1]) / 1024
    raise RuntimeError("no such process")


def cpu_seconds(pids: list[int]) -> float:
    """Processor time that these processes have used."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
