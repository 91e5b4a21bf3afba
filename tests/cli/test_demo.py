"""`loyalty demo`: a real service, a whole day over HTTP, and the same day again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from loyalty_engine.cli.sample_day.fashion import fashion_day
from loyalty_engine.cli.sample_day.grocer import grocer_day

ROOT = Path(__file__).parents[2]
DEMO = [sys.executable, "-c", "from loyalty_engine.cli import main; main()", "demo"]
DAY = date(2026, 3, 3)
YESTERDAY, NOON = DAY.isoformat(), datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_the_same_day_is_the_same_to_the_last_unit():
    assert grocer_day(DAY) == grocer_day(DAY)
    assert fashion_day(DAY) == fashion_day(DAY)
    assert grocer_day(DAY) != grocer_day(date(2026, 3, 4))


def test_a_day_has_something_of_everything():
    kinds = {ask.what for ask in grocer_day(DAY).asks}
    assert kinds == {
        "members", "batches", "purchases", "quotes", "returns", "corrections", "cancellations",
        "claims",
    }  # fmt: skip
    bodies = [ask.body or {} for ask in grocer_day(DAY).asks]
    assert any("spend" in body for body in bodies)
    assert any("member" not in body for body in bodies if "lines" in body)


def test_months_that_two_days_share_are_told_the_same_way():
    """So that playing a day of the next month repeats what the days before it have sent."""

    def months(day: date) -> dict[str, object]:
        (batch,) = (ask.body for ask in grocer_day(day).asks if ask.what == "batches")
        assert batch is not None
        return {it["purchase"]: it for it in batch["purchases"]}

    march, april = months(DAY), months(date(2026, 4, 3))
    shared = march.keys() & april.keys()
    assert len(shared) == 24
    assert {name: march[name] for name in shared} == {name: april[name] for name in shared}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    ours = {key: value for key, value in os.environ.items() if not key.startswith("LOYALTY_")}
    # The day is the same whenever the test runs.
    clock, ahead = tmp_path / "clock", NOON - datetime.now(UTC)
    clock.write_text(str(int(ahead.total_seconds())))
    return ours | {
        "LOYALTY_HOME": str(tmp_path), "LOYALTY_CLOCK": str(clock),
        "LOYALTY_BIND": "127.0.0.1:0", "COLUMNS": "140",
    }  # fmt: skip


@pytest.fixture
def serving(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*DEMO, "--day", YESTERDAY],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    yield process
    if process.poll() is None:
        process.kill()


def summary(said: str) -> str:
    """The tables and the proof, without what differs from run to run."""
    return said[said.index("Corner Grocer Card") : said.index("fashion: clean")]


@pytest.mark.slow
def test_a_day_is_played_served_and_played_again(
    environment: dict[str, str], serving: subprocess.Popen[str]
):
    said = []
    assert serving.stdout is not None
    for line in serving.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            break
    first = "".join(said)
    assert "refused" not in first
    assert re.search(r"Played \w+ \d+ \w+ \d{4}: .*156\s+purchases", first)
    for name in ("grocer: clean", "fashion: clean", "silver", "base-points", "points-de-base"):
        assert name in first

    found = re.search(r"^export URL=(\S+) KEY=(\S+)$", first, re.MULTILINE)
    assert found is not None
    address, key = found.groups()
    ask = urllib.request.Request(
        f"{address}/v1/members/grace/balance", headers={"Authorization": f"Bearer {key}"}
    )
    with urllib.request.urlopen(ask, timeout=10) as answer:
        assert b'"units"' in answer.read()

    serving.send_signal(signal.SIGTERM)
    _, errors = serving.communicate(timeout=60)
    assert "The service ends." in errors
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(ask, timeout=10)

    again = subprocess.run(
        [*DEMO, "--once", "--day", YESTERDAY], cwd=ROOT, env=environment, text=True,
        capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    assert "156 purchases were there already: nothing is recorded twice." in again.stdout
    assert summary(again.stdout) == summary(first)


def test_made_up_purchases_go_to_sqlite_only(environment: dict[str, str]):
    environment["LOYALTY_DATABASE_URL"] = "postgresql://somebody@127.0.0.1:1/shop"
    refused = subprocess.run(
        [*DEMO, "--once"], cwd=ROOT, env=environment, text=True, capture_output=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert refused.returncode == 3
    assert "SQLite only" in refused.stderr
