"""Kinds of event in files of their own, under events/."""

from __future__ import annotations

import pytest

from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.vocabulary import standard_words
from tests.shop import PROGRAM

REVIEW = """
event: review_written
title: {en: a review, fr: un avis}
purpose: what others may read
data:
  stars: {type: integer, min: 1, max: 5, factor: stars}
"""
RULE = "rule: thanks\nlane: base\nwhen: [event_is: review_written]\nthen: [earn_points: 5]\n"
WITHIN = PROGRAM + "events: {review_written: {purpose: to read}}\n"


def read(program: str = PROGRAM, **files: str) -> Rulebook:
    named = {f"events/{name}.yaml": text for name, text in files.items()}
    source = {"program.yaml": program, "thanks.yaml": RULE, **named}
    return parse_rulebook(source, standard_words())


def test_a_kind_in_a_file_is_one_of_the_programme():
    kind = read(review=REVIEW).program.events["review_written"]
    assert (kind.purpose, kind.title["fr"]) == ("what others may read", "un avis")
    assert kind.fields["stars"].maximum == 5
    also = WITHIN.replace("review_written", "store_visit")
    assert set(read(also, review=REVIEW).program.events) == {"review_written", "store_visit"}


def test_what_keeps_points_alive_may_be_named_by_a_file():
    program = PROGRAM.replace(
        "tender: 0.01", "tender: 0.01, expires: {inactivity: 60 days, renewed_by: review_written}"
    )
    unit = read(program, review=REVIEW).program.units["points"]
    assert unit.expiry.renewed_by == ("review_written",)


@pytest.mark.parametrize(
    ("program", "files", "told"),
    [
        (
            PROGRAM,
            {"review": REVIEW, "twin": REVIEW},
            "events/twin.yaml:2:1: the kind of event 'review_written' is declared already",
        ),
        (
            WITHIN,
            {"review": REVIEW},
            "events/review.yaml:2:1: the kind of event 'review_written' is declared already",
        ),
        (
            PROGRAM,
            {"review": REVIEW.replace("min: 1", "min: 6")},
            "events/review.yaml:6:39: data.stars: max is less than min",
        ),
        (
            PROGRAM,
            {"review": "event: review_written\n"},
            "events/review.yaml:1:1: a kind of event needs 'purpose'",
        ),
        (
            PROGRAM,
            {},
            "thanks.yaml:3:18: event_is: no kind of event 'review_written' (none is declared)",
        ),
    ],
)
def test_faults_are_told_once_and_rules_are_not_blamed(
    program: str, files: dict[str, str], told: str
):
    with pytest.raises(RulebookErrors) as caught:
        read(program, **files)
    assert [str(it) for it in caught.value.faults] == [told]
