"""The key `lowest_price`: read, told when it changes, and no shadow where it gives less."""

from datetime import date

import pytest

from loyalty_engine.rulebook.checks import findings_of
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.difference import differences
from loyalty_engine.vocabulary import standard_words

PROGRAM = """\
program: shop
title: Shop
zone: Europe/Paris
currency: EUR
languages: [en]
units: {points: {}}
lanes: [{offers: best}]
"""


def book(**rules: str) -> Rulebook:
    files = {
        f"{name}.yaml": f"rule: {name}\nlane: offers\nthen: [percentage_off: {text}\n"
        for name, text in rules.items()
    }
    return parse_rulebook({"program.yaml": PROGRAM} | files, standard_words())


def test_it_is_an_amount():
    assert book(half="50]\nlowest_price: 1.99").by_id["half"].lowest_price == 199
    assert book(half="50]").by_id["half"].lowest_price is None
    with pytest.raises(RulebookErrors, match=r"half\.yaml:4:15: lowest_price: "):
        book(half="50]\nlowest_price: 1,99")


def test_a_table_has_a_column_for_it():
    table = {
        "t.yaml": "table: t\nlane: offers\nlowest_price: 1.00\n",
        "t.csv": "id,then percentage_off,lowest_price\na,50,2.50\nb,50,\n",
    }
    rules = parse_rulebook({"program.yaml": PROGRAM} | table, standard_words()).by_id
    assert (rules["t-a"].lowest_price, rules["t-b"].lowest_price) == (250, 100)


def test_a_change_of_it_is_told():
    (change,) = differences(book(half="50]"), book(half="50]\nlowest_price: 1.99"))
    assert change.kind == "changed"
    assert "not below €1.99 a unit" in change.says


@pytest.mark.parametrize(
    ("half", "fifth", "shadowed"),
    [
        ("", "", True),
        ("lowest_price: 2.00", "", False),
        ("lowest_price: 2.00", "lowest_price: 1.00", False),
        ("lowest_price: 2.00", "lowest_price: 2.00", True),
        ("", "lowest_price: 2.00", True),
    ],
)
def test_a_rule_that_stops_earlier_shadows_nothing(half: str, fifth: str, shadowed: bool):
    rules = book(half=f"50]\n{half}", fifth=f"20]\n{fifth}")
    found = findings_of(Ground(rules, date(2026, 3, 5)))
    assert any(it.check == "shadowed" for it in found) is shadowed
