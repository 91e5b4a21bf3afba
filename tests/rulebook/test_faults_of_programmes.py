"""Every fault that program.yaml and tiers.yaml can have, as their writer reads it."""

from dataclasses import fields

import pytest

from loyalty_engine.domain.switches import Switches
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from tests.rulebook.sample_words import PROGRAM, RULE, SHOP, TIERS, WORDS, faults

PROGRAM_FAULTS = {
    (
        "touchpoints",
        "campaigns:\n  a b: {}\n  spring: {limits: [{uses: 1}, {uses: 2, per: campaign}, {points: 1, per: all}]}\n  idle: {}\ntouchpoints",
    ): [
        "12:3: campaigns: 'a b' is not a name: small letters, digits and single - or _ between them. Did you mean 'a-b'?",
        "13:32: campaigns.spring.limits: uses per campaign for life are limited already",
        "13:75: campaigns.spring.limits: what a campaign gives in all is limited per 'campaign', or leave 'per' out",
        "14:9: campaigns.idle: a campaign needs 'limits'",
    ],
    ("program: shop", "program: My Shop"): [
        "1:10: program: 'My Shop' is not a name: small letters, digits and single - or _ between them. Did you mean 'my-shop'?",
    ],
    ("title: Shop\n", ""): [
        "1:1: program.yaml needs 'title'",
    ],
    ("zone: Europe/Paris\ncurrency: EUR\n", ""): [
        "1:1: program.yaml needs 'zone' and 'currency'",
    ],
    ("touchpoints", "touch_points"): [
        "11:1: no key 'touch_points' in program.yaml. Did you mean 'touchpoints'?",
    ],
    ("Europe/Paris", "Paris"): [
        "3:7: zone: no time zone 'Paris'. Did you mean 'Europe/Paris'?",
    ],
    ("Europe/Paris", "../x"): [
        "3:7: zone: no time zone '../x'",
    ],
    ("EUR", "eur"): [
        "4:11: currency: no ISO 4217 currency 'eur'. Did you mean 'EUR'?",
    ],
    ("EUR", "€"): [
        "4:11: currency: no ISO 4217 currency '€'",
    ],
    ("EUR", "XAU"): [
        "4:11: currency: no ISO 4217 currency 'XAU'. Did you mean 'XAF'?",
    ],
    ("[en, fr]", "[english, fr]"): [
        "5:13: languages: 'english' is not a language tag such as en, fr or pt-BR",
    ],
    ("[en, fr]", "[fr, fr]"): [
        "5:17: languages: 'fr' stands twice",
    ],
    ("[en, fr]", "[]"): [
        "5:12: languages: the list is empty",
    ],
    ("{points: {value: 0.01}, stamps: {}}", "{}"): [
        "6:8: units: at least one unit is needed, such as 'points: {}'",
    ],
    ("{points: {value: 0.01}, stamps: {}}", "[points]"): [
        "6:8: units: this is written as a mapping, 'key: value'",
    ],
    ("stamps: {}", "St amps: {}"): [
        "6:32: units: 'St amps' is not a name: small letters, digits and single - or _ between them. Did you mean 'st-amps'?",
    ],
    (
        "stamps: {}",
        "stamps: {vallu: 0, tender: -1, expires: sometimes, pending: 3 months, rounding: nearest, shortfall: det, converts: {each: 0, into: stamps}}",
    ): [
        "6:41: units.stamps: no key 'vallu' in a unit. Did you mean 'value'?",
        "6:59: units.stamps.tender: '-1' is negative",
        "6:72: units.stamps.expires: 'sometimes' is not a length such as 12 months",
        "6:92: units.stamps.pending: '3 months' is not a length in hours, days or weeks",
        "6:112: units.stamps.rounding: 'nearest' is none of down, up, half_up",
        "6:132: units.stamps.shortfall: 'det' is none of debt, zero, pending_only. Did you mean 'debt'?",
        "6:147: units.stamps.converts: this needs 'at_least' and 'gives'",
        "6:154: units.stamps.converts.each: 0 is less than 1",
        "6:163: units.stamps.converts.into: no other unit 'stamps' (points)",
    ],
    (
        "stamps: {}",
        "stamps: {tender: {wurth: 1, at_least: 0, step: -1, at_most: 101%, rounding: uup}}, miles: {tender: {worth: 1, at_least: 5, step: 10}}",
    ): [
        "6:50: units.stamps.tender: no key 'wurth' in tender. Did you mean 'worth'?",
        "6:70: units.stamps.tender.at_least: 0 is less than 1",
        "6:79: units.stamps.tender.step: -1 is less than 1",
        "6:92: units.stamps.tender.at_most: write a share above 0% and of at most 100%",
        "6:108: units.stamps.tender.rounding: 'uup' is none of down, up, half_up. Did you mean 'up'?",
        "6:131: units.miles.tender: at_least: 5 is no whole number of steps of 10",
    ],
    (
        "stamps: {}",
        "stamps: {value: 0, expires: {after: 12 months, on: 31 dec}, pending: {after: 1 week, by_tier: {glod: 1 day, gold: 2 hours}}, rounding: {mode: upp, per: basket, x: y}, converts: {each: 1, at_least: 1, into: coffee, gives: 1}}",
    ): [
        "6:48: units.stamps.value: leave it out where a point is worth nothing",
        "6:60: units.stamps.expires: points expire 'after' a time, after 'inactivity', 'on' a day or 'by_month'; say one of them",
        "6:127: units.stamps.pending.by_tier: no key 'glod' in by_tier. Did you mean 'gold'?",
        "6:146: units.stamps.pending.by_tier.gold: '2 hours' is not a length in days or weeks",
        "6:174: units.stamps.rounding.mode: 'upp' is none of down, up, half_up. Did you mean 'up'?",
        "6:184: units.stamps.rounding.per: 'basket' is none of purchase, line, unit",
        "6:192: units.stamps.rounding: no key 'x' in rounding; it has mode, per",
        "6:238: units.stamps.converts.into: no other unit 'coffee' (points)",
    ],
    ("stamps: {}", "stamps: {expires: {after: 12 moths, round_up: monat}}"): [
        "6:58: units.stamps.expires.after: '12 moths' is not a length in days, weeks, months or years. Did you mean 'months'?",
        "6:78: units.stamps.expires.round_up: 'monat' is none of none, day, week, month, quarter, half_year, year. Did you mean 'month'?",
    ],
    ("stamps: {}", "stamps: {expires: {inactivity: 60 days, renewed_by: [purchases]}}"): [
        "6:85: units.stamps.expires.renewed_by: no activity 'purchases'. Did you mean 'purchase'?",
    ],
    ("stamps: {}", "stamps: {gifts: {at_least: 20, at_most: 10, ends: new}}"): [
        "6:48: units.stamps.gifts: nothing can be given: at_least 20, at_most 10",
        "6:82: units.stamps.gifts.ends: 'new' is none of kept, anew. Did you mean 'anew'?",
    ],
    ("stamps: {}", "stamps: {expires: 1 year 2 years}"): [
        "6:50: units.stamps.expires: '1 year 2 years' is not a length in days, weeks, months or years",
    ],
    ("stamps: {}", "stamps: {expires: 200 years}"): [
        "6:50: units.stamps.expires: a time is at most 100 years",
    ],
    ("stamps: {}", "stamps: {expires: {after: 1 year, years_ahead: 1}}"): [
        "6:66: units.stamps.expires: 'years_ahead' does not go with 'after'",
    ],
    ("stamps: {}", "stamps: {expires: {round_up: month}}"): [
        "6:50: units.stamps.expires: points expire 'after' a time, after 'inactivity', 'on' a day or 'by_month'; say one of them",
    ],
    ("stamps: {}", "stamps: {expires: {on: 30 feb}}"): [
        "6:55: units.stamps.expires.on: there is no day 30 feb",
    ],
    ("stamps: {}", "stamps: {expires: {on: 31 decembre}}"): [
        "6:55: units.stamps.expires.on: 'decembre' is not the name of a month. Did you mean 'december'?",
    ],
    ("stamps: {}", "stamps: {expires: {on: 31/12}}"): [
        "6:55: units.stamps.expires.on: '31/12' is not a day of the year such as 31 dec",
    ],
    ("stamps: {}", "stamps: {expires: {on: 30 apr, years_ahead: 1000}}"): [
        "6:50: units.stamps.expires: a date lies from 0 to 100 years ahead",
    ],
    (
        "stamps: {}",
        "stamps: {expires: {by_month: [{earned: nov to jan, until: 31 jan}, {earned: jan, til: 3 feb}]}}",
    ): [
        "6:71: units.stamps.expires.by_month.earned: 'nov to jan' passes New Year; write two entries, one for each year",
        "6:113: units.stamps.expires.by_month: no key 'til' in an entry of by_month. Did you mean 'until'?",
    ],
    ("stamps: {}", "stamps: {expires: {by_month: [{earned: jan to oct, until: 31 jan}]}}"): [
        "6:61: units.stamps.expires.by_month: the entries together name every month of the year once",
    ],
    ("stamps: {}", "stamps: {expires: {by_month: []}}"): [
        "6:61: units.stamps.expires.by_month: the entries together name every month of the year once",
    ],
    ("stamps: {}", "stamps: {expires: {by_month: [{earned: 1-3, until: 31 jan}]}}"): [
        "6:71: units.stamps.expires.by_month.earned: '1-3' is not a span of months such as jan to oct",
    ],
    ("stamps: {}", "stamps: {pending: 9999999 days}"): [
        "6:50: units.stamps.pending: a time is at most 100 years",
    ],
    ("stamps: {}", "stamps: {pending: {by_tier: {gold: 1 day}}}"): [
        "6:50: units.stamps.pending: this needs 'after'",
    ],
    (
        "[{base: all}, {bonus: best}]",
        "[{base: al}, {bonus: {stacking: bst, multiplier: add}}, base, {Big: all}]",
    ): [
        "7:16: lanes.base: 'al' is none of all, best, first, best_combination, best_per_line. Did you mean 'all'?",
        "7:40: lanes.bonus.stacking: 'bst' is none of all, best, first, best_combination, best_per_line. Did you mean 'best'?",
        "7:45: lanes.bonus: no key 'multiplier' in a lane. Did you mean 'multipliers'?",
        "7:64: lanes: lane 'base' stands twice",
        "7:71: lanes: 'Big' is not a name: small letters, digits and single - or _ between them. Did you mean 'big'?",
    ],
    ("[{base: all}, {bonus: best}]", "[]"): [
        "7:8: lanes: nothing stands here",
    ],
    ("[{base: all}, {bonus: best}]", "[{base: [all]}]"): [
        "7:16: lanes.base: a lane is written as a mapping, 'key: value'",
    ],
    ("{type: date, purpose: a present}", "{type: dat}"): [
        "9:13: attributes.birthday: an attribute needs 'purpose'",
        "9:20: attributes.birthday.type: no type 'dat'. Did you mean 'date'?",
    ],
    ("{type: date, purpose: a present}", "yes"): [
        "9:13: attributes.birthday: an attribute is written as a mapping, 'key: value'",
    ],
    ("[none, vegan]", "[]"): [
        "10:47: attributes.diet.one_of: the list is empty",
    ],
    (
        "type: text, purpose: offers, one_of: [none, vegan]",
        "type: integer, purpose: offers, one_of: [1, x]",
    ): [
        "10:54: attributes.diet.one_of: 'x' is not a whole number such as 12",
    ],
    ("diet:", "Diet:"): [
        "10:3: attributes: 'Diet' is not a name: small letters, digits and single - or _ between them. Did you mean 'diet'?",
    ],
    ("[till, web]", "[till, till]"): [
        "11:21: touchpoints: 'till' stands twice",
    ],
    ("[till, web]", "Till"): [
        "11:14: touchpoints: 'Till' is not a name: small letters, digits and single - or _ between them. Did you mean 'till'?",
    ],
    (
        "[till, web]\n",
        "[till]\nswitches: {lost_discount: lost, overspent: refused, late_days: -1, claim_days: 9999999, lowest_price_percent: 101, enrol_on_first_purchase: oui}\n",
    ): [
        "12:27: switches.lost_discount: 'lost' is none of deducted, kept",
        "12:33: no key 'overspent' in switches. Did you mean 'overspend'?",
        "12:64: switches.late_days: -1 is not from 0 to 100000",
        "12:80: switches.claim_days: 9999999 is not from 0 to 100000",
        "12:111: switches.lowest_price_percent: 101 is not from 0 to 100",
        "12:141: switches.enrol_on_first_purchase: 'oui' is neither yes nor no",
    ],
    ("[till, web]\n", "[till]\nswitches: [late_days]\n"): [
        "12:11: switches takes a mapping with " + ", ".join(each.name for each in fields(Switches)),
    ],
    ("[till, web]\n", "[till]\nswiches: {}\n"): [
        "12:1: no key 'swiches' in program.yaml. Did you mean 'switches'?",
    ],
    ("program: shop\n", "program: shop\nprogram: shop\n"): [
        "2:1: 'program' stands already in line 1",
    ],
}

TIERS_FAULTS = {
    "": [
        "1:1: the file is empty",
    ],
    "tiers: []\n": [
        "1:8: tiers: a list of tiers is needed here, the lowest first",
    ],
    "tiers: {a: b}\n": [
        "1:8: tiers: a list of tiers is needed here, the lowest first",
    ],
    "tier: []\n": [
        "1:1: no key 'tier' in tiers.yaml. Did you mean 'tiers'?",
    ],
    "[]": [
        "1:1: tiers.yaml is written as a mapping, 'key: value'",
    ],
    "tiers:\n- {tier: a, needs: {spend: 5}}\n": [
        "2:3: tiers: the lowest tier, 'a', needs nothing",
    ],
    "tiers:\n- tier: a\n- tier: a\n": [
        "3:3: tiers: tier 'a' stands twice",
    ],
    "tiers:\n- tier: a\n- {tier: b, needs: {spend: 0}}\n- {tier: C c, title: {xx: y}, needs: {spnd: 5, visits: x, point: 4}}\n- gold\n- {needs: [spend]}\n": [
        "3:28: tiers.needs.spend: what a tier needs is more than 0",
        "4:10: tiers.tier: 'C c' is not a name: small letters, digits and single - or _ between them. Did you mean 'c-c'?",
        "4:22: tiers.title: a text by language needs 'en'",
        "4:23: tiers.title: no key 'xx' in a text by language; it has en, fr",
        "4:39: tiers.needs: no key 'spnd' in needs. Did you mean 'spend'?",
        "4:56: tiers.needs.visits: 'x' is not a whole number such as 12",
        "4:59: tiers.needs: no key 'point' in needs. Did you mean 'points'?",
        "5:3: tiers: a tier is written as a mapping, 'key: value'",
        "6:3: tiers: a tier needs 'tier'",
        "6:11: tiers.needs: this is written as a mapping, 'key: value'",
    ],
    "tiers: [{tier: a}]\nwindow: calender_year\ndown: nevr\nkeep: always\ngrace: 3 hours\nneeds_all: perhaps\n": [
        "2:9: window: 'calender_year' is none of calendar_year, anniversary, rolling, tier_start, lifetime. Did you mean 'calendar_year'?",
        "3:7: down: 'nevr' is none of never, one_step, to_earned. Did you mean 'never'?",
        "4:7: keep: 'always' is none of end_of_period, end_of_next_period",
        "5:8: grace: '3 hours' is not a length in days, weeks, months or years",
        "6:12: needs_all: 'perhaps' is neither yes nor no",
    ],
    "tiers: [{tier: a}]\nwindow: {rolling: 12 months, tier_start: 1 year}\n": [
        "2:9: window: a window is either 'rolling' or 'tier_start' with its length",
    ],
    "tiers: [{tier: a}]\nwindow: {rolling: 12 days}\ngrace: {after: 1 month, round_up: decade, for: x}\n": [
        "2:19: window.rolling: '12 days' is not a length in months or years",
        "3:35: grace.round_up: 'decade' is none of none, day, week, month, quarter, half_year, year",
        "3:43: grace: no key 'for' in grace; it has after, round_up",
    ],
    "tiers: [{tier: a}]\nwindow: {rolling: 0 months}\n": [
        "2:19: window.rolling: a window has at least one month",
    ],
    "tiers: [{tier: a}]\nwindow: {rolling: 999 years}\ngrace: 200 years\n": [
        "2:9: window: a window has from 1 to 1200 months",
        "3:8: grace: a grace has from 0 to 1200 months and from 0 to 36600 days",
    ],
    "tiers: [{tier: a}]\nwindow: {lifetime: yes}\n": [
        "2:9: window: a window is either 'rolling' or 'tier_start' with its length",
        "2:10: window: no key 'lifetime' in window; it has rolling, tier_start",
    ],
}


@pytest.mark.parametrize(("change", "told"), PROGRAM_FAULTS.items())
def test_faults_of_program_yaml(change: tuple[str, str], told: list[str]):
    text = PROGRAM.replace(*change)
    assert text != PROGRAM
    assert faults(program=text) == [f"program.yaml:{each}" for each in told]


@pytest.mark.parametrize(("text", "told"), TIERS_FAULTS.items())
def test_faults_of_tiers_yaml(text: str, told: list[str]):
    assert faults(tiers=text) == [f"tiers.yaml:{each}" for each in told]


def told_of(source: dict[str, str]) -> str:
    with pytest.raises(RulebookErrors) as caught:
        parse_rulebook(source, WORDS)
    return str(caught.value)


def test_a_programme_without_its_file():
    assert told_of({}) == "program.yaml:1:1: every programme needs this file"
    assert told_of({"tiers.yaml": TIERS, "r.yaml": RULE.replace("earn", "earm")}) == (
        "program.yaml:1:1: every programme needs this file\n"
        "r.yaml:3:8: no word 'earm' can stand under 'then'. Did you mean 'earn'?"
    )


def test_names_of_files():
    odd = {"b.yml": RULE, "a\nb.yaml": RULE, "\ud800.yaml": RULE}
    assert told_of(SHOP | odd).splitlines() == [
        "'\\ud800.yaml':1:1: rename the file: its name has signs that cannot be shown",
        "'a\\nb.yaml':1:1: rename the file: its name has signs that cannot be shown",
        "b.yml:1:1: rename the file: rule files end with .yaml",
    ]


def test_more_text_than_any_programme_has():
    many = {f"{i}.yaml": "#" * (1024 * 1024) for i in range(65)}
    assert told_of(many) == "program.yaml:1:1: the programme's files are larger than 64 MiB"
