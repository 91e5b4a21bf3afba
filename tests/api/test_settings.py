"""Settings and the clock: what the environment may say, and that the documentation is true."""

from __future__ import annotations

import logging
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from loyalty_engine import config
from loyalty_engine.api.metrics import NAMES
from loyalty_engine.clock import Clock, StoppedClock, micros_of, open_clock
from loyalty_engine.config import WrongSettings, doubts, read_settings

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "settings.md").read_text()
READ = set(re.findall(r'env\.\w+\(\s*"(\w+)"', Path(config.__file__).read_text()))


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("LOYALTY_"):
            monkeypatch.delenv(name)


def test_every_setting_is_documented_and_every_documented_one_is_read():
    assert READ
    assert set(re.findall(r"^\| `LOYALTY_(\w+)`", DOCS, re.MULTILINE)) == READ


def test_no_other_setting_is_asked_for_anywhere():
    asked = {
        name
        for path in (ROOT / "loyalty_engine").rglob("*.py")
        for name in re.findall(r"\bLOYALTY_(\w+)", path.read_text())
    }
    assert asked <= READ


def test_the_documented_defaults_are_the_real_ones():
    found = dict(re.findall(r"^\| `LOYALTY_(\w+)` \| `([^`<]+)` \|", DOCS, re.MULTILINE))
    settings = read_settings()
    assert len(found) > 10
    for name, default in found.items():
        value = getattr(settings, name.lower())
        assert str(value).lower() == default.lower(), name


def test_every_metric_is_documented():
    for name in NAMES:
        assert f"`{name}`" in DOCS


def test_the_default_is_an_embedded_database_on_this_machine():
    settings = read_settings()
    assert settings.database_url == "sqlite:///build/loyalty/loyalty.db"
    assert settings.bind.startswith("127.0.0.1:")
    assert (settings.redis_url, settings.db_pooler, settings.plugins_off) == (
        None,
        None,
        frozenset(),
    )
    assert (settings.connections, settings.level) == (settings.threads, logging.INFO)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    told = {
        "HOME": str(tmp_path),
        "PLUGINS_OFF": "weather, fraud ,",
        "WORKERS": "3",
        "DB_POOL": "9",
        "DB_POOLER": "pgbouncer",
        "LOG_REQUESTS": "no",
        "LOG_LEVEL": "DEBUG",
        "REDIS_URL": "redis://cache:6379/1",
    }
    for name, value in told.items():
        monkeypatch.setenv(f"LOYALTY_{name}", value)
    settings = read_settings()
    assert settings.database_url == f"sqlite:///{tmp_path}/loyalty.db"
    assert settings.plugins_off == {"weather", "fraud"}
    assert (settings.workers, settings.connections, settings.db_pooler) == (3, 9, "pgbouncer")
    assert (settings.log_requests, settings.level) == (False, logging.DEBUG)
    assert settings.redis_url == "redis://cache:6379/1"


def test_everything_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch):
    wrong = {
        "WORKERS": "0",
        "THREADS": "many",
        "DB_POOLER": "odyssey",
        "DATABASE_URL": "mysql://root:hunter2@db/x",
        "LOG_LEVEL": "LOUD",
        "MAX_BODY": "-1",
        "LOG_REQUESTS": "perhaps",
        "REDIS_URL": "http://cache:6379",
        "SECRET": "short",
        "BIND": "127.0.0.1:99999",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(f"LOYALTY_{name}", value)
    with pytest.raises(WrongSettings) as caught:
        read_settings()
    for name in wrong:
        assert f"LOYALTY_{name}: " in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "place", ["127.0.0.1:0", ":80", "[::1]:8000", "unix:/run/l.sock", "fd://3"]
)
def test_places_to_listen_at(monkeypatch: pytest.MonkeyPatch, place: str):
    monkeypatch.setenv("LOYALTY_BIND", place)
    assert read_settings().bind == place


@pytest.mark.parametrize(
    "place", ["shop", "8000", "shop:port", "http://shop:80", "a b:80", "a:70000"]
)
def test_places_at_which_nobody_can_listen(monkeypatch: pytest.MonkeyPatch, place: str):
    monkeypatch.setenv("LOYALTY_BIND", place)
    with pytest.raises(WrongSettings, match="LOYALTY_BIND: Write HOST:PORT"):
        read_settings()


def test_slips_that_stop_nothing_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("LOYALTY_PLUGINS", str(tmp_path))
    monkeypatch.setenv("LOYALTY_WORKERS", "3")
    monkeypatch.setenv("LOYALTY_EXAMPLES", "ours")
    assert doubts() == []
    monkeypatch.setenv("LOYALTY_PLUGINS", str(tmp_path / "none"))
    monkeypatch.setenv("LOYALTY_" + "WORKRES", "3")
    told = "\n".join(doubts())
    assert "was LOYALTY_WORKERS meant?" in told
    assert f"there is no folder {tmp_path / 'none'}" in told


def test_the_clock_tells_one_time_in_both_forms():
    clock = Clock()
    before = micros_of(clock.now())
    assert before <= clock.micros() <= micros_of(clock.now())
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()


def test_a_stopped_clock_stands_until_it_is_moved():
    at = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
    clock = StoppedClock(at)
    clock.advance(timedelta(microseconds=1))
    assert clock.now() - at == timedelta(microseconds=1)
    assert clock.micros() == micros_of(at) + 1
    with pytest.raises(ValueError, match="zone"):
        clock.set(datetime(2026, 1, 1))


def test_a_file_may_move_the_clock(tmp_path: Path):
    file = tmp_path / "shift"
    clock = open_clock(file)
    day = timedelta(days=1)
    assert abs(clock.now() - Clock().now()) < day
    file.write_text(str(86_400 * 30))
    assert clock.now() - Clock().now() > 29 * day
    assert clock.micros() - Clock().micros() > 29 * 86_400 * 1_000_000
    file.write_text("tomorrow")
    assert abs(clock.now() - Clock().now()) < day
    assert type(open_clock(None)) is Clock
