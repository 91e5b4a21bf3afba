"""Differences in plain words, and rules that are stopped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.stopped import stopped_in, with_stopped, without_stopped
from loyalty_engine.rulebook.telling.difference import differences
from loyalty_engine.vocabulary import standard_words
from tests.shop import BASE, PROGRAM

WORDS = standard_words()
FILES = {"program.yaml": PROGRAM, "base.yaml": BASE}
GIFT = "rule: gift\nlane: bonus\nthen: [earn_points: 5]"


def rulebook(*stopped: str, **files: str) -> Rulebook:
    source = {**FILES, **{f"{name}.yaml": text for name, text in files.items()}}
    return parse_rulebook(with_stopped(source, stopped), WORDS)


def told(before: Rulebook | None, after: Rulebook) -> list[str]:
    return [str(change) for change in differences(before, after)]


def test_nothing_is_different_from_itself_wherever_it_stands():
    assert told(rulebook(), rulebook()) == []
    assert told(rulebook(gift=GIFT), rulebook(gift=f"# a note\n\n{GIFT}")) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"gift": GIFT}, "added gift: Gift: 5 points [lane bonus]"),
        ({"gift": GIFT}, {}, "removed gift: Gift: 5 points [lane bonus]"),
        (
            {"gift": GIFT},
            {"gift": GIFT.replace("5", "6")},
            "changed gift: Gift: 6 points [lane bonus]; before: Gift: 5 points [lane bonus]",
        ),
        (
            {"gift": GIFT},
            {"gift": f"{GIFT}\npriority: 7\nuntil: 2026-08-31"},
            (
                "changed gift: Gift: 5 points [lane bonus, priority 7, always to 2026-08-31]; "
                "before: Gift: 5 points [lane bonus]"
            ),
        ),
        (
            {},
            {"program": PROGRAM.replace("title: Shop", "title: Store")},
            "changed the programme: title",
        ),
    ],
)
def test_each_change_is_one_line(before: dict[str, str], after: dict[str, str], expected: str):
    assert told(rulebook(**before), rulebook(**after)) == [expected]


def test_the_first_rulebook_adds_everything():
    assert told(None, rulebook())[0].startswith("added base: Base: ")


def test_a_stopped_rule_is_out_and_comes_back_as_it_was():
    whole = rulebook(gift=GIFT)
    stopped = rulebook("gift", gift=GIFT)
    assert (set(whole.by_id), set(stopped.by_id)) == ({"base", "gift"}, {"base"})
    assert (stopped.stopped, whole.stopped) == (("gift",), ())
    assert told(whole, stopped) == ["stopped gift"]
    assert told(stopped, whole) == ["started gift"]
    again = parse_rulebook(stopped.source, WORDS)
    assert (again.hash, set(again.by_id)) == (stopped.hash, {"base"})
    assert stopped.hash != whole.hash
    assert parse_rulebook(without_stopped(stopped.source), WORDS).hash == whole.hash


def test_a_stopped_rule_may_be_away():
    assert rulebook("gift").stopped == ("gift",)


@given(st.sets(st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)?", fullmatch=True)))
def test_what_is_stopped_is_read_back(names: set[str]):
    assert stopped_in(with_stopped(FILES, names)) == tuple(sorted(names))
    assert without_stopped(with_stopped(FILES, names)) == FILES
