"""`loyalty jobs`: what an operator sees of them and does."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from loyalty_engine.bootstrap import Parts
from loyalty_engine.cli.jobs import _ago
from loyalty_engine.ports import Operation
from loyalty_engine.storage.sql.job_states import JOBS
from tests.cli.conftest import Loyalty


def test_every_job_is_listed(loyalty: Loyalty, parts: Parts):
    said = loyalty("jobs", "list")
    assert said.code == 0
    assert all(job in said.out for job in JOBS)
    told = json.loads(loyalty("jobs", "list", "-p", "grocer", "--json").out)
    assert [it["job"] for it in told] == list(JOBS)
    assert {it["waiting"] for it in told} == {0}


def test_the_list_fits_a_terminal_and_tells_how_long_ago(
    loyalty: Loyalty, parts: Parts, monkeypatch: pytest.MonkeyPatch
):
    loyalty("jobs", "run", "expire_points", "-p", "grocer")
    monkeypatch.setenv("COLUMNS", "80")
    lines = loyalty("jobs", "list", "-p", "grocer").out.splitlines()
    assert lines[0].strip() == "grocer"
    assert lines[1].split() == [
        "job", "ran", "succeeded", "done", "failed", "waiting", "lag,", "s", "at", "work",
    ]  # fmt: skip
    assert [line.split()[0] for line in lines[2:]] == list(JOBS)
    ages = [(1, "1 s ago"), (119, "119 s ago"), (120, "2 min ago"), (7200, "2 h ago")]
    now = parts.clock.now()
    for seconds, told in [*ages, (172_800, "2 days ago"), (-5, "0 s ago")]:
        since = now - timedelta(seconds=seconds)
        assert _ago(since, now).replace("\N{NO-BREAK SPACE}", " ") == told


def test_a_job_runs_at_once_and_looks_ahead_only_to_count(loyalty: Loyalty, parts: Parts):
    said = loyalty("jobs", "run", "expire_points", "-p", "grocer")
    assert (said.code, said.out) == (0, "expire_points: 0 members done, 0 failed.\n")
    ahead = (parts.clock.now() + timedelta(days=900)).date().isoformat()
    refused = loyalty("jobs", "run", "review_tiers", "-p", "grocer", "--at", ahead)
    assert (refused.code, "lies ahead" in refused.err) == (2, True)
    hour = loyalty("jobs", "run", "review_tiers", "-p", "grocer", "--at", "2019-03-31T18:30")
    assert (hour.code, hour.out) == (0, "review_tiers: 0 members done, 0 failed.\n")
    due = loyalty(
        "jobs", "run", "begin_expiry", "-p", "grocer", "--at", "2019-03-31 18:30", "--dry-run"
    )
    assert due.out == "begin_expiry: 0 members are due by 2019-03-31T17:30:00+00:00.\n"
    unclear = loyalty("jobs", "run", "review_tiers", "-p", "grocer", "--at", "tomorrow")
    assert (unclear.code, "write a day, such as" in unclear.err) == (2, True)
    counted = loyalty("jobs", "run", "review_tiers", "-p", "grocer", "--at", ahead, "--dry-run")
    assert counted.out.startswith("review_tiers: 0 members are due by ")


@pytest.mark.parametrize("job", JOBS)
def test_every_job_can_be_run_and_counted(loyalty: Loyalty, parts: Parts, job: str):
    counted = loyalty("jobs", "run", job, "-p", "grocer", "--dry-run")
    assert (counted.code, counted.out.startswith(f"{job}: 0 ")) == (0, True)
    said = loyalty("jobs", "run", job, "-p", "grocer", "--share", "90")
    assert (said.code, said.out.endswith(" done, 0 failed.\n")) == (0, True)


def test_old_answers_are_forgotten_at_once(loyalty: Loyalty, parts: Parts):
    long_ago = parts.clock.now() - timedelta(days=50)
    with parts.storage.begin("grocer", long_ago) as work:
        work.remember(Operation("till", "old", b"", long_ago, 200))
    before = (long_ago - timedelta(days=1)).date().isoformat()
    listed = json.loads(loyalty("jobs", "list", "-p", "grocer", "--json").out)
    (forgets,) = (it for it in listed if it["job"] == "forget_operations")
    assert (forgets["waiting"], forgets["lag_seconds"] >= 10 * 24 * 3600) == (1, True)
    for at, count in (([], 1), (["--at", before], 0)):
        counted = loyalty("jobs", "run", "forget_operations", "-p", "grocer", "--dry-run", *at)
        assert counted.out.startswith(f"forget_operations: {count} answers are due by ")
    said = loyalty("jobs", "run", "forget_operations", "-p", "grocer")
    assert said.out == "forget_operations: 1 answers done, 0 failed.\n"
