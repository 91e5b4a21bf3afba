"""The recipes come true: their examples run, and their tables are what the ledger says."""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from loyalty_engine.rule_files import read_programme
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.scenarios.reading import read_scenarios
from loyalty_engine.scenarios.run import Run
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.points.list_entries import list_entries
from loyalty_engine.vocabulary import standard_words
from tests.docs.reading import ROOT, Block, blocks, tables

FOLDER = ROOT / "docs/recipes"
RECIPES = sorted(path for path in FOLDER.glob("*.md") if path.stem != "README")


def example(path: Path) -> Block:
    (found,) = (block for block in blocks(path) if block.mark.startswith("scenario: "))
    return found


def play(path: Path, storage: SqlStorage) -> Stage:
    block = example(path)
    source = read_programme(ROOT / "rules" / block.mark.removeprefix("scenario: "))
    rulebook = parse_rulebook(source, standard_words())
    (scenario,) = read_scenarios({"scenarios/recipe.yaml": block.text}, rulebook)
    stage = Stage(rulebook, storage)
    outcome = Run(scenario, stage).play()
    assert outcome.passed, [failure.difference for failure in outcome.failures]
    return stage


def entries(stage: Stage, member: str) -> list[dict[str, Any]]:
    answer = list_entries(stage.engine, stage.caller(), member, None, 1000)
    found: list[dict[str, Any]] = msgspec.json.decode(answer.body)["entries"]
    return found


def cell(entry: dict[str, Any], column: str, written: str) -> str:
    value = entry[column]
    if column == "at" and datetime.fromisoformat(written) == datetime.fromisoformat(value):
        return written
    return "" if value is None else str(value)


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_comes_true(path: Path, storage: SqlStorage):
    stage = play(path, storage)
    ledgers = [
        (mark.removeprefix("ledger: "), rows)
        for mark, rows in tables(path)
        if mark.startswith("ledger: ")
    ]
    assert ledgers, "a recipe shows how the points move"
    for member, rows in ledgers:
        moved = entries(stage, member)
        told = [{column: cell(it, column, row[column]) for column in row}
                for it, row in zip(moved, rows, strict=True)]  # fmt: skip
        assert told == rows


def test_every_recipe_is_listed():
    listed = (FOLDER / "README.md").read_text()
    assert [path.name for path in RECIPES if f"({path.name})" not in listed] == []
    assert len(RECIPES) >= 7
