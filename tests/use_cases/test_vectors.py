"""The published vectors and semantics come out the same on a SQLite file and on PostgreSQL."""

from pathlib import Path

import pytest

from loyalty_engine.rule_files import read_programme
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.scenarios.reading import read_scenarios
from loyalty_engine.scenarios.run import run_scenarios
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.vocabulary import standard_words

PROGRAMMES = Path(__file__).parents[1] / "programmes"


@pytest.mark.parametrize("name", ["vectors", "semantics", "other-choices", "basis", "story"])
def test_every_figure_comes_out_on_both_databases(name: str, database_url: str) -> None:
    source = read_programme(PROGRAMMES / name)
    rulebook = parse_rulebook(source, standard_words())
    storage = SqlStorage(database_url)
    storage.create_schema()
    try:
        outcomes = list(run_scenarios(rulebook, read_scenarios(source, rulebook), storage))
    finally:
        storage.close()
    assert outcomes
    wrong = {it.scenario.place.file: it.failures for it in outcomes if not it.passed}
    assert wrong == {}
