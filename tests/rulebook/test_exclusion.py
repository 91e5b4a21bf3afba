"""Rules that do not stand beside others: how it is written, and which of them takes effect."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.facts import Facts, MemberFacts
from loyalty_engine.domain.purchase import Line, Purchase
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.deciding.decision import Verdict
from loyalty_engine.rulebook.exclusion import Exclusive, Named
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.stopped import with_stopped
from loyalty_engine.rulebook.telling.difference import differences
from loyalty_engine.vocabulary import standard_words

PROGRAM = """\
program: shop
title: Shop
zone: Europe/Paris
currency: EUR
languages: [en]
units: {points: {value: 0.01}}
lanes: [offers, {once: best}, base]
"""
TEN = "lane: offers\nthen: [amount_off: 10.00]\n"
FIVE = "lane: offers\nthen: [amount_off: 5.00]\n"
POINTS = "lane: base\nthen: [earn_points: 50]\n"


def parse(*files: Mapping[str, str], **rules: str) -> Rulebook:
    source = {"program.yaml": PROGRAM}
    source |= {f"{name}.yaml": f"rule: {name}\n{text}" for name, text in rules.items()}
    for more in files:
        source |= more
    return parse_rulebook(source, standard_words())


def told(*files: Mapping[str, str], **rules: str) -> list[str]:
    try:
        parse(*files, **rules)
    except RulebookErrors as errors:
        return [str(fault) for fault in errors.faults]
    return []


def facts(*prices: int) -> Facts:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    lines = tuple(Line(str(i), f"S{i}", 1000, price, "food") for i, price in enumerate(prices))
    member = MemberFacts("", date(2026, 1, 1), "en")
    return Facts(Purchase("T", at, "EUR", lines), at, member)


def verdicts(rulebook: Rulebook, *prices: int) -> dict[str, Verdict]:
    return {it.rule: it for it in decide(rulebook, facts(*(prices or (10000,)))).verdicts}


def outcome(rulebook: Rulebook, *prices: int) -> dict[str, str]:
    return {
        rule: f"{it.status} by {it.by}" if it.by else it.status
        for rule, it in verdicts(rulebook, *prices).items()
    }


# --- how it is written ---------------------------------------------------------------------------


def test_what_a_rule_says_of_others():
    rulebook = parse(
        ten=f"{TEN}exclusive: lane\ngroup: coupons\nnot_with: [five, lane base, group gifts]\n",
        five=f"{FIVE}group: gifts\nnot_with: ten\n",
    )
    ten, five = rulebook.by_id["ten"], rulebook.by_id["five"]
    assert (ten.exclusive, ten.group) == (Exclusive.LANE, "coupons")
    assert [(it.kind, it.name) for it in ten.not_with] == [
        (Named.RULE, "five"),
        (Named.LANE, "base"),
        (Named.GROUP, "gifts"),
    ]
    assert [(it.kind, it.name) for it in five.not_with] == [(Named.RULE, "ten")]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("not_with: [fife]", "4:12: not_with: no rule 'fife'. Did you mean 'five'?"),
        ("not_with: [nothing-like-it]", "4:12: not_with: no rule 'nothing-like-it'"),
        ("not_with: [ten]", "4:12: not_with: a rule cannot stand apart from itself"),
        ("not_with: [base]", "4:12: not_with: 'base' is a lane and no rule. Did you mean 'lane base'?"),
        ("not_with: [gifts]", "4:12: not_with: 'gifts' is a group and no rule. Did you mean 'group gifts'?"),
        ("not_with: [lane bass]", "4:12: not_with: no lane 'bass'. Did you mean 'base'?"),
        ("not_with: [group gift]",
         "4:12: not_with: no rule is of the group 'gift'. Did you mean 'group gifts'?"),
        ("not_with: [lane: base]", "4:12: not_with: write 'lane base' without a colon. Did you mean 'lane base'?"),
        ("not_with: [lanes base]",
         "4:12: not_with: 'lanes base' is neither a rule's id nor 'lane' or 'group' with a name. Did you mean 'lane base'?"),
        ("not_with: []", "4:11: not_with: the list is empty"),
        ("exclusive: lanes", "4:12: exclusive: 'lanes' is none of no, lane, purchase. Did you mean 'lane'?"),
        ("group: Coupons", "4:8: group: 'Coupons' is not a name: small letters, digits and single - or _ between them. Did you mean 'coupons'?"),
    ],
)  # fmt: skip
def test_every_fault_is_told_in_its_place(said: str, fault: str):
    assert told(ten=f"{TEN}{said}\n", five=f"{FIVE}group: gifts\n") == [f"ten.yaml:{fault}"]


def test_a_rule_that_cannot_be_read_is_still_known_by_its_name():
    faults = told(ten=f"{TEN}not_with: [five, sixx]\n", five="lane: offers\nthen: [amount: 5]\n")
    assert [it.partition(": ")[0] for it in faults] == ["five.yaml:3:8", "ten.yaml:4:18"]
    nobody_knows = told({"x.yaml": "{"}, ten=f"{TEN}not_with: [sixx]\n")
    assert [it.partition(": ")[0] for it in nobody_knows] == ["x.yaml:1:2"]
    no_table = told({"weeks.yaml": "table: weeks\n"}, ten=f"{TEN}not_with: [weeks-a, week-a]\n")
    assert [it.partition(": ")[0] for it in no_table if it.startswith("ten")] == ["ten.yaml:4:21"]


def test_a_stopped_rule_is_still_known():
    stopped = with_stopped({}, ["five"])
    assert {"ten"} == set(parse(stopped, ten=f"{TEN}not_with: five\n", five=FIVE).by_id)


def test_a_table_fills_it_in_by_cells():
    table = "table: weeks\nlane: offers\ngroup: weeks\nnot_with: [group weeks]\n"
    rows = (
        "id,then amount_off,exclusive,not_with,group\n"
        "a,5,,,\nb,6,purchase,ten | lane base,\nc,7,no,,others\n"
    )
    rulebook = parse({"weeks.yaml": table, "weeks.csv": rows}, ten=TEN)
    a, b, c = (rulebook.by_id[f"weeks-{it}"] for it in "abc")
    assert [it.exclusive for it in (a, b, c)] == [Exclusive.NO, Exclusive.PURCHASE, Exclusive.NO]
    assert [it.group for it in (a, b, c)] == ["weeks", "weeks", "others"]
    assert [it.name for it in a.not_with] == ["weeks"]
    assert [it.name for it in b.not_with] == ["weeks", "ten", "base"]
    assert told({"weeks.yaml": table, "weeks.csv": rows.replace("ten", "tem")}, ten=TEN) == [
        "weeks.csv:3:4: not_with: no rule 'tem'. Did you mean 'ten'?"
    ]


def test_a_difference_says_it():
    before, after = (
        parse(ten=TEN),
        parse(ten=f"{TEN}exclusive: lane\ngroup: a\nnot_with: group a\n"),
    )
    (change,) = differences(before, after)
    assert change.says.endswith(
        "[lane offers, alone in its lane, of the group a, not with group a]"
    )


# --- which of them takes effect ------------------------------------------------------------------


def test_what_is_alone_in_its_lane_leaves_the_others_aside():
    rulebook = parse(
        first=f"{TEN}priority: 1\nexclusive: lane\n", other=FIVE, points=POINTS,
    )  # fmt: skip
    assert outcome(rulebook) == {
        "first": "applied",
        "other": "overshadowed by first",
        "points": "applied",
    }


def test_what_comes_first_stands_and_what_would_be_alone_stands_aside():
    rulebook = parse(alone=f"{TEN}exclusive: lane\n", other=f"{FIVE}priority: 1\n", points=POINTS)
    assert outcome(rulebook) == {
        "other": "applied",
        "alone": "overshadowed by other",
        "points": "applied",
    }


def test_what_is_alone_in_the_purchase_leaves_later_lanes_aside():
    rulebook = parse(ten=f"{TEN}exclusive: purchase\n", points=POINTS)
    assert outcome(rulebook) == {"ten": "applied", "points": "overshadowed by ten"}


def test_what_is_alone_in_the_purchase_stands_aside_where_an_earlier_lane_gave_something():
    rulebook = parse(ten=TEN, points=f"{POINTS}exclusive: purchase\n")
    assert outcome(rulebook) == {"ten": "applied", "points": "overshadowed by ten"}


def test_what_gives_nothing_excludes_nothing():
    nothing = "lane: offers\npriority: 1\nexclusive: purchase\nthen: [fixed_price: 100.00]\n"
    assert outcome(parse(nothing=nothing, ten=TEN)) == {"nothing": "not_met", "ten": "applied"}


@pytest.mark.parametrize("said", ["five", "lane offers", "group gifts"])
@pytest.mark.parametrize("way_round", [True, False])
def test_not_with_holds_both_ways(said: str, way_round: bool):
    one, other = (f"not_with: {said}\n", "") if way_round else ("", "not_with: ten\n")
    rulebook = parse(ten=f"{TEN}priority: 1\n{one}", five=f"{FIVE}group: gifts\n{other}")
    assert outcome(rulebook) == {"ten": "applied", "five": "overshadowed by ten"}


def test_only_one_of_a_group():
    group = "group: coupons\nnot_with: group coupons\n"
    rulebook = parse(a=TEN + group, b=FIVE + group, c=FIVE)
    assert outcome(rulebook) == {"a": "applied", "b": "overshadowed by a", "c": "applied"}


def test_the_best_of_a_lane_is_chosen_among_those_that_may_stand():
    best = TEN.replace("offers", "once")
    rulebook = parse(
        first=f"{FIVE}not_with: best\n", best=best, next=best.replace("10.00", "3.00"),
        last=best.replace("10.00", "2.00"),
    )  # fmt: skip
    assert outcome(rulebook) == {
        "first": "applied", "best": "overshadowed by first", "next": "applied",
        "last": "overshadowed by next",
    }  # fmt: skip


def test_a_multiplier_stands_aside_too():
    double = "lane: base\nnot_with: points\nthen: [multiply_points: 2]\n"
    rulebook = parse(points=POINTS, double=double)
    assert outcome(rulebook) == {"points": "applied", "double": "overshadowed by points"}


@given(st.data())
def test_files_may_be_in_any_order(data: st.DataObject):
    said = st.sampled_from(
        ["", "exclusive: lane\n", "exclusive: purchase\n", "not_with: r1\n", "not_with: lane base\n",
         "group: a\nnot_with: group a\n", "group: a\n", "priority: 1\n"]
    )  # fmt: skip
    rules = {
        f"r{i}": data.draw(st.sampled_from([TEN, FIVE, POINTS])) + data.draw(said) for i in range(5)
    }
    rules["r1"] = TEN
    order = list(rules)
    Random(data.draw(st.integers(0, 999))).shuffle(order)
    one, other = parse(**rules), parse(**{name: rules[name] for name in order})
    decision = decide(one, facts(10000))
    assert decision == decide(other, facts(10000))
    gave = [one.by_id[it.rule] for it in decision.verdicts if it.status == "applied"]
    assert all(a.stands_beside(b) for a in gave for b in gave if a is not b)
    for it in decision.verdicts:
        if it.by:
            assert not one.by_id[it.rule].stands_beside(one.by_id[it.by])
