"""`loyalty rules budgets`: what is left of what everybody shares, as a table and as JSON."""

from __future__ import annotations

from loyalty_engine.bootstrap import Parts
from tests.cli.conftest import Loyalty


def test_budgets_are_told_with_what_is_left(parts: Parts, loyalty: Loyalty):
    told = loyalty("rules", "budgets", "-p", "grocer", "--json").json
    names = [it["limit"] for it in told["budgets"]]
    assert "recovery/points/all/month" in names
    assert {it["used"] for it in told["budgets"]} == {0}
    said = loyalty("rules", "budgets", "-p", "grocer", "--language", "en")
    assert said.code == 0, said.err
    assert "5,000" in said.out
    assert "at most" in said.out
