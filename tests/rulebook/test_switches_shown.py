"""Every value of a switch that is a choice is shown by a scenario of a programme that makes it."""

import re
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import get_type_hints

import pytest

from loyalty_engine.domain.program import Switches
from loyalty_engine.rule_files import read_programme
from loyalty_engine.rulebook.parse import parse_rulebook
from loyalty_engine.vocabulary import standard_words

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "programme-files.md").read_text("utf-8")
TABLE = TEXT[TEXT.index("| where programmes differ |") : TEXT.index("#### What counts")]
ROWS = re.findall(r"^\|[^|]*\| `(\w+): ([^`]+)` \| `([\w-]+)/([\w-]+)` \|$", TABLE, re.MULTILINE)


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
    switches = parse_rulebook(read_programme(folder), standard_words()).program.switches
    assert written(getattr(switches, switch)) == value


def test_no_value_of_a_choice_is_left_out():
    shown = {f"{switch}: {value}" for switch, value, *_ in ROWS}
    hints = get_type_hints(Switches)
    for each in fields(Switches):
        kind = hints[each.name]
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            assert {f"{each.name}: {value}" for value in kind} <= shown
