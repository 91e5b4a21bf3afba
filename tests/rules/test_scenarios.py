"""Every scenario of every programme comes true, and every rule is tried by one."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from loyalty_engine.rule_files import read_programme
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.scenarios.form import Scenario
from loyalty_engine.scenarios.reading import read_scenarios
from loyalty_engine.scenarios.run import Failure, run_scenario, untouched
from loyalty_engine.scenarios.stage import open_storage
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.vocabulary import standard_words

ROOT = Path(__file__).parents[2]
FOLDERS = [
    *sorted(path.parent for path in ROOT.glob("rules/*/program.yaml")),
    *sorted(path.parent for path in ROOT.glob("tests/programmes/**/program.yaml")),
]
EVERY = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@cache
def programme(folder: Path) -> tuple[Rulebook, tuple[Scenario, ...]]:
    source = read_programme(folder)
    rulebook = parse_rulebook(source, standard_words())
    return rulebook, read_scenarios(source, rulebook)


def cases() -> Iterator[object]:
    for folder in FOLDERS:
        for scenario in programme(folder)[1]:
            name = scenario.place.file.removeprefix("scenarios/").removesuffix(".yaml")
            yield pytest.param(folder, scenario, id=f"{folder.name}-{name}")


@pytest.fixture(scope="module")
def storage() -> Iterator[SqlStorage]:
    storage = open_storage()
    yield storage
    storage.close()


def told(failure: Failure) -> str:
    it = failure.difference
    return f"{it.place}: {it.what} should be {it.expected} and is {it.actual}"


@pytest.mark.parametrize(("folder", "scenario"), list(cases()))
def test_a_scenario_comes_true(folder: Path, scenario: Scenario, storage: SqlStorage):
    outcome = run_scenario(programme(folder)[0], scenario, storage)
    assert outcome.passed, "\n".join(map(told, outcome.failures))


@EVERY
def test_every_rule_is_tried_by_a_scenario(folder: Path, storage: SqlStorage):
    rulebook, scenarios = programme(folder)
    outcomes = [run_scenario(rulebook, scenario, storage) for scenario in scenarios]
    assert untouched(rulebook, outcomes) == []
