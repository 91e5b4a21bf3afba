"""Real purchases: two versions of the grocer's rules over a sample of a year of baskets."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from loyalty_engine.backtest.from_file import FileSource
from loyalty_engine.backtest.job import Wanted, run_backtest
from tests.backtest.making import Backtests, Truth, same
from tests.imports.making import Shop

ROOT = Path(__file__).parents[2]
MAPPING = ROOT / "benchmarks/replay/online_retail/mapping.yaml"


@pytest.mark.parametrize("limit", [300, pytest.param(3000, marks=pytest.mark.slow)])
def test_two_versions_of_the_grocer_s_rules(limit: int, real_data: Path, tmp_path: Path):
    made = Backtests(tmp_path)
    for name in ("before", "after"):
        shutil.copytree(ROOT / "rules/grocer", tmp_path / name / "grocer")
    changed = tmp_path / "after/grocer/campaigns/tenth-visit.yaml"
    changed.write_text(changed.read_text().replace("every_nth_purchase: 10", "nth_purchase: 1"))
    file = real_data / "online_retail/baskets.parquet"
    before, after = (made.rulebook(f"{name}/grocer") for name in ("before", "after"))
    compared = run_backtest(
        Wanted(before, after, ("before", "after"), FileSource(file, MAPPING, limit)), made.heard
    )
    everybody = compared.joined.everybody
    assert everybody.better > 0.7 * everybody.members  # all but tiny baskets are somebody's first
    for name, figures in zip(("before", "after"), compared.figures, strict=True):
        shop = Shop(tmp_path / name, f"sqlite:///{tmp_path / name / 'truth.db'}")
        shop.mapping = MAPPING
        program = str(tmp_path / name / "grocer")
        outcome = shop.replay_path(file, limit=limit, program=program)
        same(figures, Truth.of(outcome, tmp_path / name / "truth.db"))
