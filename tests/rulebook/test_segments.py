"""Segments: conditions under a name, worth as much as written out in their place."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.facts import Facts, MemberFacts
from loyalty_engine.domain.purchase import Line, Purchase
from loyalty_engine.rulebook.checks import findings_of
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.difference import differences
from loyalty_engine.rulebook.telling.judging import blame
from loyalty_engine.rulebook.telling.sentences import rule_sentence
from loyalty_engine.vocabulary import standard_words

PROGRAM = """\
program: shop
title: Shop
zone: Europe/Paris
currency: EUR
languages: [en, fr]
units: {points: {value: 0.01}}
lanes: base
attributes:
  diet: {type: text, one_of: [none, vegan], purpose: offers that suit}
  size: {type: integer, purpose: boxes}
"""
TIERS = "tiers:\n  - tier: base\n  - tier: gold\n"
VEGANS = """\
segment: vegans
title: {en: our vegans, fr: nos véganes}
when:
  - attribute_is: {name: diet, any_of: vegan}
"""
LARGE = """\
segment: large
when:
  - any: [attribute_is: {name: size, any_of: [4, 5]}, tier_is: gold]
"""
RULE = "rule: {0}\nwhen: {1}\nthen: [earn_points: 5]\n"


def source(*when: str, **more: str) -> dict[str, str]:
    rules = {f"{n}.yaml": RULE.format(f"r{n}", it) for n, it in enumerate(when)}
    files = {"program.yaml": PROGRAM, "tiers.yaml": TIERS, "segments/vegans.yaml": VEGANS}
    return files | {"segments/large.yaml": LARGE} | rules | more


def book(*when: str, **more: str) -> Rulebook:
    return parse_rulebook(source(*when, **more), standard_words())


def faults(*when: str, **more: str) -> list[str]:
    with pytest.raises(RulebookErrors) as told:
        book(*when, **more)
    return [str(fault) for fault in told.value.faults]


def bought(**member: object) -> Facts:
    at = datetime(2026, 3, 7, 18, 30, tzinfo=ZoneInfo("Europe/Paris"))
    purchase = Purchase("P", at, "EUR", (Line("1", "A", 1000, 400),), member="ada")
    told = MemberFacts(tier="base", enrolled_on=date(2025, 1, 1), language="en")
    return Facts(purchase, at, replace(told, **member), nets=(400,))


WAYS = {
    "segment_is: vegans": "attribute_is: {name: diet, any_of: vegan}",
    "segment_is: large": "any: [attribute_is: {name: size, any_of: [4, 5]}, tier_is: gold]",
    "segment_is: [vegans, large]": (
        "any: [attribute_is: {name: diet, any_of: vegan}, "
        "attribute_is: {name: size, any_of: [4, 5]}, tier_is: gold]"
    ),
    "none: [segment_is: vegans]": "none: [attribute_is: {name: diet, any_of: vegan}]",
}


@given(
    st.sampled_from(sorted(WAYS)),
    st.sampled_from([None, "none", "vegan"]),
    st.sampled_from([None, 3, 4, 5]),
    st.sampled_from(["base", "gold"]),
)
def test_a_segment_is_worth_its_conditions_in_its_place(way, diet, size, tier):
    told = {"diet": diet, "size": size}
    attributes = {key: value for key, value in told.items() if value is not None}
    facts = bought(attributes=attributes, tier=tier)
    short, long = (decide(book(f"[{it}]"), facts).verdicts[0].status for it in (way, WAYS[way]))
    assert short == long


def test_it_is_read_aloud_by_its_title_in_each_language():
    made = book("[segment_is: vegans]", "[segment_is: [vegans, large]]")
    assert "the member is one of our vegans" in rule_sentence(made.rules[0], "en", made.program)
    said = rule_sentence(made.rules[1], "fr", made.program)
    assert "le membre fait partie de nos véganes ou large" in said


def test_what_stands_in_the_way_is_the_segment():
    made = book("[segment_is: vegans]")
    found = blame(made.rules[0], bought(), made.program)
    assert found is not None
    assert (found.word.word, found.place.file, found.alone) == ("segment_is", "0.yaml", True)


def test_a_name_that_is_no_segment_is_told_with_the_nearest():
    assert faults("[segment_is: vegan]") == [
        "0.yaml:2:20: segment_is: no segment 'vegan'. Did you mean 'vegans'?"
    ]


def test_a_segment_with_a_fault_does_not_spoil_the_rules_that_name_it():
    broken = {"segments/vegans.yaml": VEGANS.replace("any_of: vegan", "any_of: vegann")}
    told = faults("[segment_is: vegans]", **broken)
    assert [it[:23] for it in told] == ["segments/vegans.yaml:4:"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("segment: a\nwhen: [segment_is: vegans]\n", "a segment is not made of segments"),
        ("segment: a\nwhen: [any: [segment_is: vegans]]\n", "a segment is not made of segments"),
        ("segment: a\n", "needs 'when'"),
        ("segment: vegans\nwhen: is_member\n", "the segment 'vegans' stands already in"),
        ("segment: a\nwhen: is_member\nthen: [earn_points: 5]\n", "no key 'then' in a segment"),
    ],
)
def test_faults_of_a_segment_are_told(text, says):
    told = faults("[is_member]", **{"segments/z.yaml": text})
    assert [it for it in told if says in it] == told


def test_checks_see_through_a_segment_and_tell_of_one_that_nobody_names():
    none = "[segment_is: vegans, attribute_is: {name: diet, any_of: none}]"
    made = book(none)
    found = {it.check: it for it in findings_of(Ground(made, date(2026, 3, 7)))}
    assert "never holds together with 'segment_is'" in found["never-applies"].text
    assert "the segment 'large'" in found["unused-segments"].text


def test_a_changed_segment_is_told_as_such():
    changed = {"segments/vegans.yaml": VEGANS.replace("any_of: vegan", "any_of: [vegan, none]")}
    before = book("[segment_is: vegans]")
    after = book("[segment_is: vegans]", **changed)
    told = [str(it) for it in differences(before, after)]
    assert told[0].startswith("changed segment vegans: ")
    assert "none" in told[0]
    assert [it.kind for it in differences(None, before)][:2] == ["added", "added"]


def test_a_reward_may_be_for_a_segment():
    reward = "reward: box\nkind: goods\ntitle: Box\nwhen: [segment_is: large]\n"
    made = book("[is_member]", **{"rewards/box.yaml": reward})
    (condition,) = made.rewards["box"].when
    assert condition.holds(bought(tier="gold"))
    assert not condition.holds(bought())
