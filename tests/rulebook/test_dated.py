"""Values by date: read, told in words, refused with their place, and missed beforehand."""

from datetime import date

import pytest

from loyalty_engine.rulebook.checks import all_checks
from loyalty_engine.rulebook.dated import Dated
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.telling.sentences import sentence
from loyalty_engine.vocabulary import standard_words
from loyalty_engine.vocabulary.effects.earn_per_amount import EarnPerAmount
from tests.rulebook.sample_words import SHOP

RULE = "rule: r\nlane: base\n"


def book(text: str):
    return parse_rulebook({**SHOP, "r.yaml": RULE + text}, standard_words())


def test_every_argument_may_change_on_its_own_dates():
    made = book(
        "then: [earn_per_amount: {points: {2026-01-01: 1, 2026-07-01: 2}, "
        "per: {2026-01-01 to 2026-02-28: 1.00, 2026-06-01: 2.00}}]\n"
    )
    (word,) = made.by_id["r"].then
    assert isinstance(word, Dated)
    assert [(it.first, it.last, it.word) for it in word.stretches] == [
        (date(2026, 1, 1), date(2026, 2, 28), EarnPerAmount(1, 100)),
        (date(2026, 6, 1), date(2026, 6, 30), EarnPerAmount(1, 200)),
        (date(2026, 7, 1), None, EarnPerAmount(2, 200)),
    ]
    said = sentence(word, "en", made.program)
    assert "(from 1 January 2026 to 28 February 2026)" in said
    assert said.endswith("(from 1 July 2026)")
    assert "(à partir du 1er juillet 2026)" in sentence(word, "fr", made.program)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("then: [earn_points: {2026-01-01: 1, 2026-01-32: 2}]", "r.yaml:3:37: there is no day 2026-01-32"),
        ("then: [earn_points: {2026-07-01: 1, 2026-01-01: 2}]", "r.yaml:3:37: 2026-01-01 does not lie after 2026-07-01"),
        ("then: [earn_points: {2026-01-02 to 2026-01-01: 1}]", "r.yaml:3:22: 2026-01-01 lies before 2026-01-02"),
        ("then: [earn_points: {2026-01-01 to 2026-02-01: 1, 2026-02-01: 2}]", "2026-02-01 has a value already"),
        ("then: [earn_points: {2026-01-01: 1, 2026-07-01: x}]", "r.yaml:3:49: earn_points: "),
        ("then: [earn_points: {2026-01-01: 1, 2026-07-01: 0}]", "points must be 1 or more"),
        (
            "then: [earn_per_amount: {points: {2026-01-01 to 2026-01-02: 1}, per: {2026-02-01: 1.00}}]",
            "there is no day on which all of these have a value",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told_with_its_place(text: str, told: str):
    with pytest.raises(RulebookErrors) as refused:
        book(text + "\n")
    assert [str(fault) for fault in refused.value.faults if told in str(fault)], (
        refused.value.faults
    )


@pytest.mark.parametrize(
    ("dates", "values", "told"),
    [
        ("", "{2026-01-01: 1, 2026-07-01: 2}", []),
        ("until: 2026-05-31\n", "{2026-01-01 to 2026-05-31: 1}", []),
        ("", "{2026-01-01 to 2026-05-31: 1}", ["has no value from 2026-06-01 on, though the rule goes on"]),
        ("", "{2026-01-01 to 2026-05-31: 1, 2026-07-01: 2}", ["has no value from 2026-06-01 on until 2026-07-01"]),
        ("from: 2025-12-01\n", "{2026-01-01: 1}", ["has no value until 2026-01-01"]),
        ("", "{2025-01-01 to 2025-05-31: 1, 2025-07-01: 2}", []),
    ],
)  # fmt: skip
def test_values_that_will_be_missing_are_told(dates: str, values: str, told: list[str]):
    ground = Ground(book(f"{dates}then: [earn_points: {values}]\n"), date(2026, 3, 1))
    found = [it.text for it in all_checks()["missing-values"](ground)]
    assert len(found) == len(told)
    assert all(part in text for part, text in zip(told, found, strict=True)), found
