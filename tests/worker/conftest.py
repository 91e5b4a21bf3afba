"""A shop with a worker: one programme, one database, and plugins written down in a test."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from loyalty_engine.bootstrap import Parts, bootstrap, load_rules
from loyalty_engine.clock import StoppedClock
from loyalty_engine.config import read_settings
from loyalty_engine.storage.sql.migrate import migrate
from tests.shop import Shop

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PROGRAM = """
program: shop
title: Shop
zone: Europe/Paris
currency: EUR
languages: [en]
units:
  points: {value: 0.01, tender: 0.01, pending: 14 days, expires: 3 months}
lanes: [base: all]
"""
TIERS = """
window: calendar_year
down: to_earned
keep: end_of_period
tiers:
  - {tier: basic, title: Basic}
  - {tier: gold, title: Gold, needs: {spend: 100.00}}
"""
BASE = "rule: base\nlane: base\nthen: [earn_per_amount: {points: 1, per: 1.00}]"

PROCESS = """
from loyalty_engine.bootstrap import bootstrap, load_rules
from loyalty_engine.config import read_settings
from loyalty_engine.worker import run_worker
settings = read_settings()
parts = bootstrap(settings)
load_rules(parts, settings.rules)
print("ready", flush=True)
run_worker(parts)
print("ended", flush=True)
"""


class Site:
    """What an operator has: settings in the environment, a database, rules, plugins."""

    def __init__(self, folder: Path, database_url: str, redis_url: str | None = None) -> None:
        self.plugins = folder / "plugins"
        self.rules = folder / "rules"
        self.clock = folder / "clock"
        self.log = folder / "worker.log"
        self.plugins.mkdir()
        (self.rules / "shop").mkdir(parents=True)
        for name, text in (("program", PROGRAM), ("tiers", TIERS), ("base", BASE)):
            (self.rules / "shop" / f"{name}.yaml").write_text(text)
        self.environment = {
            "LOYALTY_HOME": str(folder / "home"),
            "LOYALTY_DATABASE_URL": database_url,
            "LOYALTY_RULES": str(self.rules),
            "LOYALTY_PLUGINS": str(self.plugins),
            "LOYALTY_CLOCK": str(self.clock),
            "LOYALTY_REDIS_URL": redis_url or "",
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        self.opened: list[Parts] = []
        migrate(database_url)

    def write_plugin(self, name: str, code: str) -> None:
        head = "from loyalty_engine.hookspecs import hookimpl\n"
        (self.plugins / f"{name}.py").write_text(head + dedent(code))

    def parts(self, monkeypatch: pytest.MonkeyPatch, clock: StoppedClock | None = None) -> Parts:
        """The engine in this process."""
        for name, value in self.environment.items():
            monkeypatch.setenv(name, value)
        parts = bootstrap(read_settings())
        if clock is not None:
            parts = replace(parts, clock=clock)
        assert not load_rules(parts, parts.settings.rules)
        self.opened.append(parts)
        return parts

    def shift(self, seconds: int) -> None:
        """Move the clock of the worker processes."""
        self.clock.write_text(str(seconds))

    def start_worker(self) -> subprocess.Popen[bytes]:
        """A worker in a process of its own, once it is ready."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", PROCESS],
                env={**os.environ, **self.environment},
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=ROOT,
            )
        self.processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n", self.log.read_text()
        return process

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        for parts in self.opened:
            parts.plugins.close()
            parts.storage.close()


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    made = Site(tmp_path, database_url)
    yield made
    made.close()


@pytest.fixture
def redis_site(tmp_path: Path, sqlite_url: str, redis_url: str) -> Iterator[Site]:
    made = Site(tmp_path, sqlite_url, redis_url)
    yield made
    made.close()


class Counter(Shop):
    """The shop's counter over parts that a worker has as well."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.storage = parts.storage
        self.shelf = parts.shelf
        self.engine = parts.engine
        self._next = 0

    @property
    def now(self) -> datetime:  # type: ignore[override]
        return self.parts.clock.now()

    def fresh(self):  # type: ignore[no-untyped-def]
        self._next += 1
        return self.caller(f"key-{self._next}")


def eventually(holds: Callable[[], object]) -> bool:
    """Whether it holds within a minute; the machine may be busy."""
    for _ in range(1200):
        if holds():
            return True
        time.sleep(0.05)
    return False
