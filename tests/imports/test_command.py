"""`loyalty replay` as an operator calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from loyalty_engine.cli.replay import command
from tests.imports.making import MAPPING, PROGRAMME, rows, text

# 60.00 earns 60 + 100; 20.00 comes back: 40.00 is kept, below 50.00: 40 stay.
DAY = rows("""
    1,01/03/2026 10:00,ada,Lyon,cup,3,20.00
    R2,02/03/2026 10:00,ada,Lyon,cup,-1,20.00
    R3,02/03/2026 10:00,ben,Lyon,cup,-1,20.00
    """)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOYALTY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOYALTY_PLUGINS", str(tmp_path / "no-plugins"))
    monkeypatch.delenv("LOYALTY_DATABASE_URL", raising=False)
    monkeypatch.delenv("LOYALTY_REDIS_URL", raising=False)
    (tmp_path / "day.csv").write_text(DAY)
    (tmp_path / "mapping.yaml").write_text(text(MAPPING))
    (tmp_path / "shop").mkdir()
    for file, lines in PROGRAMME.items():
        (tmp_path / "shop" / file).write_text(text(lines))
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    runner = CliRunner()
    return runner.invoke(
        command,
        [str(folder / "day.csv"), "-m", str(folder / "mapping.yaml"), *arguments],
        standalone_mode=False,
    )


def test_it_ends_with_tables_and_what_was_proved(folder: Path):
    outcome = run(folder)
    assert outcome.exit_code == 0, outcome.output
    told = " ".join(outcome.output.split())
    assert "Every line is accounted for, and its value: the sums tie out." in told
    assert "Nothing is wrong." in told
    figures = {
        line.rsplit(maxsplit=1)[0]: line.split()[-1]
        for line in outcome.output.splitlines()
        if line.split()
    }
    assert figures["members"] == "2"
    assert figures["outstanding"] == "40"
    assert figures["liability GBP"] == "0.40"
    assert (folder / "home" / "loyalty.db").is_file()
    report = (folder / "home" / "replay-shop-file.csv").read_text().splitlines()
    assert len(report) == 2
    assert report[1].startswith('"came back, but no purchase of it is in the file"')


def test_machines_read_it_as_json(folder: Path):
    first = run(folder, "--json", "--report", str(folder / "out.csv"))
    told = json.loads(first.output)
    assert told["well"] is True
    assert told["lines"]["tie"] is True
    assert told["lines"]["recorded"] == {"lines": 1, "parts": 0, "value": 6000}
    assert told["totals"]["units"]["points"]["outstanding"] == 40
    assert told["run"]["there_already"] == 0
    again = json.loads(run(folder, "--json").output)
    assert again["run"]["there_already"] == 2
    assert again["totals"] == told["totals"]
    assert (folder / "out.csv").is_file()


def test_another_database_and_only_the_first_baskets(folder: Path):
    url = f"sqlite:///{folder / 'other.db'}"
    told = json.loads(run(folder, "--json", "--database", url, "--limit", "1").output)
    assert (told["totals"]["purchases"], told["totals"]["returns"]) == (1, 0)
    assert (folder / "other.db").is_file()
    assert not (folder / "home" / "loyalty.db").exists()


def test_a_file_that_cannot_be_used_is_told_in_a_sentence(folder: Path):
    (folder / "day.csv").write_text("a,b\n1,2\n")
    outcome = run(folder)
    assert outcome.exit_code == 1
    assert str(outcome.exception).startswith("day.csv has no column 'receipt'")


def test_a_file_that_is_not_there_is_a_mistake_in_the_command(folder: Path):
    (folder / "day.csv").unlink()
    outcome = run(folder)
    assert "does not exist" in str(outcome.exception)
