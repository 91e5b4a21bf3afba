"""docs/programme-files.md names every key with its default, and its examples are true."""

import re
from dataclasses import MISSING, fields
from datetime import datetime
from pathlib import Path

import pytest

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.limits import Period, Scope, Short
from loyalty_engine.domain.purchase import Line, Purchase
from loyalty_engine.domain.switches import Switches
from loyalty_engine.domain.tiers import Down, Keep, WindowKind
from loyalty_engine.rulebook.checks import all_checks
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.parsing import (
    parse_attributes,
    parse_expiry,
    parse_limits,
    parse_program,
    parse_reward,
    parse_rule,
    parse_stored_value,
    parse_tiers,
    parse_units,
)
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.parsing.table_headings import HEADINGS
from loyalty_engine.vocabulary import standard_words
from tests.rulebook.sample_words import faults

TEXT = (Path(__file__).parents[2] / "docs" / "programme-files.md").read_text("utf-8")
ROWS = {row[1]: row[0] for row in re.finditer(r"^\| `([\w.]+)` \|.*\|$", TEXT, re.MULTILINE)}
PROSE = re.sub(r"^```.*?^```", "", TEXT, flags=re.DOTALL | re.MULTILINE)
CODES = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]+)`", PROSE))))
KEYS = {
    name: keys
    for module in (
        parse_attributes,
        parse_expiry,
        parse_limits,
        parse_program,
        parse_reward,
        parse_rule,
        parse_stored_value,
        parse_tiers,
        parse_units,
    )
    for name, keys in vars(module).items()
    if name.endswith("_KEYS")
}


@pytest.mark.parametrize("name", sorted(KEYS))
def test_every_key_is_documented(name: str):
    assert not set(KEYS[name]) - CODES


@pytest.mark.parametrize(
    "name",
    [
        "PROGRAM_KEYS",
        "TIERS_KEYS",
        "TIER_KEYS",
        "RULE_KEYS",
        "LIMIT_KEYS",
        "UNIT_KEYS",
        "REWARD_KEYS",
    ],
)
def test_every_key_of_a_table_has_a_row(name: str):
    assert not set(KEYS[name]) - set(ROWS)


def test_every_switch_has_a_row_with_its_default():
    for each in fields(Switches):
        assert each.default is not MISSING
        written = {"True": "yes", "False": "no", "()": "none"}
        default = written.get(str(each.default), str(each.default))
        assert ROWS[each.name].endswith(f"| `{default}` |"), ROWS.get(each.name)


@pytest.mark.parametrize("options", [Down, Keep, WindowKind, Scope, Period, Short])
def test_every_option_is_documented(options: type):
    assert not {str(each) for each in options} - CODES  # type: ignore[attr-defined]


DEALS = [f"deals/{it}.yaml" for it in ("coupon-ten", "coupon-five-euros", "cellar-sale")]
SHELF = [f"shelf/{it}.yaml" for it in ("tea-fifth", "tea-three")]


def test_the_examples_are_a_programme():
    blocks = re.findall(r"```yaml\n# (\S+\.yaml)\n(.*?)```", TEXT, re.DOTALL)
    source = {name: f"# {name}\n{text}" for name, text in blocks}
    table, reward = "offers/brand-weeks.yaml", "rewards/gold-for-a-season.yaml"
    segment = "segments/vegan-regulars.yaml"
    files = [
        "program.yaml",
        *DEALS,
        *SHELF,
        "tiers.yaml",
        "bonus/gold-weekends.yaml",
        reward,
        segment,
        table,
    ]
    assert list(source) == files
    (source["offers/brand-weeks.csv"],) = re.findall(r"```csv\n(.*?)```", TEXT, re.DOTALL)
    rulebook = parse_rulebook(source, standard_words())
    assert rulebook.program.languages == ("fr", "en")
    assert list(rulebook.by_id) == [
        "brand-weeks-acme", "brand-weeks-bolt", "cellar-sale", "coupon-five-euros", "coupon-ten",
        "gold-weekends-count-double", "tea-fifth", "tea-three",
    ]  # fmt: skip
    others = [rule for rule in rulebook.rules if rule.lane not in ("deals", "shelf")]
    assert all(rule.limits and rule.when and rule.title for rule in others)


@pytest.mark.parametrize(
    ("files", "category", "prices", "off"),
    [
        (DEALS, "wine", [60], {"cellar-sale": 18, "coupon-five-euros": 5}),
        (DEALS[:1], "wine", [60], {"coupon-ten": 6}),
        (DEALS, "wine", [90], {"cellar-sale": 27, "coupon-ten": 6.30}),
        (SHELF, "tea", [10], {"tea-three": 3}),
        (SHELF, "tea", [10, 30], {"tea-fifth": 6, "tea-three": 3}),
    ],
    ids=range(5),
)
def test_the_amounts_told_of_the_examples_come_out(
    files: list[str], category: str, prices: list[int], off: dict[str, float]
):
    blocks = dict(re.findall(r"```yaml\n# (\S+\.yaml)\n(.*?)```", TEXT, re.DOTALL))
    needed = ("program.yaml", "tiers.yaml", *files)
    book = parse_rulebook({name: blocks[name] for name in needed}, standard_words())
    lines = tuple(
        Line(str(n), f"S-{n}", 1000, 100 * price, category) for n, price in enumerate(prices)
    )
    at = datetime(2026, 4, 1, 12, tzinfo=book.program.zone)
    decision = decide(book, Facts(Purchase("T", at, "EUR", lines), at))
    assert {it.rule: it.total for it in decision.reductions} == {
        rule: round(100 * amount) for rule, amount in off.items()
    }


def test_every_check_has_a_row():
    table = TEXT[TEXT.index("| check |") : TEXT.index("In CI")]
    assert set(re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE)) == {"files", *all_checks()}


def test_every_heading_of_a_table_has_a_row():
    headings = TEXT[TEXT.index("| heading |") : TEXT.index("An empty cell means any")]
    assert not {it for it in HEADINGS if it not in re.findall(r"[a-z_]+", headings)}


def test_the_faults_shown_are_those_that_are_told():
    shown = re.search(r"```\nbonus/gold\.yaml:(.*?)```", TEXT, re.DOTALL)
    assert shown is not None
    rule = "rule: r\nlane: base\nwhen:\n  - tier_iz: gold\n  - spent_at_least: 49,90\nthen: [multiply: 2]\n"
    told = "\n".join(faults(rule=rule)).replace("rule.yaml", "bonus/gold.yaml")
    assert told == f"bonus/gold.yaml:{shown[1].rstrip()}"
