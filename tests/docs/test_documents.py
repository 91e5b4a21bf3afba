"""Documents name what there is: links lead somewhere, code exists, commands and settings are real."""

import importlib
import pkgutil
import re
from dataclasses import fields
from pathlib import Path

import click
import pytest
import yaml

import loyalty_engine
from loyalty_engine.cli import loyalty
from loyalty_engine.config import Settings
from loyalty_engine.scenarios.acts import all_acts
from loyalty_engine.scenarios.expecting import ALWAYS
from tests.docs.reading import DOCUMENTS, ROOT, blocks, name_of, tables
from tests.docs.test_recipes import play

ARCHITECTURE = ROOT / "docs/architecture.md"
GLOSSARY = ROOT / "docs/glossary.md"
SCENARIOS = ROOT / "docs/scenarios.md"
PACKAGES = sorted(it.name for it in pkgutil.iter_modules(loyalty_engine.__path__))
EVERY = pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)


def find(dotted: str) -> object:
    """A module of the engine, or something in one; raises where there is none."""
    parts = dotted.split(".")
    for size in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(["loyalty_engine", *parts[:size]]))
        except ModuleNotFoundError:
            continue
        for name in parts[size:]:
            found = getattr(found, name)
        return found
    raise AttributeError(f"there is no {dotted}")


def anchors(path: Path) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads)
    return set(plain)


@EVERY
def test_links_lead_somewhere(path: Path):
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        if re.match(r"https?:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            lost.append(target)
    assert lost == []


@EVERY
def test_commands_are_there(path: Path):
    wrong = []
    for line in re.findall(r"\bloyalty ((?:[a-z]+(?:-[a-z]+)* ?)+)", code(path)):
        command: click.Command | None = loyalty
        for word in line.split():
            if not isinstance(command, click.Group):
                break
            command = command.get_command(click.Context(command), word)
            if command is None:
                wrong.append(line)
    assert wrong == []


def code(path: Path) -> str:
    """What is written as code in a document."""
    shell = [block.text for block in blocks(path) if block.kind == "sh"]
    return "\n".join([*shell, *re.findall(r"`([^`\n]+)`", path.read_text())])


@EVERY
def test_settings_are_there(path: Path):
    known = {f"LOYALTY_{field.name.upper()}" for field in fields(Settings)}
    known |= {"LOYALTY_REAL_DATA"}  # the tests' and benchmarks'
    named = set(re.findall(r"\bLOYALTY_[A-Z_]+\b", path.read_text()))
    assert {name for name in named if name not in known} == set()


@EVERY
def test_make_targets_are_there(path: Path):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"^\s*make ([a-z]+)\b", code(path), re.MULTILINE))
    assert named - targets == set()


def test_every_folder_is_explained():
    (rows,) = (rows for _, rows in tables(ARCHITECTURE) if "folder" in rows[0])
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row["folder"])}
    assert told == set(PACKAGES)


def test_the_layers_are_those_that_are_checked():
    text = (ROOT / "pyproject.toml").read_text()
    declared = re.findall(r'^    "(\(.*\))",$', text, re.MULTILINE)
    drawn = next(block.text for block in blocks(ARCHITECTURE)).splitlines()
    assert [set(re.findall(r"\w+", line.split("  ")[0])) for line in drawn] == [
        set(re.findall(r"\w+", line)) for line in declared
    ]


def test_the_flow_is_the_code():
    (flow,) = (block.text for block in blocks(ARCHITECTURE) if block.mark == "flow")
    named = re.findall(r"^ *([a-z_]+(?:\.\w+)+)", flow, re.MULTILINE)
    assert len(named) > 20
    for name in named:
        find(name)


def test_code_that_is_named_exists():
    text = ARCHITECTURE.read_text()
    for name in re.findall(r"`((?:api|use_cases|rulebook|worker|delivery)\.[\w.]+)`", text):
        find(name)
    for name in re.findall(r"`(tests/[\w/.]+)`", text):
        assert (ROOT / name).exists(), name


def test_the_glossary_names_what_there_is_in_order():
    ((_, rows),) = tables(GLOSSARY)
    for row in rows:
        assert row["means"]
        find(row["code"].strip("`"))
    words = [row["word"].split(",")[0] for row in rows]
    assert words == sorted(words, key=str.lower)
    assert len(set(words)) == len(words)


def test_the_form_of_scenarios_is_told_whole():
    acts, shown = (rows for _, rows in tables(SCENARIOS)[1:3])
    assert {row["act"].strip("`") for row in acts} == set(all_acts())
    told = {
        act: row["can be expected"] for row in shown for act in re.findall(r"`(\w+)`", row["of"])
    }
    assert told.keys() == all_acts().keys()
    for name, act in all_acts().items():
        missing = [key for key in act.shows or () if f"`{key}`" not in told[name]]
        assert missing == [], name
    text = SCENARIOS.read_text()
    assert [key for key in ALWAYS if f"`{key}`" not in text] == []


def test_the_example_of_a_scenario_comes_true(storage):
    play(SCENARIOS, storage)


@EVERY
def test_yaml_and_json_can_be_read(path: Path):
    for block in blocks(path):
        if block.kind in {"yaml", "json"}:
            yaml.safe_load(block.text)
