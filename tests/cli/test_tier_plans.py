"""`loyalty tier simulate`: a plan of purchases and what it would come to."""

from __future__ import annotations

import json

import pytest

from loyalty_engine.bootstrap import Parts
from tests.cli.conftest import Loyalty

PLAN = ("tier", "simulate", "-p", "grocer", "--joined", "2026-02-10", "--each-month", "spend=90.00")


def test_a_plan_is_told_month_by_month_with_its_standings(loyalty: Loyalty, parts: Parts):
    # Silver needs 1,200.00 in a calendar year, and is kept to the end of the next one.
    said = loyalty(*PLAN, "--months", "36", "--in", "2026-06:spend=900.00,visits=3")
    assert said.code == 0
    assert "2026-06  900.00" in said.out
    told = json.loads(
        loyalty(*PLAN, "--months", "36", "--in", "2026-06:spend=900.00", "--json").out
    )
    assert [it["tier"] for it in told["months"]] == ["regular"] * 4 + ["silver"] * 19 + [
        "regular"
    ] * 13
    assert [it["why"] for it in told["standings"]] == ["joined", "reached", "lost"]


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        (("--each-month", "spent=5"), "'spent' is none of spend, visits"),
        (("--each-month", "spend=5.001"), "decimals"),
        (("--in", "2026-13:spend=5"), "is not a month such as 2026-12"),
        (("--in", "2029-01:spend=5"), "is not one of the 24 months"),
    ],
)
def test_what_is_no_plan_is_refused(
    loyalty: Loyalty, parts: Parts, plan: tuple[str, str], fault: str
):
    said = loyalty("tier", "simulate", "-p", "grocer", "--joined", "2026-02-10", *plan)
    assert (said.code, fault in said.err) == (2, True)
