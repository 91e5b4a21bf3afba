"""An explanation says what the evaluation does, and what it says of distances comes true."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.deciding.match import Match, look_at
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.nesting import All, Any, None_
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.explain import explain
from loyalty_engine.rulebook.telling.judging import Judged, blame, judge, judge_rule, moved
from loyalty_engine.rulebook.words import Condition, Near
from loyalty_engine.vocabulary.conditions.date_between import DateBetween
from loyalty_engine.vocabulary.conditions.hours_between import HoursBetween
from loyalty_engine.vocabulary.conditions.is_guest import IsGuest
from loyalty_engine.vocabulary.conditions.spends_on import SpendsOn
from loyalty_engine.vocabulary.conditions.spent_at_least import SpentAtLeast
from loyalty_engine.vocabulary.conditions.tier_is import TierIs
from loyalty_engine.vocabulary.conditions.weekday_is import WeekdayIs
from tests.rulebook.random_rules import (
    DAY,
    PLACE,
    PROGRAM,
    ZONE,
    conditions,
    nested,
    rulebooks,
    some_facts,
    words,
    words_of,
)
from tests.vocabulary.baskets import ada, facts, line

many = settings(max_examples=120, suppress_health_check=list(HealthCheck), deadline=None)
one_word = st.sampled_from(words(Condition)).flatmap(words_of)


@many
@given(conditions, some_facts())
def test_every_part_of_an_explanation_holds_exactly_where_it_holds_when_deciding(
    several: tuple[Condition, ...], given_facts: Facts
):
    def agree(judged: Judged) -> None:
        assert judged.holds is judged.word.holds(given_facts)
        for part in judged.parts:
            agree(part)

    for condition in several:
        agree(judge(condition, PLACE, given_facts))


@many
@given(rulebooks(), some_facts())
def test_a_rule_is_blamed_for_nothing_exactly_where_it_matches(book: Rulebook, given_facts: Facts):
    for rule in book.rules:
        judged = judge_rule(rule, given_facts)
        blamed = blame(rule, given_facts, PROGRAM)
        matches = isinstance(look_at(rule, given_facts), Match)
        assert (blamed is None) is matches
        if blamed is not None and not all(it.holds for it in judged):
            assert blamed.alone is (sum(not it.holds for it in judged) == 1)


@many
@given(one_word, some_facts())
def test_at_the_distance_told_a_condition_holds_and_at_less_it_does_not(
    word: Condition, given_facts: Facts
):
    near = word.near(given_facts)
    assume(near is not None and near.what != "tier")
    assert near is not None
    assert not word.holds(given_facts)
    assert word.holds(moved(given_facts, near))
    assert not word.holds(moved(given_facts, near, near.short_by - 1))
    assert not word.holds(moved(given_facts, near, near.short_by // 2))


def test_every_kind_of_distance_is_told_by_some_word():
    told = {
        SpentAtLeast(5000).near(facts(line(10))),
        WeekdayIs((5,)).near(facts()),
        HoursBetween(time(12), time(13)).near(facts()),
    }
    assert {it.what for it in told if it} == {"minor", "days", "seconds"}


@many
@given(nested(Condition, [Any]), some_facts())
def test_a_group_of_which_one_is_enough_holds_at_the_distance_of_its_nearest_part(
    several: tuple[Condition, ...], given_facts: Facts
):
    rule = rule_of(*several)
    blamed = blame(rule, given_facts, PROGRAM)
    assume(blamed is not None and blamed.alone and blamed.near and blamed.near.what != "tier")
    assert blamed is not None
    assert blamed.near is not None
    (failing,) = (it for it in judge_rule(rule, given_facts) if not it.holds)
    assert failing.word.holds(moved(given_facts, blamed.near))


@settings(max_examples=50, suppress_health_check=list(HealthCheck), deadline=None)
@given(rulebooks(), some_facts())
def test_what_a_near_miss_would_bring_is_what_deciding_brings(book: Rulebook, given_facts: Facts):
    told = explain(book, given_facts)
    assert told.decision == decide(book, given_facts)
    about_purchases = {rule.id for rule in book.rules if not rule.of_events}
    assert {it.rule.id for it in told.rules} == about_purchases
    for it in told.rules:
        if it.would is None or it.would.near is None:
            continue
        then = decide(book, moved(given_facts, it.would.near))
        verdicts = {verdict.rule: verdict for verdict in then.verdicts}
        assert verdicts[it.rule.id] == it.would.verdict


def rule_of(*conditions: Condition) -> Rule:
    from loyalty_engine.vocabulary.effects.earn_points import EarnFixed

    return Rule("a", {}, "first", conditions, (), (EarnFixed(1),), PLACE)


A, B = Place("a.yaml", 5, 9), Place("a.yaml", 6, 9)
THURSDAY = facts(line(4680), member=ada())


@pytest.mark.parametrize(
    ("group", "place", "near"),
    [
        (All((IsGuest(), SpentAtLeast(5000)), (A, B)), A, None),
        (All((WeekdayIs((3,)), SpentAtLeast(5000)), (A, B)), B, Near(320, "minor")),
        (Any((WeekdayIs((4,)), SpentAtLeast(5000)), (A, B)), B, Near(320, "minor")),
        (Any((IsGuest(), WeekdayIs((4,))), (A, B)), B, Near(1, "days")),
        (None_((IsGuest(), WeekdayIs((3,))), (A, B)), B, None),
    ],
)
def test_the_part_that_stands_in_the_way_is_named(
    group: Condition, place: Place, near: Near | None
):
    blamed = blame(rule_of(group), THURSDAY, PROGRAM)
    assert blamed is not None
    assert (blamed.place, blamed.near) == (place, near)


def test_of_tiers_the_next_one_above_counts():
    from loyalty_engine.domain.tiers import Tier, TierScheme

    ladder = tuple(Tier(name) for name in ("bronze", "silver", "gold", "platinum"))
    program = replace(PROGRAM, tiers=TierScheme(ladder))
    silver = facts(line(1), member=ada(tier="silver"))
    blamed = blame(rule_of(TierIs(("platinum", "gold", "bronze"))), silver, program)
    assert blamed is not None
    assert blamed.near == Near(1, "tier", towards=("gold",))
    assert TierIs(("gold",)).holds(moved(silver, blamed.near))
    below = blame(rule_of(TierIs(("bronze",))), silver, program)
    assert below is not None
    assert below.near is None


@pytest.mark.parametrize(
    ("now", "hours", "seconds"),
    [
        ("2026-03-05T05:00:00+01:00", (time(7), time(9)), 7200),
        ("2026-03-05T06:59:59.500000+01:00", (time(7), time(9)), 1),
        ("2026-03-05T23:00:00+01:00", (time(7), time(9)), 8 * 3600),
        # 29 March: 02:00 is followed by 03:00
        ("2026-03-29T01:00:00+01:00", (time(2, 30), time(5)), 3600),
        ("2026-03-29T01:00:00+01:00", (time(2, 15), time(2, 45)), 24 * 3600 + 900),
        ("2026-03-29T01:00:00+01:00", (time(4), time(5)), 7200),
        # 25 October: 02:59 comes twice
        ("2026-10-25T02:10:00+02:00", (time(2, 30), time(2, 40)), 1200),
        ("2026-10-25T02:45:00+02:00", (time(2, 30), time(2, 40)), 2700),
        ("2026-10-25T02:45:00+01:00", (time(2, 30), time(2, 40)), 24 * 3600 - 900),
    ],
)
def test_hours_are_reached_by_the_clocks_of_the_zone(
    now: str, hours: tuple[time, time], seconds: int
):
    word = HoursBetween(*hours)
    given_facts = facts(at=now)
    near = word.near(given_facts)
    assert near == Near(seconds, "seconds")
    assert word.holds(moved(given_facts, near))
    assert not word.holds(moved(given_facts, near, seconds - 1))


def test_what_a_discount_takes_of_more_is_added_until_it_is_enough():
    from loyalty_engine.vocabulary.effects.earn_points import EarnFixed
    from loyalty_engine.vocabulary.effects.percentage_off import PercentageOff

    tenth = Rule("tenth", {}, "first", (), (), (PercentageOff(1000),), PLACE)
    bonus = Rule("bonus", {}, "second", (SpentAtLeast(4500),), (), (EarnFixed(50),), PLACE)
    book = Rulebook(PROGRAM, (tenth, bonus), "", {})
    told = {it.rule.id: it for it in explain(book, facts(line(4000), member=ada())).rules}
    would = told["bonus"].would
    assert would is not None
    assert (would.near, would.verdict.granted) == (Near(1000, "minor"), {"points": 50})


def test_a_rule_that_would_be_over_by_then_would_give_nothing():
    from loyalty_engine.vocabulary.effects.earn_points import EarnFixed

    late = replace(rule_of(DateBetween(DAY + timedelta(days=9), DAY + timedelta(days=20))), end=DAY)
    book = Rulebook(PROGRAM, (replace(late, then=(EarnFixed(5),)),), "", {})
    at = datetime.combine(DAY, time(10), ZONE).astimezone(UTC).isoformat()
    (told,) = explain(
        book, facts(line(1), member=ada(), at=at, zone=ZoneInfo("Europe/Paris"))
    ).rules
    assert told.blame is not None
    assert told.blame.near == Near(9, "days")
    assert told.would is None


def test_more_money_is_no_more_products():
    tea = line(440, 2, "food/tea")
    word = SpendsOn(1000, category=("food",))
    then = moved(facts(tea), Near(120, "minor", tea))
    assert word.holds(then)
    assert sum(it.quantity_milli for it in then.purchase.lines) // 1000 == 2
