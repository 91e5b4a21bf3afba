"""Each side's figures are those of the real engine, to which the same purchases were replayed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.backtest.making import EVERYTHING, SHARED, Backtests, made_rows, same

DEARER = {**EVERYTHING, "base.yaml": EVERYTHING["base.yaml"].replace("points: 1,", "points: 2,")}
TOGETHER = {**EVERYTHING, "summer.yaml": SHARED}


@pytest.fixture
def backtests(tmp_path: Path) -> Backtests:
    made = Backtests(tmp_path)
    made.write("usual", EVERYTHING)
    made.write("dearer", DEARER)
    made.write("together", TOGETHER)
    return made


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("before", "after"), [("usual", "dearer"), ("usual", "together")])
def test_the_books_of_a_replay_agree(backtests: Backtests, before: str, after: str, workers: int):
    backtests.file.write_text(made_rows(300))
    compared = backtests.compare(before, after, workers=workers)
    assert compared.plan.in_time is (after == "together")
    for figures, name in zip(compared.figures, (before, after), strict=True):
        truth = backtests.truth(name)
        same(figures, truth)
        side = compared.names.index(name)
        tiers = {}
        for pair, members in compared.joined.tiers.items():
            tiers[pair[side]] = tiers.get(pair[side], 0) + members
        assert tiers == dict(truth.outcome.totals.tiers)
    first = compared.figures[0]
    assert first.returns > 20
    assert first.units["points"].expired > 0
    assert first.units["points"].spent > 0
    assert first.units["coffee"].issued > 0
    assert first.sums["rule"]["silver"].points["points"] > 0
