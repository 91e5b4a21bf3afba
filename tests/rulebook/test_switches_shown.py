"""Every value of a switch that is a choice is shown by a scenario of a programme that makes it."""

import re
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import get_type_hints

import pytest

from loyalty_engine.domain.lanes import Multipliers
from loyalty_engine.domain.money import Rounding
from loyalty_engine.domain.switches import Switches
from loyalty_engine.domain.units import RoundingLevel, Shortfall
from loyalty_engine.rule_files import read_programme
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.vocabulary import standard_words

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "programme-files.md").read_text("utf-8")
TABLE = TEXT[TEXT.index("| where programmes differ |") : TEXT.index("#### What counts")]
ROWS = re.findall(r"^\|[^|]*\| `(\w+): ([^`]+)` \| `([\w-]+)/([\w-]+)` \|$", TABLE, re.MULTILINE)

TOPICS = (
    "points taken back on a partial return",
    "debt after points were already spent",
    "a discount that the kept basket no longer earns",
    "several multipliers",
    "redemption above the balance",
    "earn on the part paid with points",
    "earn on the part paid with gift card or store credit",
    "gift card sold: does it earn",
    "basis of earning and of minimum amounts",
    "basket-wide discount when one category earns",
    "several percentages on one product",
    "who takes the extra cent",
    "rounding of a percentage discount",
    "rounding of points",
    "the free unit of a multi-buy",
    "free unit",
    "end of a validity window",
    "tier given by hand",
    "use of a code when the purchase is cancelled",
    "points usable in the purchase that earns them",
    "expired lots touched by a return",
    "tier reached by this purchase",
)


def written(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(("switch", "value", "programme", "scenario"), ROWS)
def test_the_programme_of_a_scenario_makes_the_choice(
    switch: str, value: str, programme: str, scenario: str
):
    folder = ROOT / "tests" / "programmes" / programme
    assert (folder / "scenarios" / f"{scenario}.yaml").is_file()
    rulebook = parse_rulebook(read_programme(folder), standard_words())
    elsewhere = said_elsewhere(rulebook)
    if switch in elsewhere:
        assert value in elsewhere[switch]
    else:
        assert written(getattr(rulebook.program.switches, switch)) == value


def said_elsewhere(rulebook: Rulebook) -> dict[str, set[str]]:
    """The choices that are made for a unit, a lane or a rule, as a programme makes them."""
    units, lanes = rulebook.program.units.values(), rulebook.program.lanes
    return {
        "shortfall": {str(it.shortfall) for it in units},
        "rounding": {str(it.rounding) for it in units},
        "per": {str(it.rounding_level) for it in units},
        "multipliers": {str(it.multipliers) for it in lanes},
        "carry": {"yes"} if rulebook.carrying else set(),
    }


def test_every_topic_on_which_good_programmes_differ_has_its_rows():
    topics = [it.strip() for it in re.findall(r"^\|([^|]*)\|", TABLE, re.MULTILINE)]
    assert [it for it in TOPICS if it not in topics] == []


def test_no_value_of_a_choice_is_left_out():
    shown = {f"{switch}: {value}" for switch, value, *_ in ROWS}
    hints = get_type_hints(Switches)
    for each in fields(Switches):
        kind = hints[each.name]
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            assert {f"{each.name}: {value}" for value in kind} <= shown
    kinds = {
        "shortfall": Shortfall, "rounding": Rounding, "per": RoundingLevel,
        "multipliers": Multipliers,
    }  # fmt: skip
    for name, options in kinds.items():
        assert {f"{name}: {value}" for value in options} <= shown
