"""The engine's own history under the rules that made it, and beside the file it came from."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from loyalty_engine.backtest.from_history import HistorySource
from loyalty_engine.backtest.job import Comparison, Wanted, run_backtest
from tests.backtest.making import EVERYTHING, SHARED, Backtests, made_rows
from tests.imports.making import Shop

LATER = datetime(2030, 1, 1, tzinfo=UTC)
DEARER = {**EVERYTHING, "base.yaml": EVERYTHING["base.yaml"].replace("points: 1,", "points: 2,")}


class Histories(Backtests):
    """Backtests of what has been replayed into an engine."""

    def __init__(self, folder: Path, url: str) -> None:
        self.shop = Shop(folder, url)
        super().__init__(folder)
        self.write("usual", EVERYTHING)
        self.write("dearer", DEARER)
        self.write("together", {**EVERYTHING, "summer.yaml": SHARED})

    def played(
        self,
        before: str,
        after: str,
        now: datetime = LATER,
        *,
        with_ids: bool = True,
        **more: object,
    ) -> Comparison:
        """A backtest of the engine's history, as it is at `now`."""
        parts = self.shop.open()
        try:
            source = HistorySource(parts.storage, "shop", now, with_ids=with_ids)
            wanted = Wanted(
                self.rulebook(before), self.rulebook(after), (before, after), source,
                **more,  # type: ignore[arg-type]
            )  # fmt: skip
            return run_backtest(wanted, self.heard)
        finally:
            parts.plugins.close()
            parts.storage.close()

    def ends(self) -> datetime:
        """When the last of the file happens, as a backtest of the file has it."""
        return self.compare("usual", "usual").last


@pytest.fixture
def histories(tmp_path: Path, database_url: str) -> Histories:
    """On SQLite and on PostgreSQL."""
    return Histories(tmp_path, database_url)


@pytest.fixture
def history(tmp_path: Path, sqlite_url: str) -> Histories:
    return Histories(tmp_path, sqlite_url)


def unspent(rows: str) -> str:
    """The same purchases, without points among their means of payment."""
    lines = rows.splitlines()
    return "\n".join([lines[0], *(f"{it.rpartition(',')[0]},0" for it in lines[1:])]) + "\n"


@pytest.mark.parametrize("rules", ["usual", "together"])
def test_under_its_own_rules_a_history_comes_to_what_is_in_the_books(
    histories: Histories, rules: str
):
    histories.file.write_text(made_rows(200, apart=True))
    outcome = histories.shop.replay_path(histories.file, program=str(histories.folder / rules))
    compared = histories.played(rules, rules, histories.ends())
    assert compared.changes == ()
    for figures in compared.figures:
        assert figures.refused == {}
        assert figures.lacking == {}
        for unit, it in outcome.totals.units.items():
            assert figures.units[unit] == it
    everybody = compared.joined.everybody
    assert (everybody.better, everybody.worse) == (0, 0)


def test_a_history_is_the_file_that_it_came_from(histories: Histories):
    histories.file.write_text(unspent(made_rows(200, apart=True)))
    histories.shop.replay_path(histories.file, program=str(histories.folder / "usual"))
    theirs = histories.compare("usual", "dearer")
    ours = histories.played("usual", "dearer", theirs.last)
    assert ours.figures[0] != ours.figures[1]
    for mine, other in zip(ours.figures, theirs.figures, strict=True):
        assert mine.units == other.units
        assert (mine.returns, mine.members, mine.refused) == (
            other.returns, other.members, other.refused,
        )  # fmt: skip
        assert mine.sums == other.sums
    assert ours.joined == theirs.joined
    assert (ours.first, ours.last) == (theirs.first, theirs.last)
