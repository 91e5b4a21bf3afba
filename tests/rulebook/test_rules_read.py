"""Good rule files: what is written is what the rule holds, and where it stands."""

from datetime import date, time
from fractions import Fraction

import pytest

from loyalty_engine.domain.limits import Limit, Measure, Period, Scope, Short
from loyalty_engine.rulebook import nesting
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.sources import hash_of
from tests.rulebook import sample_words as words
from tests.rulebook.sample_words import RULE, SHOP, WORDS, parse, parse_one, when

WHOLE = """\
rule: gold-weekends
title: {en: Weekends, fr: Week-ends}
lane: bonus
from: 2026-03-01
until: 2026-05-31            # the last day
priority: -5
when:
  - tier_is: [gold]
  - any:
      - spent_at_least: 50.00
      - none: [first_purchase]
on: [category: dairy]
then: [multiply: 2]
limits:
  - {points: 100, per: member, period: month}
  - {money: 12.50, per: purchase, short: refuse}
"""


def test_a_whole_rule():
    rule = parse_one(WHOLE)
    assert rule.id == "gold-weekends"
    assert rule.title == {"en": "Weekends", "fr": "Week-ends"}
    assert (rule.lane, rule.priority) == ("bonus", -5)
    assert (rule.start, rule.end) == (date(2026, 3, 1), date(2026, 5, 31))
    assert rule.when == (
        words.TierIs(("gold",)),
        nesting.Any(
            (words.SpentAtLeast(5000), nesting.None_((words.FirstPurchase(),))),
        ),
    )
    assert rule.on == (words.Category(("dairy",)),)
    assert rule.then == (words.Multiply(Fraction(2)),)
    assert rule.limits == (
        Limit(Measure.POINTS, 100, Scope.MEMBER, Period.MONTH, Short.PAY_REST),
        Limit(Measure.MONEY, 1250, Scope.PURCHASE, Period.LIFE, Short.REFUSE),
    )


def test_every_word_knows_its_place_within_groups_too():
    rule = parse_one(WHOLE)
    assert rule.place == Place("rule.yaml", 1, 1)
    assert [place.line for place in rule.places.when] == [8, 9]
    group = rule.when[1]
    assert isinstance(group, nesting.Any)
    negation = group.parts[1]
    assert isinstance(negation, nesting.None_)
    assert rule.place_of(rule.when[0]) == Place("rule.yaml", 8, 5)
    assert rule.place_of(group.parts[0]) == Place("rule.yaml", 10, 9)
    assert rule.place_of(negation.parts[0]) == Place("rule.yaml", 11, 16)
    assert rule.place_of(rule.then[0]) == Place("rule.yaml", 13, 8)
    assert rule.place_of(words.FirstPurchase()) == rule.place


def test_the_least_a_rule_can_say():
    rule = parse_one(RULE)
    assert (rule.title, rule.when, rule.on, rule.limits, rule.priority) == ({}, (), (), (), 0)
    assert (rule.start, rule.end) == (None, None)


def test_a_lane_goes_without_saying_where_there_is_one():
    one_lane = SHOP | {"program.yaml": words.PROGRAM.replace(", {bonus: best}", "")}
    rulebook = parse_rulebook(one_lane | {"r.yaml": "rule: r\nthen: [multiply: 2]\n"}, WORDS)
    assert rulebook.rules[0].lane == "base"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[spent_at_least: 50.00]", words.SpentAtLeast(5000)),
        ("[spent_at_least: 50]", words.SpentAtLeast(5000)),
        ("[spent_at_least: {amount: 0.5}]", words.SpentAtLeast(50)),
        ("{spent_at_least: 1.10}", words.SpentAtLeast(110)),
        ("[units_at_least: 0.333]", words.UnitsAtLeast(333)),
        ("[units_at_least: {quantity: 2, category: a/b}]", words.UnitsAtLeast(2000, category=("a/b",))),
        ("[tier_is: gold]", words.TierIs(("gold",))),
        ("[tier_is: [gold, silver]]", words.TierIs(("gold", "silver"))),
        ("[tier_is: {any_of: gold}]", words.TierIs(("gold",))),
        ("first_purchase", words.FirstPurchase()),
        ("[first_purchase]", words.FirstPurchase()),
        ("{first_purchase: }", words.FirstPurchase()),
        ("[hours_between: {from: 9:30, until: 12:30}]", words.HoursBetween(time(9, 30), time(12, 30))),
        ("[on_dates: [2026-12-24, 2024-02-29]]", words.OnDates((date(2026, 12, 24), date(2024, 2, 29)))),
        ("[weekday_is: [mon, Sun]]", words.WeekdayIs((0, 6))),
        ("[country_is: [NO, no, 1.10, 010, 12:30, null, 0x1F, 1e3]]",
         words.CountryIs(("NO", "no", "1.10", "010", "12:30", "null", "0x1F", "1e3"))),
        ("[country_is: 'yes']", words.CountryIs(("yes",))),
        ("[touchpoint_is: web]", words.TouchpointIs(("web",))),
        ("[visits: 3]", words.Visits(3)),
        ("[visits: {at_least: -3, alone: YES, size: large}]", words.Visits(-3, True, words.Size.LARGE)),
        ("[birthday_within: ]", words.BirthdayWithin()),
        ("[birthday_within: {days: 3}]", words.BirthdayWithin(3)),
        ("[raining: 3]", words.Raining(3)),
    ],
)  # fmt: skip
def test_values(written: str, read: object):
    assert when(written).when == (read,)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("earn: {points: 1.5, per: 10}", words.Earn(Fraction(3, 2), 1000)),
        ("earn: {points: 1, per: 10, unit: stamps, carry: yes}",
         words.Earn(Fraction(1), 1000, "stamps", True)),
        ("percent_off: 12.5", words.PercentOff(1250)),
        ("percent_off: 12.5%", words.PercentOff(1250)),
        ("percent_off: {percent: 100, at_most: 5}", words.PercentOff(10000, 500)),
        ("say: Bravo", words.Say('{"en": "Bravo"}')),
        ("say: {fr: Été, en: Summer}", words.Say('{"en": "Summer", "fr": "Été"}')),
        ("say: {text: {fr: Été, en: Summer}}", words.Say('{"en": "Summer", "fr": "Été"}')),
        ("say: {text: Bravo}", words.Say('{"en": "Bravo"}')),
    ],
)  # fmt: skip
def test_effects(written: str, read: object):
    assert parse_one(f"rule: r\nlane: base\nthen:\n  - {written}\n").then == (read,)


def test_selectors_nest_too():
    rule = parse_one(
        """\
        rule: r
        lane: base
        on:
          all:
            - category: [a, b/c]
            - none: [sku: 010]
            - any: {sku: NO, category: d}
        then: [multiply: 2]
        """
    )
    (everything,) = rule.on
    assert everything == nesting.LineAll(
        (
            words.Category(("a", "b/c")),
            nesting.LineNone((words.SkuIs(("010",)),)),
            nesting.LineAny((words.SkuIs(("NO",)), words.Category(("d",)))),
        )
    )
    assert rule.place_of(everything.parts[2].parts[1]) == Place("rule.yaml", 7, 22)


def test_a_text_in_one_language_is_in_the_first():
    assert parse_one(RULE + "title: Points\n").title == {"en": "Points"}


def test_a_byte_order_mark_and_windows_line_ends_change_nothing_but_the_hash():
    rule = parse_one("\ufeff" + WHOLE.replace("\n", "\r\n"))
    assert rule == parse_one(WHOLE)


def test_rules_come_by_id_and_what_is_no_rule_is_passed_over():
    more = {
        "b.yaml": RULE.replace("base-points", "b"),
        "z/a.yaml": RULE.replace("base-points", "a"),
        "README.md": "# nothing: [",
        "scenarios/first.yaml": "scenario: [",
    }
    rulebook = parse_rulebook(SHOP | more, WORDS)
    assert [rule.id for rule in rulebook.rules] == ["a", "b"]
    assert list(rulebook.source) == ["b.yaml", "program.yaml", "tiers.yaml", "z/a.yaml"]


def test_the_source_parses_to_the_same_rulebook_again():
    rulebook = parse(whole=WHOLE, base=RULE)
    assert parse_rulebook(rulebook.source, {word.word: word for word in WORDS}) == rulebook
    assert rulebook.hash == hash_of(rulebook.source)


def test_the_hash_tells_every_name_and_text_apart():
    sources = [
        {"a": "b"},
        {"a": "c"},
        {"ab": ""},
        {"a": "b", "c": "d"},
        {"a": "bc", "": "d"},
        {"a": "b\n"},
    ]
    assert len({hash_of(source) for source in sources}) == len(sources)
    assert hash_of({"a": "1", "b": "2"}) == hash_of({"b": "2", "a": "1"})
    assert hash_of({}).startswith("sha256:")
    assert len(hash_of({})) == len("sha256:") + 64


def test_words_that_contradict_one_another_are_a_mistake_of_the_programmer():
    with pytest.raises(ValueError, match="'tier_is' is given twice"):
        parse_rulebook(SHOP, [*WORDS, type("Twin", (words.TierIs,), {})])
    with pytest.raises(ValueError, match="'all' is given twice"):
        parse_rulebook(SHOP, [type("All", (words.TierIs,), {"word": "all"})])
    with pytest.raises(TypeError, match="neither a condition, a selector nor an effect"):
        parse_rulebook(SHOP, [type("Odd", (words.Word,), {"word": "odd"})])


def test_a_field_that_no_rule_file_can_hold_is_told_at_the_start():
    class Odd(words.Always):
        word = "odd"
        __annotations__ = {"shares": "dict[str, int]"}

    with pytest.raises(TypeError, match=r"Odd\.shares: no rule file can hold a dict\[str, int\]"):
        parse_rulebook(SHOP, [words.dataclass(frozen=True)(Odd)])
