"""Real purchases: a sample of each file on every run, the whole of them where there is time."""

from __future__ import annotations

from pathlib import Path

import pytest

from loyalty_engine.imports.job import Outcome
from tests.imports.making import Shop

ROOT = Path(__file__).parents[2] / "benchmarks" / "replay"
SETS = ("online_retail", "x5_retailhero")


def replayed(folder: Path, url: str, data: Path, name: str, limit: int | None = None) -> Outcome:
    shop = Shop(folder, url)
    shop.mapping = ROOT / name / "mapping.yaml"
    return shop.replay_path(data / name / "baskets.parquet", limit=limit)


@pytest.mark.parametrize("name", SETS)
def test_a_sample_replays_and_changes_nothing_the_second_time(
    name: str, real_data: Path, tmp_path: Path
):
    one = replayed(tmp_path, f"sqlite:///{tmp_path / 'one.db'}", real_data, name, 400)
    assert one.well
    assert one.account.read.lines == sum(
        tally.lines
        for tally in (one.account.recorded, one.account.returned, *one.account.left_out.values())
    )
    assert one.counts.refused == 0
    again = replayed(tmp_path, f"sqlite:///{tmp_path / 'one.db'}", real_data, name, 400)
    assert again.counts.there_already == again.counts.purchases + again.counts.returns
    assert again.totals.as_json() == one.totals.as_json()
    two = replayed(tmp_path, f"sqlite:///{tmp_path / 'two.db'}", real_data, name, 400)
    assert two.totals.as_json() == one.totals.as_json()


def test_a_sample_of_a_grocer_s_card_earns_what_the_grocer_really_gave(
    real_data: Path, tmp_path: Path
):
    outcome = replayed(tmp_path, f"sqlite:///{tmp_path / 'x.db'}", real_data, "x5_retailhero", 400)
    points = outcome.agreement["points"]
    assert points.receipts == 400
    assert points.equal >= 300  # the others had offers that the file does not tell
    assert outcome.totals.units["points"].debt == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_the_whole_of_it_replays_clean(name: str, real_data: Path, tmp_path: Path):
    one = replayed(tmp_path, f"sqlite:///{tmp_path / 'one.db'}", real_data, name)
    assert one.well
    assert one.counts.refused == 0
    if name == "online_retail":  # figures that a plain loop over the file gives as well
        account = one.account
        assert (account.read.lines, account.read.value) == (320_705, 576_193_138)
        # Sales of goods: quantity above zero, price above zero or a named buyer, no fees.
        assert (account.recorded.lines, account.recorded.value) == (313_070, 627_991_291)
        assert one.totals.members == 3_360
        return
    again = replayed(tmp_path, f"sqlite:///{tmp_path / 'one.db'}", real_data, name)
    assert again.counts.there_already == again.counts.purchases + again.counts.returns
    assert again.totals.as_json() == one.totals.as_json()
