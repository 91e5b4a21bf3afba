"""The schemas that editors use: as committed, true of every file, and strict where it helps."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.switches import Switches
from loyalty_engine.plugin_loader import load_plugins
from loyalty_engine.rulebook.faults import Findings
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.parsing.parse_words import vocabulary_of
from loyalty_engine.rulebook.parsing.yaml_nodes import read_nodes
from loyalty_engine.rulebook.schemas import event_help, key_help, switch_help, value_help
from loyalty_engine.rulebook.schemas.reward_help import REWARD
from loyalty_engine.rulebook.schemas.values import Known, known_in
from loyalty_engine.scenarios.schema import all_schemas, as_text, schema_for
from loyalty_engine.vocabulary import standard_words
from tests.rulebook.test_documented import TEXT
from tests.rulebook.typed_yaml import typed

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "rules" / "schemas"
FOLDERS = sorted(
    path.parent
    for path in [
        *ROOT.glob("rules/*/program.yaml"),
        *ROOT.glob("tests/programmes/**/program.yaml"),
    ]
)
PLUGINS = load_plugins(ROOT / "plugins", installed=False)
EVERY_WORD = dict(PLUGINS.words)
PLUGINS.close()
SCHEMAS = all_schemas(EVERY_WORD, Known())
VALID = {name: jsonschema_rs.Draft7Validator(schema) for name, schema in SCHEMAS.items()}
RULES = VALID["rule.schema.json"]
EVERY = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)

RENEW = "run `loyalty rules schema` and commit what it writes"


def files(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.yaml")):
        yield str(path.relative_to(folder)), path.read_text("utf-8")


def told(validator: jsonschema_rs.Draft7Validator, text: str) -> list[str]:
    return [error.message for error in validator.iter_errors(typed(text))]


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_committed_schemas_are_those_generated(name: str):
    assert (COMMITTED / name).read_text("utf-8") == as_text(SCHEMAS[name]), RENEW


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_they_are_schemas(name: str):
    jsonschema_rs.meta.validate(SCHEMAS[name])
    assert SCHEMAS[name]["$schema"] == "http://json-schema.org/draft-07/schema#"


@EVERY
def test_every_file_names_its_schema_and_follows_it(folder: Path):
    for name, text in files(folder):
        schema = schema_for(name)
        path = os.path.relpath(COMMITTED / schema, (folder / name).parent)
        assert f"\n# yaml-language-server: $schema={path}\n" in f"\n{text}", name
        assert told(VALID[schema], text) == [], name


@EVERY
def test_the_names_of_a_programme_can_be_built_in(folder: Path):
    source = dict(files(folder))
    csv = {str(it.relative_to(folder)): it.read_text("utf-8") for it in folder.rglob("*.csv")}
    program = parse_rulebook(source | csv, standard_words()).program
    schemas = all_schemas(standard_words(), known_in(program))
    for name, text in source.items():
        validator = jsonschema_rs.Draft7Validator(schemas[schema_for(name)])
        assert told(validator, text) == [], name


def test_with_a_programme_other_names_are_flagged():
    program = parse_rulebook(dict(files(ROOT / "rules/grocer")), standard_words()).program
    schema = all_schemas(standard_words(), known_in(program))["rule.schema.json"]
    validator = jsonschema_rs.Draft7Validator(schema)
    good = "rule: r\nlane: points\nwhen: [tier_is: gold]\nthen: [multiply_points: 2]\n"
    assert told(validator, good) == []
    for slip in (("lane: points", "lane: pointz"), ("gold", "golden")):
        assert told(RULES, good.replace(*slip)) == []
        assert len(told(validator, good.replace(*slip))) >= 1


@pytest.mark.parametrize(
    "slip",
    [
        ("tier_is: gold", "teir_is: gold"),
        ("tier_is: gold", "tier_is: {any_of: gold, unless: silver}"),
        ("tier_is: gold", "tier_is: gold, is_member: "),
        ("spent_at_least: 50", "spent_at_least: -50"),
        ("spent_at_least: 50", "spent_at_least: fifty"),
        ("multiply_points: 2", "multiply: 2"),
        ("per: member", "per: members"),
        ("uses: 5", "uses: 0"),
        ("from: 2026-03-01", "from: 01/03/2026"),
        ("lane: points", "lanes: points"),
        ("rule: r", "rules: r"),
        ("weekday_is: tue", "weekday_is: tuesday"),
        ("19:00", "24:30"),
        ("is_member", "is_mamber"),
    ],
    ids=lambda slip: slip[1],
)
def test_a_slip_is_flagged(slip: tuple[str, str]):
    good = (
        "rule: r\nlane: points\nfrom: 2026-03-01\nwhen: [{tier_is: gold}, {spent_at_least: 50.00},"
        " is_member, {weekday_is: tue}, {hours_between: {from: 19:00, until: 21:00}}]\n"
        "then: [multiply_points: 2]\nlimits: [{uses: 5, per: member}]\n"
    )
    assert told(RULES, good) == []
    assert slip[0] in good
    assert told(RULES, good.replace(*slip)) != []


@pytest.mark.parametrize(
    "text",
    [
        "rule: r\nwhen: is_member\nthen: {multiply_points: 2}\n",
        "rule: 2026\nwhen: {tier_is: [1, gold], is_guest: ~}\nthen: [earn_points: '5']\n",
        "rule: r\nwhen: [any: [none: [birthday_within, birthday_within: ]]]\nthen: [show_message: 5]\n",
        "rule: r\non: [sku: [007, 8], none: {brand: yes}]\nthen: [percentage_off: 12.5 %]\n",
        "rule: r\nwhen: [weekday_is: [Mon, TUE]]\nthen: [earn_per_amount: {points: 1.5, per: 2, carry: Yes}]\n",
        "table: t\nwhen: [is_member]\n",
    ],
    ids=range(6),
)
def test_what_the_engine_accepts_is_never_flagged(text: str):
    assert told(RULES, text) == []


def test_every_word_and_argument_is_there_and_told():
    definitions = SCHEMAS["rule.schema.json"]["definitions"]
    vocabulary = vocabulary_of(EVERY_WORD)
    for section in (vocabulary.when, vocabulary.on, vocabulary.then):
        for word in section.words:
            assert len(definitions[f"{section.key}.{word}"]["description"]) > 20


def test_no_description_speaks_in_the_terms_of_python():
    for name, schema in SCHEMAS.items():
        for said in re.findall(r'"description": "(.*?)(?<!\\)"', json.dumps(schema)):
            assert not re.search(r"\bNone\b|Fraction|tuple|`_|\bfacts\b", said), (name, said)


def rows(heading: str) -> dict[str, str]:
    """The table of keys below a heading of docs/programme-files.md."""
    table = TEXT[TEXT.index(f"\n{heading}") :]
    lines = table[table.index("| key |") :].splitlines()[2:]
    found = {}
    for line in lines:
        if not line.startswith("|"):
            break
        key, meaning = line.strip("|").split(" | ")[:2]
        found[key.strip(" `")] = meaning.strip(" |")
    return found


@pytest.mark.parametrize(
    ("told", "heading"),
    [
        (key_help.PROGRAM, "## program.yaml"),
        (key_help.UNIT, "### units"),
        (key_help.LANE, "### lanes"),
        (key_help.ATTRIBUTE, "### attributes"),
        (switch_help.SWITCHES, "### switches"),
        (value_help.STORED_VALUE, "### stored_value"),
        (value_help.GIFT_CARD, "Of `gift_cards`; `store_credit` has `valid` alone:"),
        (event_help.EVENT, "### events"),
        (event_help.EVENT_FIELD, "Of each value under `data`:"),
        (key_help.TIERS, "## tiers.yaml"),
        (key_help.RULE, "## A rule"),
        (key_help.LIMIT, "A limit has these keys:"),
        (key_help.TENDER, "`tender` is an amount"),
        (REWARD, "## A reward"),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_editors_and_documentation_say_the_same(told: dict[str, str], heading: str):
    assert dict(told) == rows(heading)


def test_every_switch_is_explained():
    properties = SCHEMAS["program.schema.json"]["properties"]["switches"]["properties"]
    assert set(properties) == set(Switches.__dataclass_fields__)
    assert all("description" in schema for schema in properties.values())


VALUES = st.sampled_from(
    ["5", "-5", "1.5", "1,5", "gold", "yes", "'12'", "12.5%", "2026-03-01", "mon", "[a, 1]", "~",
     "{a: 1}", "18:30", "2:5", "[]", "{}", "[[a]]", "[mon, tue]", "100.01", "''", "é", "0", "007"]
)  # fmt: skip
WORDS = {word.word: word for word in standard_words()}


@given(st.sampled_from(sorted(WORDS)), VALUES)
def test_a_word_that_the_engine_accepts_is_not_flagged(word: str, value: str):
    vocabulary = vocabulary_of(standard_words())
    sections = (vocabulary.when, vocabulary.on, vocabulary.then)
    key = next(section.key for section in sections if word in section.words)
    base = "rule: r\nthen: [earn_points: 1]\n"
    text = base.replace("earn_points: 1", f"{word}: {value}") if key == "then" else (
        base + f"{key}: [{{{word}: {value}}}]\n"
    )  # fmt: skip
    findings = Findings("f")
    if read_nodes(text, findings) is None or findings.faults:
        return
    try:
        parse_rulebook(PROGRAM | {"r.yaml": text}, standard_words())
    except Exception:  # noqa: BLE001 - refused by the engine: the schema may say so or not
        return
    assert told(RULES, text) == []


PROGRAM = {
    "program.yaml": (
        "program: p\ntitle: P\nzone: UTC\ncurrency: EUR\nlanguages: [en]\nunits: {points: {}}\n"
        "lanes: [base]\ntouchpoints: [gold, mon]\nattributes: {birthday: {type: date, purpose: x}}\n"
    ),
    "tiers.yaml": "tiers: [{tier: gold}, {tier: mon, needs: {spend: 5}}]\n",
}
