"""`loyalty jobs`: what an operator sees of them and does."""

from __future__ import annotations

import json
from datetime import timedelta

from loyalty_engine.bootstrap import Parts
from loyalty_engine.storage.sql.job_states import JOBS
from tests.cli.conftest import Loyalty


def test_every_job_is_listed(loyalty: Loyalty, parts: Parts):
    said = loyalty("jobs", "list")
    assert said.code == 0
    assert all(job in said.out for job in JOBS)
    told = json.loads(loyalty("jobs", "list", "-p", "grocer", "--json").out)
    assert [it["job"] for it in told] == list(JOBS)
    assert {it["waiting"] for it in told} == {0}


def test_a_job_runs_at_once_and_looks_ahead_only_to_count(loyalty: Loyalty, parts: Parts):
    said = loyalty("jobs", "run", "expire_points", "-p", "grocer")
    assert (said.code, said.out) == (0, "expire_points: 0 members done, 0 failed.\n")
    ahead = (parts.clock.now() + timedelta(days=900)).date().isoformat()
    refused = loyalty("jobs", "run", "review_tiers", "-p", "grocer", "--at", ahead)
    assert (refused.code, "lies ahead" in refused.err) == (2, True)
    counted = loyalty("jobs", "run", "review_tiers", "-p", "grocer", "--at", ahead, "--dry-run")
    assert counted.out.startswith("review_tiers: 0 members are due by ")
