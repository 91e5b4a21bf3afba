"""docs/gift-cards.md tells every key, every law and every reason, and what it shows comes true."""

import re
from pathlib import Path

import pytest

from loyalty_engine.api.keys import SCOPES
from loyalty_engine.domain.stored_value import OF_PROGRAM
from loyalty_engine.domain.value_law import AS_OF, LAWS
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.schemas.value_help import GIFT_CARD, STORED_VALUE
from loyalty_engine.vocabulary import standard_words
from tests.shop import BASE, PROGRAM

PAGE = (Path(__file__).parents[2] / "docs" / "gift-cards.md").read_text("utf-8")
REASONS = ("malformed", "unknown", "inactive", "blocked", "replaced", "ended")


@pytest.mark.parametrize(("key", "meaning"), [*STORED_VALUE.items(), *GIFT_CARD.items()])
def test_every_key_has_a_row_that_says_what_editors_say(key: str, meaning: str):
    assert f"| `{key}` | {meaning} |" in PAGE


def test_the_table_of_laws_is_the_one_that_is_checked():
    rows = re.findall(r"^\| `([A-Z-]+)` \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert {country: where for country, _, where in rows} == {
        country: law.source for country, law in LAWS.items()
    }
    for country, told, _ in rows:
        least = LAWS[country].least
        if least is None:
            assert told == "any"
        else:
            length = f"{least.years} years" if least.years else "never"
            end = ", to the end of the year" if least.round_up == "year" else ""
            assert told == length + end
    assert f"{AS_OF.day} {AS_OF:%B} {AS_OF.year}" in PAGE


def test_what_is_declared_is_read_and_what_is_too_short_is_told_so():
    (block,) = re.findall(r"<!-- declared -->\n```yaml\n(.*?)```", PAGE, re.DOTALL)
    source = {"program.yaml": PROGRAM + block, "base.yaml": BASE}
    value = parse_rulebook(source, standard_words()).program.stored_value
    assert value is not None
    assert value.gift_cards is not None
    assert (value.country, value.gift_cards.most) == ("DE", 25000)
    short = (
        "program: shop\n"
        + PROGRAM.strip().partition("\n")[2]
        + "\n"
        + block.replace(
            "valid: {after: 3 years, round_up: year}\n    least", "valid: 3 years\n    least"
        )
    )
    with pytest.raises(RulebookErrors) as told:
        parse_rulebook({**source, "program.yaml": short}, standard_words())
    (fault,) = told.value.faults
    assert re.sub(r"^program.yaml:\d+:", "program.yaml:13:", str(fault)) in PAGE


def test_reasons_accounts_and_scopes_are_told():
    assert not {it for it in (*REASONS, *OF_PROGRAM) if f"`{it}`" not in PAGE}
    assert not {it for it in SCOPES if it.startswith("gift") and f"`{it}`" not in PAGE}
