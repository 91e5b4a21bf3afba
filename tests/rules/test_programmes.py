"""The programmes in the repository are whole, explained, and tried rule by rule."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.sentences import rule_sentence
from loyalty_engine.vocabulary import standard_words

ROOT = Path(__file__).parents[2]
README = (ROOT / "rules/README.md").read_text()
SOLD = ("grocer", "fashion")
FOLDERS = {name: ROOT / "rules" / name for name in SOLD} | {
    "vectors": ROOT / "tests/programmes/vectors"
}
EVERY = pytest.mark.parametrize("name", FOLDERS)


def files(name: str) -> dict[str, str]:
    folder = FOLDERS[name]
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.yaml")}


@cache
def rulebook(name: str) -> Rulebook:
    return parse_rulebook(files(name), standard_words())


def scenarios(name: str) -> Iterator[tuple[str, dict]]:
    for path in sorted(FOLDERS[name].glob("scenarios/*.yaml")):
        yield path.name, yaml.safe_load(path.read_text())


def code_blocks() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)


@EVERY
def test_a_programme_parses_without_a_fault(name: str):
    assert rulebook(name).program.name == name


@EVERY
def test_every_file_begins_by_saying_what_it_does(name: str):
    silent = [path for path, text in files(name).items() if not re.match(r"# \S.{20,}", text)]
    assert silent == []


@EVERY
def test_every_rule_is_called_like_its_file(name: str):
    strangers = {
        rule.id: rule.place.file
        for rule in rulebook(name).rules
        if Path(rule.place.file).stem not in (rule.id, "referral")
    }
    assert strangers == {}


@pytest.mark.parametrize("name", SOLD)
def test_every_rule_has_a_title_in_each_language(name: str):
    languages = set(rulebook(name).program.languages)
    assert {rule.id: set(rule.title) for rule in rulebook(name).rules} == {
        rule.id: languages for rule in rulebook(name).rules
    }


@pytest.mark.parametrize("name", SOLD)
def test_every_rule_reads_aloud(name: str):
    program = rulebook(name).program
    for rule in rulebook(name).rules:
        for language in program.languages:
            said = rule_sentence(rule, language, program)
            assert said.startswith(rule.title[language])
            assert not re.search(r"[{}\[\]_]|None|\( *\)", said), said


@pytest.mark.parametrize("name", SOLD)
def test_every_rule_comes_true_in_a_scenario(name: str):
    tried = {
        rule
        for _, scenario in scenarios(name)
        for step in scenario["steps"]
        for rule, status in step.get("expect", {}).get("rules", {}).items()
        if status in {"applied", "capped"}
    }
    assert {rule.id for rule in rulebook(name).rules} - tried == set()


@EVERY
def test_scenarios_name_only_rules_and_units_that_there_are(name: str):
    book = rulebook(name)
    for file, scenario in scenarios(name):
        assert set(scenario) == {"scenario", "given", "steps"}, file
        for step in scenario["steps"]:
            expect = step.get("expect", {})
            assert set(expect.get("rules", {})) <= set(book.by_id), file
            for key in ("points", "points_taken", "balance", "desired"):
                units = expect.get(key, {})
                shown = key == "points" and not {"balance", "expiring"}.isdisjoint(step)
                assert shown or set(units) <= set(book.program.units), (file, key)


@EVERY
def test_there_are_scenarios_enough(name: str):
    told = [scenario["scenario"] for _, scenario in scenarios(name)]
    assert len(told) >= 10
    assert len(set(told)) == len(told)


def test_the_readme_tells_every_word_and_no_other():
    table = [line for line in README.splitlines() if line.startswith("| `")]
    told = set(re.findall(r"`(\w+)`", " ".join(table))) - {"when", "on", "then"}
    assert told == {word.word for word in standard_words()}


def test_the_readmes_rule_is_a_rule():
    rule, scenario = code_blocks()
    source = {path: text for path, text in files("grocer").items() if "fresh-tuesday" not in path}
    book = parse_rulebook(source | {"fresh-tuesday.yaml": rule}, standard_words())
    tuesday = book.by_id["fresh-tuesday"]
    assert tuesday.start is not None
    assert tuesday.limits
    assert yaml.safe_load(scenario)["steps"][1]["expect"]["refund"] == 1500


def test_a_slip_in_a_rule_is_told_with_its_line_and_the_nearest_word():
    source = files("grocer")
    source["earn/gold-fresh.yaml"] = source["earn/gold-fresh.yaml"].replace("tier_is", "teir_is")
    with pytest.raises(RulebookErrors) as caught:
        parse_rulebook(source, standard_words())
    told = str(caught.value)
    assert "earn/gold-fresh.yaml:7:5" in told
    assert "'tier_is'" in told
