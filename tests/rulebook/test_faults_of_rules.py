"""Every fault that a rule can have, word by word as its writer reads it."""

import pytest

from tests.rulebook.sample_words import PROGRAM, RULE, CountryIs, faults, faults_of, parse_one

FRAME = "rule: r\nlane: base\nthen: [multiply: 2]\nwhen: "

UNDER_WHEN = {
    "[tier_iz: gold]": [
        "4:8: no word 'tier_iz' can stand under 'when'. Did you mean 'tier_is'?",
    ],
    "[tier_is: platnum]": [
        "4:17: tier_is: no tier 'platnum' (gold, silver)",
    ],
    "[tier_is: glod]": [
        "4:17: tier_is: no tier 'glod'. Did you mean 'gold'?",
    ],
    "[tier_is: [gold, [silver]]]": [
        "4:24: tier_is: takes one value, not a list",
    ],
    "[tier_is: []]": [
        "4:17: tier_is: the list is empty",
    ],
    "[tier_is: ]": [
        "4:8: tier_is needs a value",
    ],
    "[tier_is]": [
        "4:8: tier_is needs a value",
    ],
    "[tier_is: {any: gold}]": [
        "4:18: no key 'any' in tier_is. Did you mean 'any_of'?",
    ],
    "[spent_at_least: 49,90]": [
        "4:24: write 49.90 with a point, not 49,90",
    ],
    "{spent_at_least: 49,90}": [
        "4:24: write 49.90 with a point, not 49,90",
    ],
    "[spent_at_least: [49,90]]": [
        "4:24: spent_at_least: takes one value, not a list; write decimals with a point: 49.90",
    ],
    "[spent_at_least: {amount: 49,90}]": [
        "4:33: write 49.90 with a point, not 49,90",
    ],
    "\n  - spent_at_least: 49,90": [
        "5:21: spent_at_least: write 49.90 with a point, not 49,90",
    ],
    "\n  - spent_at_least: 1 000,50": [
        "5:21: spent_at_least: '1 000,50': write thousands without anything between, decimals with a point",
    ],
    "\n  - spent_at_least: 1,000": [
        "5:21: spent_at_least: '1,000': write thousands without anything between, decimals with a point",
    ],
    "[spent_at_least: 1.000.000]": [
        "4:24: spent_at_least: '1.000.000': write thousands without anything between, decimals with a point",
    ],
    "[spent_at_least: 50€]": [
        "4:24: spent_at_least: write the number alone, 50, not '50€'",
    ],
    "[spent_at_least: EUR 50]": [
        "4:24: spent_at_least: write the number alone, 50, not 'EUR 50'",
    ],
    "[spent_at_least: -5]": [
        "4:24: spent_at_least: '-5' is negative",
    ],
    "[spent_at_least: 1.234]": [
        "4:24: spent_at_least: '1.234' has 3 decimals; an amount in EUR has at most 2",
    ],
    "[spent_at_least: 1e3]": [
        "4:24: spent_at_least: '1e3' is not a number such as 12.50",
    ],
    "[spent_at_least: .5]": [
        "4:24: spent_at_least: write 0.5, not .5",
    ],
    "[spent_at_least: 9999999999999]": [
        "4:24: spent_at_least: '9999999999999' is larger than anything here can be",
    ],
    "[spent_at_least: much]": [
        "4:24: spent_at_least: 'much' is not a number such as 12.50",
    ],
    "[visits: 010]": [
        "4:16: visits: write 10 without the 0 in front, not 010",
    ],
    "[visits: 1.10]": [
        "4:16: visits: '1.10' has decimals; a whole number is needed",
    ],
    "[visits: NO]": [
        "4:16: visits: 'NO' is not a whole number such as 12",
    ],
    "[visits: 12:30]": [
        "4:16: visits: '12:30' is not a whole number such as 12",
    ],
    "[visits: {at_least: 1, size: largo, alone: maybe, sizes: x}]": [
        "4:36: visits.size: 'largo' is none of small, large. Did you mean 'large'?",
        "4:50: visits.alone: 'maybe' is neither yes nor no",
        "4:57: no key 'sizes' in visits. Did you mean 'size'?",
    ],
    "[visits: {size: small}]": [
        "4:8: visits needs 'at_least'",
    ],
    "[hours_between: 9]": [
        "4:23: hours_between takes a mapping with from, until, as in hours_between: {from: 17:00, until: 19:00}",
    ],
    "[hours_between: {from: 18h30, until: 24:00}]": [
        "4:30: hours_between.from: '18h30' is not a time such as 18:30. Did you mean '18:30'?",
        "4:44: hours_between.until: midnight is written 00:00",
    ],
    "[hours_between: {from: 5pm, until: 7.30 p.m.}]": [
        "4:30: hours_between.from: '5pm' is not a time such as 18:30. Did you mean '17:00'?",
        "4:42: hours_between.until: '7.30 p.m.' is not a time such as 18:30. Did you mean '19:30'?",
    ],
    "[hours_between: {from: 12am, until: 13pm}]": [
        "4:30: hours_between.from: '12am' is not a time such as 18:30. Did you mean '00:00'?",
        "4:43: hours_between.until: '13pm' is not a time such as 18:30",
    ],
    "\n  - country_is: FR, BE": [
        (
            "5:17: country_is: 'FR, BE' is one text; several are a list, and a comma within one needs"
            " quotation marks. Did you mean '[FR, BE]'?"
        ),
    ],
    "[country_is: “FR”]": [
        (
            "4:20: country_is: the quotation marks of '“FR”' count as its text; write straight ones, or"
            " none. Did you mean 'FR'?"
        ),
    ],
    "[hours_between: {from: 25:00, until: 12:60}]": [
        "4:30: hours_between.from: there is no time 25:00",
        "4:44: hours_between.until: there is no time 12:60",
    ],
    "[hours_between: {from: 9:00, until: 9:00}]": [
        "4:23: hours_between: from and until are the same",
    ],
    "[hours_between: {from_: 9:00, until: 9:01}]": [
        "4:24: no key 'from_' in hours_between. Did you mean 'from'?",
    ],
    "[hours_between: ]": [
        "4:8: hours_between needs 'from' and 'until'",
    ],
    "[on_dates: [24/12/2026, 2026-02-30, 24 december, 2026-2-3]]": [
        "4:19: on_dates: '24/12/2026': write year, month, day. Did you mean '2026-12-24'?",
        "4:31: on_dates: there is no day 2026-02-30",
        "4:43: on_dates: '24 december' is not a date such as 2026-03-01",
        "4:56: on_dates: '2026-2-3' is not a date such as 2026-03-01",
    ],
    "[weekday_is: [monday, lundi]]": [
        "4:21: weekday_is: 'monday' is none of mon, tue, wed, thu, fri, sat, sun. Did you mean 'mon'?",
        "4:29: weekday_is: 'lundi' is none of mon, tue, wed, thu, fri, sat, sun",
    ],
    "[country_is: ' x']": [
        "4:20: country_is: 'x' has spaces around it or a line end in it",
    ],
    "[country_is: {a: b}]": [
        "4:8: country_is needs 'any_of'",
        "4:21: no key 'a' in country_is; it has any_of",
    ],
    "[touchpoint_is: tell]": [
        "4:23: touchpoint_is: no touchpoint 'tell'. Did you mean 'till'?",
    ],
    "[birthday_within: {attribute: diet}]": [
        "4:25: birthday_within: 'diet' is no date but a text",
    ],
    "[birthday_within: {attribute: birthdate}]": [
        "4:37: birthday_within.attribute: no member attribute 'birthdate'. Did you mean 'birthday'?",
    ],
    "[first_purchase: yes]": [
        "4:24: first_purchase takes no value",
    ],
    "[first_purchase: {a: 1}]": [
        "4:24: first_purchase takes no value",
    ],
    "[raining: 1]": [
        "4:17: raining broke on this: KeyError: 'one'",
    ],
    "[raining: 2]": [
        "4:17: raining: its check broke: RuntimeError: two",
    ],
    "[category: a]": [
        "4:8: 'category' stands under 'on', not under 'when'",
    ],
    "[multiply: 2]": [
        "4:8: 'multiply' stands under 'then', not under 'when'",
    ],
    "[all: []]": [
        "4:13: nothing stands here",
    ],
    "[all: ]": [
        "4:8: 'all' needs a list of words",
    ],
    "[any: [tier_is: gold, nonne: [first_purchase]]]": [
        "4:29: no word 'nonne' can stand under 'when'. Did you mean 'none'?",
    ],
    "[]": [
        "4:7: nothing stands here",
    ],
    "{}": [
        "4:7: nothing stands here",
    ],
    "": [
        "4:6: a word and its value are needed here, as in 'word: value'",
    ],
    "~": [
        "4:7: a word and its value are needed here, as in 'word: value'",
    ],
    "[[tier_is: gold]]": [
        "4:8: a word and its value are needed here, as in 'word: value'",
    ],
    "[{}]": [
        "4:8: a word and its value are needed here, as in 'word: value'",
    ],
    "\n  - tier_is: gold\n    first_purchase:": [
        "6:5: 'first_purchase' needs a list item of its own",
    ],
    "[units_at_least: 0.1234]": [
        "4:24: units_at_least: '0.1234' has 4 decimals; a quantity has at most 3",
    ],
    "[tier_is: gold, all: {tier_iz: x}]": [
        "4:29: no word 'tier_iz' can stand under 'when'. Did you mean 'tier_is'?",
    ],
    "[tier_is: *gold]": [
        "4:17: '*gold' repeats a part from elsewhere; write it out",
    ],
    "[&a tier_is: !!str gold]": [
        "4:8: '&a' names a part to repeat it; write it out",
        "4:20: the tag '!!str' means nothing here; leave it out",
    ],
    "{<<: {tier_is: gold}}": [
        "4:8: '<<' merges a part from elsewhere; write it out",
    ],
    "{tier_is: gold, tier_is: silver}": [
        "4:23: 'tier_is' stands already in line 4",
    ],
    '[country_is: "a\\0b"]': [
        "4:20: the character U+0000 cannot stand in a text",
    ],
    '[country_is: "\\ud800"]': [
        "4:23: this '\\' means nothing here; use single quotation marks for the text",
    ],
    "{[a]: b}": [
        "4:8: a key must be a single word",
    ],
}

WHOLE_FILES = {
    "": [
        "1:1: the file is empty",
    ],
    "# only a comment\n": [
        "1:1: the file is empty",
    ],
    "[]": [
        "1:1: a file holds one rule and this is a list; give each rule its own file",
    ],
    "- rule: a\n": [
        "1:1: a file holds one rule and this is a list; give each rule its own file",
    ],
    "just words": [
        "1:1: a rule is written as a mapping, 'key: value'",
    ],
    "rule: r\n": [
        "1:1: a rule needs 'lane' and 'then'",
    ],
    "rule: R 1\nlane: base\nthen: [multiply: 2]\n": [
        "1:7: rule: 'R 1' is not a name: small letters, digits and single - or _ between them. Did you mean 'r-1'?",
    ],
    "rule: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nlane: base\nthen: [multiply: 2]\n": [
        "1:7: rule: a name has at most 64 characters",
    ],
    "rule: r\nlane: bass\nthen: [multiply: 2]\n": [
        "2:7: lane: no lane 'bass'. Did you mean 'base'?",
    ],
    "rule: r\nthen: [multiply: 2]\n": [
        "1:1: a rule needs 'lane'",
    ],
    "rule: r\nlane: base\nform: 2026-01-01\nprioritty: 1\nthen: [multiply: 2]\n": [
        "3:1: no key 'form' in a rule. Did you mean 'from'?",
        "4:1: no key 'prioritty' in a rule. Did you mean 'priority'?",
    ],
    "rule: r\nlane: base\nfrom: 2026-02-01\nuntil: 2026-01-31\nthen: [multiply: 2]\n": [
        "4:8: until: 2026-01-31 lies before from, 2026-02-01",
    ],
    "rule: r\nlane: base\nfrom: 03/04/2026\nuntil: 12/24/2026\nthen: [multiply: 2]\n": [
        "3:7: from: '03/04/2026': write year, month, day",
        "4:8: until: '12/24/2026': write year, month, day. Did you mean '2026-12-24'?",
    ],
    "rule: r\nlane: base\npriority: 1.5\nthen: [multiply: 2]\n": [
        "3:11: priority: '1.5' has decimals; a whole number is needed",
    ],
    "rule: r\nlane: base\npriority: 9999999\nthen: [multiply: 2]\n": [
        "3:11: priority: 9999999 is more than 1000000",
    ],
    "rule: r\nlane: base\ntitle: {de: x}\nthen: [multiply: 2]\n": [
        "3:8: title: a text by language needs 'en'",
        "3:9: title: no key 'de' in a text by language; it has en, fr",
    ],
    "rule: r\nlane: base\ntitle: {fr: Soldes, en: Now, the sale}\nthen: [multiply: 2]\n": [
        '3:30: title: in braces a comma ends a text; write it in quotation marks: "…, the sale"',
    ],
    "rule: r\nlane: base\ntitle: {fr: x}\nthen: [multiply: 2]\n": [
        "3:8: title: a text by language needs 'en'",
    ],
    "rule: r\nlane: base\ntitle: [x]\nthen: [multiply: 2]\n": [
        "3:8: title: takes one value, not a list",
    ],
    "rule: r\nlane: base\ntitle:\nthen: [multiply: 2]\n": [
        "3:7: title: a value is missing",
    ],
    "rule: r\nlane: base\nthen: [multiply: 2]\n---\nrule: s\n": [
        "4:1: a second document begins here; a file holds one",
    ],
    "rule: [r]\nlane: {base: x}\nthen: multiply\n": [
        "1:7: rule: takes one value, not a list",
        "2:7: lane: takes one value, not a mapping",
        "3:7: multiply needs a value",
    ],
    "rule: r\nlane: base\nthen:\n  - say: {fr: x}\n  - say: {fr: x, text: y}\n  - earn: {points: 1, per: 1, unit: stamp}\n  - percent_off: 101\n  - percent_off: {percent: 5%, at_most: 5%}\n": [
        "4:10: say: a text by language needs 'en'",
        "5:11: no key 'fr' in say; it has text",
        "6:37: earn.unit: no unit of points 'stamp'. Did you mean 'stamps'?",
        "7:18: percent_off: '101' is more than 100 per cent",
        "8:41: percent_off.at_most: write the number alone, 5, not '5%'",
    ],
    "rule: r\nlane: base\nthen: [multiply: 2]\ncampaign: spring\nlimits:\n  - {liability: 1, per: campaign}\n": [
        "4:11: campaign: no campaign 'spring' (none is declared)",
        "6:25: limits: what rules share stands in program.yaml, under campaigns, and the rules say campaign; for everybody together write 'all'",
    ],
    "rule: r\nlane: base\nthen: [multiply: 2]\nlimits:\n  - {points: 0, per: membre}\n  - {points: 1, uses: 2, per: all}\n  - {per: all}\n  - {uses: 2}\n  - {money: 1, per: purchase, period: day}\n  - x\n  - {uses: 1, per: all}\n  - {uses: 2, per: all}\n  - {money: 1.234, per: store, short: pay}\n": [
        "5:14: limits.points: a limit is more than 0; to stop a rule, give it an end with until",
        "5:22: limits.per: 'membre' is none of purchase, member, household, code, store, campaign, all. Did you mean 'member'?",
        "6:5: limits: a limit counts one of points, uses, money and liability",
        "7:5: limits: a limit counts one of points, uses, money and liability",
        "8:5: limits: a limit needs 'per'",
        "9:39: limits: one purchase has no period; leave it out",
        "10:5: limits: a limit is written as a mapping, 'key: value'",
        "12:5: limits: uses per all for life are limited already",
        "13:13: limits.money: '1.234' has 3 decimals; an amount in EUR has at most 2",
        "13:39: limits.short: 'pay' is none of pay_rest, refuse",
    ],
    "rule: r\nlane: base\nlimits: []\nthen: [multiply: 2]\n": [
        "3:9: limits: the list is empty",
    ],
}


@pytest.mark.parametrize(("words", "told"), UNDER_WHEN.items())
def test_faults_of_words(words: str, told: list[str]):
    assert faults_of(f"{FRAME}{words}\n") == told


@pytest.mark.parametrize(("text", "told"), WHOLE_FILES.items())
def test_faults_of_files(text: str, told: list[str]):
    assert faults_of(text) == told


def test_what_other_programmes_call_the_keys_of_a_rule():
    told = faults_of(
        "rule: r\nlane: base\nif: [first_purchase]\nto: 2026-12-24\nthen: [multiply: 2]\n"
    )
    assert told == [
        "3:1: no key 'if' in a rule. Did you mean 'when'?",
        "4:1: no key 'to' in a rule. Did you mean 'until'?",
    ]


def test_a_word_like_none_there_is_says_where_all_are():
    assert faults_of("rule: r\nlane: base\nthen: [xyz: 5]\n") == [
        "3:8: no word 'xyz' can stand under 'then'; `loyalty rules words` tells all there are"
    ]


def test_a_comma_in_quotation_marks_is_part_of_a_text():
    assert parse_one(
        "rule: r\nlane: base\nwhen: [country_is: 'FR, BE']\nthen: [multiply: 2]\n"
    ).when == (CountryIs(("FR, BE",)),)


def test_an_argument_left_out_must_be_known_to_the_programme_too():
    no_birthday = PROGRAM.replace("  birthday: {type: date, purpose: a present}\n", "")
    rule = f"{FRAME}[birthday_within: {{days: 3}}]\n"
    assert faults(program=no_birthday, rule=rule) == [
        "rule.yaml:4:8: birthday_within needs 'attribute': no member attribute 'birthday' (diet)"
    ]
    other_points = PROGRAM.replace("{points:", "{miles:")
    assert faults(program=other_points, rule=RULE) == [
        "rule.yaml:3:8: earn needs 'unit': no unit of points 'points' (miles, stamps)"
    ]


def test_two_rules_of_one_name():
    assert faults(b=RULE, a=RULE, c=RULE) == [
        "b.yaml:1:1: the rule 'base-points' stands already in a.yaml:1:1",
        "c.yaml:1:1: the rule 'base-points' stands already in a.yaml:1:1",
    ]


def test_all_files_are_read_to_the_end():
    told = faults(
        program=PROGRAM.replace("EUR", "EURO"),
        tiers="tiers:\n  - tier: gold\ndown: fall\n",
        a="rule: a\nlane: base\nthen: [multiplied: 2]\n",
        b="rule: b\n\tlane: base\n",
    )
    assert told == [
        "a.yaml:3:8: no word 'multiplied' can stand under 'then'. Did you mean 'multiply'?",
        "b.yaml:2:1: a tab cannot indent; use spaces",
        "program.yaml:4:11: currency: no ISO 4217 currency 'EURO'. Did you mean 'EUR'?",
        "tiers.yaml:3:7: down: 'fall' is none of never, one_step, to_earned",
    ]


def test_what_a_broken_programme_declares_is_still_known_to_rules():
    rule = (
        "rule: r\nlane: bonuss\nwhen: [tier_is: golden, touchpoint_is: tell]\nthen: [multiply: 2]\n"
    )
    told = faults(program=PROGRAM + "title: twice\n", rule=rule)
    assert told == [
        "program.yaml:12:1: 'title' stands already in line 2",
        "rule.yaml:2:7: lane: no lane 'bonuss'. Did you mean 'bonus'?",
        "rule.yaml:3:17: tier_is: no tier 'golden'. Did you mean 'gold'?",
        "rule.yaml:3:40: touchpoint_is: no touchpoint 'tell'. Did you mean 'till'?",
    ]


def test_a_file_full_of_faults_is_told_up_to_a_hundred():
    rule = "rule: r\nlane: base\nthen: [multiply: 2]\n" + "".join(
        f"key{i}: x\n" for i in range(500)
    )
    told = faults_of(rule)
    assert len(told) == 101
    assert told[-1] == "104:1: more faults follow; mend these first"
