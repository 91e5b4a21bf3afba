"""What the checks find in a rulebook that can be read, and what they leave alone."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.lanes import Stacking
from loyalty_engine.domain.limits import Limit, Measure, Scope
from loyalty_engine.rulebook.assortment import Assortment, Item, read_assortment
from loyalty_engine.rulebook.checks import all_checks, findings_of
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.deciding.decision import Decision
from loyalty_engine.rulebook.exclusion import Named, NotWith
from loyalty_engine.rulebook.faults import Findings, Place
from loyalty_engine.rulebook.findings import MOST_ALIKE, Finding, Level, in_order, summed_up
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.nesting import Any
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.reasoning.boxes import narrowed
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.words import Condition, Effect, Selector
from loyalty_engine.vocabulary import standard_words
from loyalty_engine.vocabulary.conditions.is_member import IsMember
from loyalty_engine.vocabulary.conditions.store_is import StoreIs
from loyalty_engine.vocabulary.conditions.tier_is import TierIs
from loyalty_engine.vocabulary.effects.amount_off import AmountOff
from loyalty_engine.vocabulary.effects.amount_off_each import AmountOffEach
from loyalty_engine.vocabulary.effects.earn_per_amount import EarnPerAmount
from loyalty_engine.vocabulary.effects.earn_points import EarnFixed
from loyalty_engine.vocabulary.effects.fixed_price import FixedPrice
from loyalty_engine.vocabulary.effects.pay_for import PayFor
from loyalty_engine.vocabulary.effects.percentage_off import PercentageOff
from loyalty_engine.vocabulary.effects.show_message import ShowMessage
from loyalty_engine.vocabulary.selectors.brand import Brand
from tests.rulebook.test_reasoning import ON, WHEN, purchases

TODAY = date(2026, 6, 15)
PROGRAM = """\
program: shop
title: Shop
zone: Europe/Paris
currency: EUR
languages: [fr, en]
units:
  points: {value: 0.01}
  stamps: {converts: {each: 10, at_least: 10, into: coffees, gives: 1}}
  coffees: {}
lanes:
  - all
  - best: best
  - first: first
touchpoints: [till, web]
attributes: {diet: {type: text, purpose: offers}}
"""
TIERS = "tiers: [{tier: bronze}, {tier: gold, needs: {spend: 500, visits: 5}}]\n"
EARNS = {
    "a.yaml": "rule: a\nlane: all\nthen: [{earn_per_amount: {points: 1, per: 1}}, {earn_points: {points: 1, unit: stamps}}]\n",
    "b.yaml": "rule: b\nlane: best\nwhen: [store_is: B]\nthen: [amount_off: 1]\n",
    "c.yaml": "rule: c\nlane: first\nwhen: [store_is: C]\nthen: [amount_off: 1]\n",
}


def book(*rules: str, **files: str) -> Rulebook:
    """The shop with rules, in files r0.yaml, r1.yaml, and with files of their own."""
    source = {"program.yaml": PROGRAM, "tiers.yaml": TIERS, **EARNS}
    source |= {f"r{n}.yaml": f"rule: r{n}\n{text}" for n, text in enumerate(rules)}
    source |= {name.replace("_", "."): text for name, text in files.items()}
    return parse_rulebook(source, standard_words())


def told(check: str, *rules: str, assortment: Assortment | None = None, **files: str) -> list[str]:
    ground = Ground(book(*rules, **files), TODAY, assortment)
    return [str(it) for it in in_order(all_checks()[check](ground))]


def test_checks_are_found_by_walking_and_called_by_their_name():
    ground = Ground(book(), TODAY)
    assert len(all_checks()) >= 14
    assert findings_of(ground) == []
    assert {it.check for check in all_checks().values() for it in check(whole())} <= set(
        all_checks()
    )


def whole() -> Ground:
    """A shop in which much is wrong."""
    rules = [
        "lane: all\nwhen: [is_guest, is_member]\nthen: [earn_points: 1]\n",
        "lane: all\nuntil: 2020-01-01\nthen: [earn_points: 1]\n",
        "lane: all\ntitle: x\nthen: [{multiply_points: {factor: 2, unit: coffees}}]\n",
    ]
    return Ground(book(*rules), TODAY)


NEVER = "never-applies"


@pytest.mark.parametrize(
    ("words", "finding"),
    [
        ("when:\n  - tier_is: gold\n  - tier_is: bronze\n",
         "r0.yaml:5:5: error: this rule never applies: 'tier_is' never holds together with 'tier_is' in line 4"),
        ("when:\n  - is_guest\n  - all: [spent_at_least: 5, first_purchase]\n",
         "r0.yaml:5:30: error: this rule never applies: 'first_purchase' never holds together with 'is_guest' in line 4"),
        ("when:\n  - spent_at_least: 60\n  - none: [spent_at_least: 50]\n",
         "r0.yaml:5:5: error: this rule never applies: 'none' never holds together with 'spent_at_least' in line 4"),
        ("when:\n  - any:\n    - all: [nth_purchase: 1, days_since_last_purchase: 5]\n",
         "r0.yaml:4:5: error: this rule never applies: 'any' can never hold as it stands here"),
        ("from: 2026-03-01\nuntil: 2026-03-31\nwhen: [on_dates: 2026-04-01]\n",
         "r0.yaml:5:8: error: this rule never applies: 'on_dates' never holds within its dates"),
        ("on:\n  - category: dairy\n  - none: [category: dairy]\n",
         "r0.yaml:5:5: error: this rule selects nothing: 'none' and 'category' in line 4 exclude each other"),
        ("when:\n  - none: [has_category: dairy]\non: [category: dairy/milk]\n",
         "r0.yaml:5:6: error: this rule selects nothing: 'category' never fits with 'none' in line 4"),
        ("when:\n  - any: [store_is: A, tier_is: gold]\n  - none: [store_is: A]\n  - none: [is_member]\n",
         "r0.yaml:1:1: error: this rule never applies: its conditions can never all hold"),
    ],
    ids=range(8),
)  # fmt: skip
def test_a_rule_that_never_applies(words: str, finding: str):
    assert told(NEVER, f"lane: all\n{words}then: [earn_points: 5]\n") == [finding]


def test_a_row_that_contradicts_what_its_table_shares():
    table = "table: t\nlane: all\nwhen: [tier_is: gold]\nthen: [earn_points: 5]\n"
    assert told(NEVER, t_yaml=table, t_csv="when tier_is\nbronze\n") == [
        "t.csv:2:1: error: this rule never applies: 'tier_is' never holds together with 'tier_is' in t.yaml:3"
    ]


def test_parts_that_never_matter():
    assert told(
        "never-matters",
        "lane: all\nwhen:\n  - is_guest\n  - any: [tier_is: gold, store_is: A]\n"
        "  - none:\n      - first_purchase\n      - store_is: C\nthen: [earn_points: 5]\n",
    ) == [
        "r0.yaml:5:11: warning: 'tier_is' never holds together with the rest of this rule; leave it out",
        "r0.yaml:7:9: note: 'first_purchase' excludes nothing: the rest of this rule excludes it already",
        "r0.yaml:8:9: note: 'store_is' excludes nothing: the rest of this rule excludes it already",
    ]


def test_conditions_that_always_hold():
    assert told(
        "always-holds",
        "lane: all\nfrom: 2026-03-02\nuntil: 2026-03-06\nwhen:\n"
        "  - weekday_is: [mon, tue, wed, thu, fri]\n  - any: [is_member, is_guest]\n"
        "  - weekday_is: tue\nthen: [earn_points: 5]\n",
    ) == [
        "r0.yaml:6:5: note: 'weekday_is' holds for every purchase of this rule; leave it out",
    ]


OFF = "then: [percentage_off: 10]\n"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"lane: best\n{OFF}", f"lane: best\nwhen: [tier_is: gold]\n{OFF}"),
        (f"lane: best\n{OFF}", "lane: best\nthen: [percentage_off: {percent: 5, at_most: 3}]\n"),
        (f"lane: best\non: [category: food]\n{OFF}",
         "lane: best\npriority: 9\non: [category: food/tea, brand: Acme]\nlimits: [{uses: 1, per: all}]\nthen: [percentage_off: 9]\n"),
        ("lane: best\nwhen: [spent_at_least: 20]\nthen: [earn_points: 50, amount_off: 2]\n",
         "lane: best\nwhen: [spent_at_least: 30, weekday_is: tue]\nthen: [amount_off: 1]\n"),
        (f"lane: best\nuntil: 2026-12-31\n{OFF}",
         f"lane: best\nfrom: 2026-01-01\nuntil: 2026-12-31\n{OFF}"),
        ("lane: first\npriority: 1\nwhen: [is_member]\nthen: [earn_points: 1]\n",
         "lane: first\nwhen: [first_purchase]\nthen: [amount_off: 10]\n"),
        (f"lane: first\npriority: 1\n{OFF}", "lane: first\nwhen: [is_guest]\nthen: [percentage_off: 10]\n"),
    ],
    ids=range(7),
)  # fmt: skip
def test_a_rule_that_another_goes_before(one: str, other: str):
    (finding,) = told("shadowed", one, other)
    assert finding.startswith("r1.yaml:1:1: warning: this rule ")
    assert "'r0' in r0.yaml:1" in finding


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"lane: all\n{OFF}", f"lane: all\n{OFF}"),
        (f"lane: best\nlimits: [{{uses: 1, per: all}}]\n{OFF}", f"lane: best\n{OFF}"),
        ("lane: best\nthen: [percentage_off: {percent: 10, at_most: 5}]\n", f"lane: best\n{OFF}"),
        (f"lane: best\nwhen: [tier_is: gold]\n{OFF}", f"lane: best\nwhen: [is_member]\n{OFF}"),
        (f"lane: best\nuntil: 2026-12-30\n{OFF}", f"lane: best\nuntil: 2026-12-31\nwhen: [is_guest]\n{OFF}"),
        (f"lane: best\non: [brand: Acme]\n{OFF}", "lane: best\nthen: [percentage_off: 9]\n"),
        ("lane: best\nthen: [pay_for: {take: 3, pay: 2}]\n", "lane: best\nthen: [pay_for: {take: 3, pay: 2}]\non: [brand: Acme]\n"),
        (f"lane: first\n{OFF}", f"lane: first\npriority: 1\nwhen: [is_guest]\n{OFF}"),
        ("lane: first\npriority: 1\nthen: [earn_points: 1]\n", f"lane: first\n{OFF}"),
        (f"lane: best\n{OFF}", "lane: best\nthen: [multiply_points: 2]\n"),
        (f"lane: best\nwhen: [tier_is: gold]\n{OFF}", f"lane: best\nwhen: [any: [tier_is: gold, store_is: A]]\n{OFF}"),
        (f"lane: best\nnot_with: lane all\n{OFF}", f"lane: best\nwhen: [tier_is: gold]\n{OFF}"),
        (f"lane: best\n{OFF}", f"lane: best\nnot_with: r0\nwhen: [tier_is: gold]\n{OFF}"),
        (f"lane: best\n{OFF}", f"lane: best\nexclusive: purchase\nwhen: [tier_is: gold]\n{OFF}"),
    ],
    ids=range(14),
)  # fmt: skip
def test_a_rule_that_has_its_turn(one: str, other: str):
    assert [it for it in told("shadowed", one, other) if it.startswith("r1")] == []


TWICE = "lane: all\nwhen: [is_member, tier_is: gold]\nthen: [earn_points: 5]\n"


def test_two_rules_that_give_the_same():
    turned = TWICE.replace("is_member, tier_is: gold", "tier_is: gold, is_member")
    assert told("given-twice", TWICE, turned) == [
        "r1.yaml:1:1: warning: the rule 'r0' in r0.yaml:1 says the same; together they give it twice"
    ]
    june, july = f"until: 2026-06-30\n{TWICE}", f"from: 2026-07-01\n{TWICE}"
    assert told("given-twice", june, july) == []
    assert told("given-twice", TWICE, f"{TWICE}not_with: r0\n") == []


def test_dates():
    then = "lane: all\nthen: [earn_points: 5]\n"
    assert told(
        "dates",
        f"{then}until: 2026-06-14\n",
        f"{then}until: 2026-06-15\n",
        f"{then}from: 2026-06-16\n",
        f"{then}when: [on_dates: [2026-05-01, 2026-06-14]]\n",
        f"{then}when: [on_dates: [2026-05-01, 2026-06-20]]\n",
        f"{then}when: [date_between: {{from: 2026-01-01, until: 2026-06-30}}, weekday_is: mon]\nuntil: 2026-12-31\n",
        f"{then}when: [any: [on_dates: 2026-05-01, store_is: A]]\n",
        f"{then}when: [on_dates: 2028-05-01]\n",
    ) == [
        "r0.yaml:1:1: warning: this rule is over since 2026-06-14; remove it or give it new dates",
        "r2.yaml:1:1: note: this rule begins on 2026-06-16",
        "r3.yaml:1:1: warning: this rule never applies again: its conditions name only days that have passed",
        "r4.yaml:1:1: note: this rule never applies after 2026-06-20, by its conditions, though it has no end; say until: 2026-06-20",
        "r5.yaml:1:1: note: this rule never applies after 2026-06-30, by its conditions, though it goes on until 2026-12-31; say until: 2026-06-30",
    ]


def test_lanes_without_rules():
    assert told("unused-lanes", c_yaml="rule: c\nlane: all\nthen: [earn_points: 5]\n") == [
        "program.yaml:13:5: warning: no rule works in the lane 'first'"
    ]


def test_units_that_nothing_gives():
    plain = "rule: a\nlane: all\nthen: [{earn_per_amount: {points: 1, per: 1}}]\n"
    assert told("unearned-units") == []
    assert told("unearned-units", a_yaml=plain) == [
        "program.yaml:8:3: warning: no rule gives 'stamps' and no other unit turns into it",
        "program.yaml:9:3: warning: no rule gives 'coffees' and no other unit turns into it",
    ]


def test_codes_that_are_worth_nothing():
    gift = "voucher: gift\nlane: all\nthen: [worth_off]\n"
    files = {
        "vouchers/gift.yaml": gift,
        "a.yaml": "rule: a\nlane: all\nthen: [worth_off, give_voucher: gift]\n",
        "rewards/r.yaml": "reward: r\nkind: money_off\ntitle: R\nprice: {points: 5}\nvoucher: gift\n",
    }
    missing = "a code of 'gift' cannot be given: the voucher does not say what it is worth"
    assert told("worthless-codes", **files) == [
        "a.yaml:3:8: error: worth_off gives nothing here: only a voucher's own codes have a worth",
        f"a.yaml:3:19: error: {missing}",
        f"rewards/r.yaml:1:1: error: {missing}",
    ]
    files["vouchers/gift.yaml"] += "worth: 5.00\n"
    files["a.yaml"] = "rule: a\nlane: all\nthen: [give_voucher: gift]\n"
    assert told("worthless-codes", **files) == []


def test_multipliers_with_nothing_to_multiply():
    multiply = "then: [{multiply_points: {factor: 2, unit: stamps}}]\n"
    early = {
        "a_yaml": "rule: a\nlane: best\nthen: [{earn_points: {points: 1, unit: stamps}}, earn_points: 1]\n"
    }
    assert told("unearned-units", f"lane: all\n{multiply}") == []
    assert told("unearned-units", f"lane: first\n{multiply}", **early) == []
    assert told("unearned-units", f"lane: all\n{multiply}", **early) == [
        "r0.yaml:3:9: warning: nothing to multiply: no rule up to the lane 'all' earns 'stamps'"
    ]


@pytest.mark.parametrize(
    ("tiers", "finding"),
    [
        ("[{tier: x}, {tier: y}]", "note: the tier 'y' needs nothing, so it is only given by hand"),
        ("[{tier: x}, {tier: y, needs: {coffees: 5}}, {tier: z, needs: {spend: 5}}]", ""),
        ("[{tier: x}, {tier: y, needs: {spend: 5}}, {tier: z, needs: {spend: 5}}]",
         "warning: nobody stays in the tier 'y': whoever earns it earns 'z'"),
        ("[{tier: x}, {tier: y, needs: {spend: 5, visits: 2}}, {tier: z, needs: {spend: 4}}]",
         "warning: nobody stays in the tier 'y': whoever earns it earns 'z'"),
        ("[{tier: x}, {tier: y, needs: {spend: 5}}, {tier: z, needs: {spend: 4, visits: 9}}]", ""),
        ("[{tier: x}, {tier: y, needs: {spend: 5}}, {tier: z, needs: {spend: 4, visits: 9}}]\nneeds_all: no",
         "warning: nobody stays in the tier 'y': whoever earns it earns 'z'"),
    ],
    ids=range(6),
)  # fmt: skip
def test_tiers_that_nobody_reaches(tiers: str, finding: str):
    found = told("unreachable-tiers", tiers_yaml=f"tiers: {tiers}\n")
    assert found == ([f"tiers.yaml:1:{tiers.index('y') + 8}: {finding}"] if finding else [])


def test_a_tier_that_needs_points_nobody_earns():
    found = told(
        "unreachable-tiers",
        tiers_yaml="tiers: [{tier: x}, {tier: y, needs: {stamps: 5}}]\n",
        a_yaml="rule: a\nlane: all\nthen: [earn_points: 5]\n",
    )
    assert found == [
        "tiers.yaml:1:27: warning: nobody reaches the tier 'y': no rule gives 'stamps'"
    ]


@pytest.mark.parametrize(
    ("rule", "finding"),
    [
        ("then: [earn_points: 50]\nlimits: [{points: 50, per: purchase}]\n",
         "warning: the limit of 50 points per purchase is never reached: no purchase counts more than it allows"),
        ("then: [earn_points: 50]\nlimits: [{points: 49, per: purchase, short: refuse}]\n",
         "error: the limit of 49 points per purchase refuses the rule each time: it gives 50"),
        ("then: [earn_points: 50]\nlimits: [{points: 49, per: all, period: day, short: refuse}]\n",
         "error: the limit of 49 points per all each day refuses the rule each time: it gives 50"),
        ("then: [earn_points: 50]\nlimits: [{points: 49, per: member}]\n",
         "warning: the limit of 49 points per member always cuts the rule short: it gives 50"),
        ("when: [first_purchase]\nthen: [earn_points: 50]\nlimits: [{uses: 1, per: member}]\n",
         "warning: the limit of 1 uses per member is never reached: the rule applies to one purchase of a member"),
        ("then: [percentage_off: 5]\nlimits: [{points: 50, per: member}]\n",
         "warning: the limit of 50 points per member counts points, and the rule gives none"),
        ("then: [earn_points: 5]\nlimits: [{money: 50, per: member}]\n",
         "warning: the limit of money per member counts money, and the rule gives none"),
        ("then: [earn_points: 5]\nlimits: [{points: 10, per: member, period: day}, {points: 310, per: member, period: month}]\n",
         "warning: the limit of 310 points per member each month is never reached: that of 10 points per member each day is before it"),
        ("then: [earn_points: 5]\nlimits: [{points: 20, per: member, period: month}, {points: 20, per: member, period: day}]\n",
         "warning: the limit of 20 points per member each day is never reached: that of 20 points per member each month is before it"),
        ("then: [earn_points: 5]\nlimits: [{points: 20, per: member}, {points: 20, per: all}]\n",
         "warning: the limit of 20 points per member is never reached: that of 20 points per all is before it"),
        ("from: 2026-03-01\nuntil: 2026-03-10\nthen: [earn_points: 5]\nlimits: [{uses: 2, per: member, period: day}, {uses: 20, per: member}]\n",
         "warning: the limit of 20 uses per member is never reached: that of 2 uses per member each day is before it"),
    ],
    ids=range(11),
)  # fmt: skip
def test_limits_that_do_nothing_or_too_much(rule: str, finding: str):
    rule = rule.replace("2026-03", "2026-07")
    assert told("idle-limits", f"lane: all\n{rule}") == [f"r0.yaml:1:1: {finding}"]


@pytest.mark.parametrize(
    "rule",
    [
        "then: [earn_points: 50]\nlimits: [{points: 49, per: purchase}, {points: 490, per: member}]\n"
        .replace("earn_points: 50", "earn_per_unit: 50"),
        "when: [nth_purchase: 2]\nthen: [earn_points: 50]\nlimits: [{uses: 1, per: all}]\n",
        "then: [earn_points: 5]\nlimits: [{uses: 6, per: member, period: week}, {uses: 6, per: member, period: month}]\n",
        "then: [earn_points: 5]\nlimits: [{points: 10, per: member, period: day}, {points: 309, per: member, period: month}]\n",
        "then: [amount_off: 5]\nlimits: [{money: 50, per: member}]\n",
        "then: [earn_points: 5]\nlimits: [{uses: 20, per: store}, {uses: 10, per: member}]\n",
        "when: [voucher_is: X]\nthen: [earn_points: 5]\nlimits: [{uses: 1, per: code}]\n",
        "then: [earn_points: 500, amount_off: 5]\nlimits: [{liability: 9.99, per: purchase}]\n",
        "then: [earn_points: 5]\nlimits: [{uses: 2, per: member}, {uses: 3, per: household}]\n",
    ],
    ids=range(9),
)  # fmt: skip
def test_limits_that_work(rule: str):
    assert told("idle-limits", f"lane: all\n{rule}") == []


@pytest.mark.parametrize(("codes", "told"), [("[SPRING10]", False), ("single", True)])
def test_a_limit_per_code_counts_codes_that_many_know(codes: str, told: bool):
    source = {
        "program.yaml": PROGRAM,
        "vouchers/spring.yaml": f"voucher: spring\nlane: all\ncodes: {codes}\n"
        "then: [amount_off: 5]\nlimits: [{uses: 500, per: code}]\n",
    }
    book = parse_rulebook(source, standard_words())
    findings = [it for it in findings_of(Ground(book, TODAY)) if it.check == "idle-limits"]
    assert bool(findings) is told


SPRING = PROGRAM + "campaigns: {spring: {limits: [%s]}}\n"


@pytest.mark.parametrize(
    ("limits", "rules", "findings"),
    [
        ("{points: 50}", [], ["program.yaml:16:13: warning: campaign 'spring': no rule belongs to it"]),
        ("{points: 50}", ["until: 2026-01-01\nthen: [earn_points: 5]"],
         ["program.yaml:16:13: warning: campaign 'spring': all rules are over or never apply"]),
        ("{points: 50}", ["then: [amount_off: 5]", "then: [percentage_off: 5]"],
         ["program.yaml:16:13: warning: campaign 'spring': the limit of 50 points per campaign counts points, and none of its rules gives any"]),
        ("{money: 9}", ["then: [amount_off: 5]", "then: [earn_points: 5]"], []),
        ("{uses: 5, per: code}", ["then: [amount_off: 5]"],
         ["program.yaml:16:13: warning: campaign 'spring': the limit of 5 uses per code counts for each voucher, and none of its rules asks for one"]),
        ("{uses: 5, per: code}", ["when: [voucher_is: X]\nthen: [amount_off: 5]"], []),
        ("{liability: 5.10, per: purchase}", ["then: [amount_off: 5]", "then: [earn_points: 10]"],
         ["program.yaml:16:13: warning: campaign 'spring': the limit of liability per purchase is never reached: no purchase counts more than it allows"]),
        ("{liability: 5.09, per: purchase}", ["then: [amount_off: 5]", "then: [earn_points: 10]"], []),
        ("{uses: 1, per: purchase}", ["then: [amount_off: 5]", "then: [earn_points: 10]"],
         ["program.yaml:16:13: warning: campaign 'spring': the limit of 1 uses per purchase is never reached: no purchase counts more than it allows"]),
        ("{points: 50}, {points: 60, per: member}", ["then: [earn_per_unit: 5]"],
         ["program.yaml:16:13: warning: campaign 'spring': the limit of 60 points per member is never reached: that of 50 points per campaign is before it"]),
        ("{points: 50, period: day}, {points: 1600, period: month}", ["then: [earn_per_unit: 5]"],
         ["program.yaml:16:13: warning: campaign 'spring': the limit of 1600 points per campaign each month is never reached: that of 50 points per campaign each day is before it"]),
        ("{points: 50, per: member}, {points: 60}", ["then: [earn_per_unit: 5]"], []),
        ("{points: 50}", ["then: [earn_points: 51]", "then: [earn_points: 50]"],
         ["r0.yaml:1:1: warning: the limit of 50 points per campaign of campaign 'spring' always cuts the rule short: it gives 51"]),
        ("{points: 50, short: refuse}", ["then: [earn_points: 51]"],
         ["r0.yaml:1:1: error: the limit of 50 points per campaign of campaign 'spring' refuses the rule each time: it gives 51"]),
    ],
    ids=range(14),
)  # fmt: skip
def test_campaigns_that_do_nothing_or_too_much(limits: str, rules: list[str], findings: list[str]):
    belonging = [f"lane: all\ncampaign: spring\n{rule}\n" for rule in rules]
    assert told("campaigns", *belonging, program_yaml=SPRING % limits) == findings


def test_a_limit_that_the_campaign_reaches_before():
    rule = "lane: all\ncampaign: spring\nthen: [earn_per_unit: 5]\nlimits: [{points: %s, per: member}]\n"
    program = SPRING % "{points: 50}"
    assert told("idle-limits", rule % 60, rule % 40, program_yaml=program) == [
        "r0.yaml:1:1: warning: the limit of 60 points per member is never reached: that of 50 points per campaign is before it"
    ]


def test_titles_that_stand_twice():
    titled = "lane: all\ntitle: {{fr: {}, en: {}}}\nthen: [earn_points: 5]\n"
    first, second = titled.format("Un", "A gift"), titled.format("Deux", "a  Gift")
    assert told("same-titles", first, second, titled.format("Trois", "Three")) == [
        "r1.yaml:1:1: warning: the rule 'r0' in r0.yaml:1 has the same title, 'a  Gift'"
    ]
    table = "table: t\ntitle: T\nlane: all\nthen: [earn_points: 5]\n"
    assert told("same-titles", t_yaml=table, t_csv="when store_is\nA\nB\n") == []


def test_texts_that_lack_a_language():
    rule = "lane: all\ntitle: Un\nthen:\n  - show_message: {fr: Merci}\n"
    assert told("missing-languages", rule) == [
        "r0.yaml:1:1: note: the title lacks 'en'",
        "r0.yaml:5:5: note: show_message lacks 'en'",
    ]


def test_rows_whose_number_is_counted_by():
    table = "table: t\nlane: all\nthen: [earn_points: 5]\nlimits: [{uses: 2, per: member}]\n"
    (finding,) = told("numbered-rows", t_yaml=table, t_csv="when store_is\nA\nB\n")
    assert finding.startswith("t.csv:2:1: warning: limits are counted by a rule's id")
    assert told("numbered-rows", t_yaml=table, t_csv="id,when store_is\nx,A\n") == []
    free = table.replace("limits: [{uses: 2, per: member}]", "")
    assert told("numbered-rows", t_yaml=free, t_csv="when store_is\nA\n") == []


CATALOGUE = Assortment({"T1": Item("food/tea", "Acme"), "T2": Item("food/oil", "Bolt")})


def test_products_that_the_catalogue_does_not_have():
    rule = (
        "lane: all\nwhen:\n  - any: [has_sku: [T1, T9], has_brand: Acmee]\n"
        "  - spends_on: {category: [food, foot], at_least: 5}\n"
        "on: [category: food/tea/green, brand: Bolt]\nthen: [earn_points: 5]\n"
    )
    assert told("unknown-products", rule) == []
    assert told("unknown-products", rule, assortment=CATALOGUE) == [
        "r0.yaml:4:11: warning: the catalogue has no item 'T9'",
        "r0.yaml:4:30: warning: the catalogue has no brand 'Acmee'. Did you mean 'Acme'?",
        "r0.yaml:5:5: warning: the catalogue has no category 'foot'. Did you mean 'food'?",
        "r0.yaml:6:6: warning: the catalogue has no category 'food/tea/green'. Did you mean 'food/tea'?",
    ]
    bare = Assortment({"T1": Item(), "T9": Item()})
    assert told("unknown-products", rule, assortment=bare) == []


def test_a_catalogue_is_read_from_csv():
    findings = Findings("c.csv")
    text = "\ufeffName;SKU;Category;price\nTea;T1;food/tea;3,50\nOil;T2;;\n"
    assert read_assortment(text, findings) == Assortment({"T1": Item("food/tea"), "T2": Item()})
    assert findings.faults == []
    assert read_assortment("skuu,brand\nT1,Acme\n", findings) is None
    assert read_assortment("sku,brand\nT1,Acme\n,Bolt\n", findings) is not None
    assert [str(it) for it in findings.faults] == [
        "c.csv:1:1: a column 'sku' is needed; there is 'skuu', 'brand'. Did you mean 'sku'?",
        "c.csv:3:1: a sku is missing",
    ]


def test_what_many_rows_share_is_told_of_a_few():
    found = [
        Finding("x", Level.NOTE, Place("t.csv", n, 1), "so it is" if n else "otherwise")
        for n in range(100)
    ]
    kept = summed_up(found)
    assert len(kept) == 1 + MOST_ALIKE
    assert kept[-1].text == "so it is (and 94 more like it)"


def test_what_differs_in_a_day_alone_is_summed_up_too():
    found = [
        Finding("x", Level.NOTE, Place("a.csv", row, 1), f"over since 2026-01-{row}; so it is")
        for row in range(10, 30)
    ]
    kept = summed_up(found)
    assert len(kept) == MOST_ALIKE
    assert kept[-1].text == "over since 2026-01-14; so it is (and 15 more like it)"


# --- a rule that is said to be shadowed never matters --------------------------------------------

EFFECTS: st.SearchStrategy[Effect] = st.one_of(
    st.builds(PercentageOff, st.sampled_from([1000, 2000]), st.sampled_from([None, 50])),
    st.builds(AmountOff, st.sampled_from([1, 100])),
    st.builds(AmountOffEach, st.sampled_from([1, 100])),
    st.builds(FixedPrice, st.sampled_from([0, 100, 450])),
    st.builds(EarnFixed, st.sampled_from([1, 2])),
    st.builds(EarnPerAmount, st.just(Fraction(1)), st.sampled_from([1, 300])),
    st.builds(PayFor, st.just(2), st.just(1)),
    st.just(ShowMessage('{"fr": "x"}')),  # type: ignore[arg-type]
)
FEW_EFFECTS = st.sampled_from(
    [PercentageOff(1000), PercentageOff(2000), AmountOff(100), EarnFixed(5), EarnFixed(1)]
)
SIMPLE = st.sampled_from(
    [TierIs(("gold",)), IsMember(), StoreIs(("S1",)), Any((TierIs(("gold",)), StoreIs(("S1",))))]
)


def rules_of(when: st.SearchStrategy, on: st.SearchStrategy, then: st.SearchStrategy):
    return st.tuples(
        st.lists(when, max_size=2), st.lists(on, max_size=1), st.lists(then, min_size=1, max_size=2),
        st.integers(0, 1), st.booleans(), st.sampled_from([9, 9, 0, 1, 2]),
    )  # fmt: skip


RULES = rules_of(SIMPLE, st.just(Brand(("Acme",))), FEW_EFFECTS) | rules_of(WHEN, ON, EFFECTS)


def rulebook(stacking: Stacking, parts: Sequence[tuple]) -> Rulebook:
    made = book()
    lane = replace(made.program.lanes[0], stacking=stacking)
    rules = [
        Rule(
            f"r{n}", {}, "all", _of(when, Condition), _of(on, Selector), tuple(then),
            Place("r.yaml", n + 1, 1), priority=priority,
            limits=(Limit(Measure.USES, 1, Scope.ALL),) if limited else (),
            not_with=(NotWith(Named.RULE, f"r{apart}", Place("r.yaml", 1, 1)),) if apart != n else (),
        )
        for n, (when, on, then, priority, limited, apart) in enumerate(parts)
    ]  # fmt: skip
    return replace(made, program=replace(made.program, lanes=(lane,)), rules=tuple(rules))


def _of(words: Sequence, kind: type) -> tuple:
    return tuple(it for it in words if isinstance(it, kind))


def worth(decision: Decision) -> Fraction:
    money = sum(it.total for it in decision.reductions)
    return sum(decision.points().values()) + Fraction(money)


@settings(max_examples=150)
@given(
    st.sampled_from([Stacking.FIRST, Stacking.BEST, Stacking.BEST_PER_LINE]),
    st.lists(RULES, min_size=2, max_size=3),
    st.lists(purchases(), min_size=1, max_size=5),
)
def test_a_shadowed_rule_changes_nothing(
    stacking: Stacking, parts: Sequence[tuple], several: Sequence[Facts]
):
    made = rulebook(stacking, parts)
    for finding in all_checks()["shadowed"](Ground(made, TODAY)):
        name = f"r{finding.place.line - 1}"
        without = replace(made, rules=tuple(it for it in made.rules if it.id != name))
        full = dict.fromkeys(made.limits, 0)
        for facts in [*several, *(replace(it, headroom=full) for it in several)]:
            whole, less = decide(made, facts), decide(without, facts)
            assert worth(whole) == worth(less)
            if stacking is Stacking.FIRST:
                # A guest is given no points, so a lane that gives only points has no first.
                giving = {
                    it.rule for it in whole.verdicts if it.discount or any(it.granted.values())
                }
                assert name not in giving


@pytest.mark.parametrize("name", ["grocer", "fashion"])
def test_the_programmes_that_come_with_the_engine_are_sound(name: str):
    folder = Path(__file__).parents[2] / "rules" / name
    source = {str(it.relative_to(folder)): it.read_text() for it in folder.rglob("*.yaml")}
    found = findings_of(Ground(parse_rulebook(source, standard_words()), date(2026, 6, 18)))
    assert [str(it) for it in found if it.level is not Level.NOTE] == []


def test_codes_that_are_soon_guessed():
    short = "voucher: short\nlane: all\ncharacters: 7\nthen: [amount_off: 1]\n"
    coupon = "voucher: coupon\nlane: all\ngcn: 9501101020917\nthen: [amount_off: 1]\n"
    many = "voucher: many\nlane: all\ncodes: [SUMMER]\nthen: [amount_off: 1]\n"
    long = "voucher: long\nlane: all\nthen: [amount_off: 1]\n"
    files = {f"vouchers/{it[9:12]}.yaml": it for it in (short, coupon, many, long)}
    # 10,000 wrong codes an hour, at most one good one in a hundred years:
    # of 30 ** 7 * 5 / 6 codes and of 10 ** 12
    assert told("guessable-codes", **files) == [
        (
            "vouchers/cou.yaml:1:1: note: codes of 12 digits are safe from guessing while no more"
            " than 114 can be used at a time"
        ),
        (
            "vouchers/sho.yaml:1:1: note: codes of 7 characters are safe from guessing while no more"
            " than 2 can be used at a time"
        ),
    ]


def test_a_share_that_was_to_be_a_percentage():
    def rule(percent: str) -> str:
        return f"lane: all\nthen: [percentage_off: {{percent: {percent}, at_most: 5.00}}]\n"

    assert told("tiny-percentages", rule("0.1")) == [
        (
            "r0.yaml:3:8: note: percentage_off is 0.1 per cent, less than one; "
            "if 0.1 of the price is meant, write 10"
        )
    ]
    assert told("tiny-percentages", rule("1"), rule("12.5")) == []


# --- nothing takes without end, and nothing breaks -----------------------------------------------

MANY = {
    "groups": "  - any: [{spent_at_least: 5.00}, {store_is: a}, {touchpoint_is: web}]\n" * 190,
    "pairs": "".join(f"  - any: [{{store_is: s{it}}}, {{weekday_is: mon}}]\n" for it in range(100)),
    "parts": "  - any:\n" + "      - spent_at_least: 5.00\n" * 199,
    "wide": ("  - any: [{spent_at_least: 5.00}" + ", {store_is: a}" * 50 + "]\n") * 60,
}


@pytest.mark.parametrize("when", MANY.values(), ids=MANY)
def test_looking_at_a_rule_has_an_end(when: str):
    # Each case of each group with each case of all others would be looked at for minutes.
    text = f"rule: r\nlane: all\nwhen:\n{when}then: [{{earn_points: 1}}]\n"
    rulebook = parse_rulebook({"program.yaml": PROGRAM, "r.yaml": text}, standard_words())
    looked = 0

    def count(frame: object, event: str, _: object) -> None:
        nonlocal looked
        looked += event == "call" and frame.f_code is narrowed.__code__  # type: ignore[attr-defined]

    sys.setprofile(count)
    try:
        findings_of(Ground(rulebook, TODAY))
    finally:
        sys.setprofile(None)
    assert looked < 100_000


@pytest.mark.parametrize("key", ["repeat: FREQ=WEEKLY;BYDAY=MO", "until: 2026-12-24 18:00"])
def test_conditions_that_keys_make_are_no_words_of_a_file(key: str):
    text = f"rule: r\ntitle: R\nlane: all\nfrom: 2026-01-05\n{key}\nthen: [{{earn_points: 1}}]\n"
    rulebook = parse_rulebook({"program.yaml": PROGRAM, "r.yaml": text}, standard_words())
    found = findings_of(Ground(rulebook, TODAY, Assortment({"P1": Item("food", "")})))
    assert "missing-languages" in {it.check for it in found}
