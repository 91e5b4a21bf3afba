"""`loyalty rules backtest` as a marketer calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from loyalty_engine.cli.rule_commands.backtest import command
from tests.backtest.making import Backtests
from tests.imports.making import MAPPING, PROGRAMME, rows, text


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Backtests:
    monkeypatch.setenv("LOYALTY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOYALTY_RULES", str(tmp_path / "rules"))
    monkeypatch.setenv("LOYALTY_PLUGINS", str(tmp_path / "no-plugins"))
    monkeypatch.delenv("LOYALTY_DATABASE_URL", raising=False)
    monkeypatch.delenv("LOYALTY_REDIS_URL", raising=False)
    made = Backtests(tmp_path)
    made.mapping.write_text(text(MAPPING))
    made.file.write_text(rows("1,01/03/2026 10:00,ada,Lyon,cup,3,20.00\n"))
    (tmp_path / "rules").mkdir()
    made.write("rules/shop", PROGRAMME)
    dearer = PROGRAMME["fifty.yaml"].replace("100", "150")
    made.write("other", {**PROGRAMME, "fifty.yaml": dearer})
    return made


def run(shop: Backtests, *arguments: str) -> Result:
    given = ["--purchases", str(shop.file), "-m", str(shop.mapping), "--jobs", "1", *arguments]
    return CliRunner().invoke(command, given, standalone_mode=False)


def test_machines_read_it_as_json(shop: Backtests):
    ran = run(shop, "--against", str(shop.folder / "other"), "--format", "json")
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.output)
    assert (told["total"]["before"]["cost"], told["total"]["after"]["cost"]) == (210, 160)
    assert told["members"]["worse"] == 1
    assert told["lines"]["read"] == told["lines"]["played"] == 1


def test_a_page_is_written(shop: Backtests):
    file = shop.folder / "report.html"
    ran = run(shop, "--against", str(shop.folder / "other"), "--html", str(file))
    assert "-0.50 GBP" in ran.output
    assert file.read_text().startswith("<!doctype html>")


def test_what_it_is_compared_with_must_be_there(shop: Backtests):
    ran = run(shop, "--against", "--output=nothing")
    assert str(ran.exception).startswith("'--output=nothing' is neither a folder, nor a commit")
    assert str(run(shop, "--against", "live").exception) == "No rules of shop are in force yet."
    (shop.folder / "empty").mkdir()
    ran = run(shop, "--against", str(shop.folder / "empty"))
    assert str(ran.exception).startswith("There is no programme in")


def test_a_history_needs_no_mapping_and_a_file_no_ids(shop: Backtests):
    other = ("--against", str(shop.folder / "other"))
    ran = run(shop, *other, "--purchases", "history")
    assert str(ran.exception) == "The engine's own history needs no --mapping."
    ran = run(shop, *other, "--member-ids")
    assert str(ran.exception).startswith("--member-ids is for --purchases history;")
    ran = run(shop, *other, "--purchases", "nowhere.csv")
    assert str(ran.exception).startswith("There is no file nowhere.csv;")
    ran = CliRunner().invoke(command, ["--purchases", "history", *other], standalone_mode=False)
    assert str(ran.exception) == "Nothing of shop is recorded: no rules were in force yet."
