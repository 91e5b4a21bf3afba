"""Challenge files: read whole, or every fault told at once with its place and the nearest word."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from loyalty_engine.domain.challenges import Count, Scheme
from loyalty_engine.rulebook.challenges import Challenge, Each, Owner
from loyalty_engine.rulebook.checks.idle_challenges import check
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.stopped import with_stopped
from loyalty_engine.vocabulary import standard_words

PROGRAM = """
program: shop
title: Shop
zone: Europe/Paris
currency: EUR
languages: [en, fr]
units: {points: {value: 0.01}}
lanes: base
events: {review: {purpose: opinions}}
"""
TIERS = "tiers:\n  - tier: base\n  - tier: gold\n"
MUG = "reward: mug\nkind: goods\ntitle: A mug\nprice: {points: 5}\n"
WHOLE = """\
challenge: wine
title: {en: Wine, fr: Vin}
text: {en: Six bottles, fr: Six bouteilles}
count: units
one: {en: bottle, fr: bouteille}
many: {en: bottles, fr: bouteilles}
from: 2026-03-01
until: 2026-12-31
when: [spent_at_least: 20.00]
on: [category: wine]
for: [tier_is: base]
each: quarter
rounds: 3
overflow: dropped
opt_in: yes
owner: household
goals:
  - {at: 1.5, then: [show_message: Half way]}
  - {at: 6, tier: gold, lasts: 30 days, reward: mug}
limits: [{uses: 2, per: member, period: month}]
"""
SHORT = "challenge: c\ntitle: C\ncount: purchases\ngoal: 3\nthen: [earn_points: 5]\n"


def rulebook(*challenges: str, **more: str) -> Rulebook:
    source = {"program.yaml": PROGRAM, "tiers.yaml": TIERS, "rewards/mug.yaml": MUG, **more}
    source |= {f"challenges/{number}.yaml": text for number, text in enumerate(challenges)}
    return parse_rulebook(source, standard_words())


def only(text: str) -> Challenge:
    (it,) = rulebook(text).challenges.values()
    return it


def faults(*challenges: str) -> list[str]:
    with pytest.raises(RulebookErrors) as told:
        rulebook(*challenges)
    return [str(fault) for fault in told.value.faults]


def test_everything_a_challenge_says_is_read() -> None:
    it = only(WHOLE)
    assert it.scheme == Scheme(Count.UNITS, (1500, 6000), 3, carried=False)
    assert (it.id, it.each, it.owner, it.opt_in) == ("wine", Each.QUARTER, Owner.HOUSEHOLD, True)
    assert (it.prizes[1].tier, it.prizes[1].reward) == ("gold", "mug")
    assert [type(word).word for word in (*it.rule.when, *it.rule.on, *it.who)] == [
        "spent_at_least", "category", "tier_is",
    ]  # fmt: skip
    assert str(it.place) == "challenges/0.yaml:1:1"
    assert only(SHORT).scheme == Scheme(Count.PURCHASES, (3,))
    stopped = with_stopped(rulebook(SHORT).source, ["c"])
    assert parse_rulebook(stopped, standard_words()).challenges == {}


def test_a_card_has_its_time() -> None:
    it, program = only(WHOLE), rulebook(WHOLE).program
    paris = ZoneInfo("Europe/Paris")
    at = datetime(2026, 3, 5, 12, tzinfo=paris)
    window = it.window(at, at, program)
    assert window is not None
    assert window.name == "2026-Q1"
    assert window.since == datetime(2026, 3, 1, tzinfo=paris), "it begins in the quarter"
    assert window.until == datetime(2026, 4, 1, tzinfo=paris)
    assert it.window(datetime(2027, 1, 1, 0, 0, tzinfo=paris), at, program) is None


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        ("count: units", "count: unit", "0.yaml:4:8: count: 'unit' is none of purchases, units"),
        ("challenge: wine", "chalenge: wine", "Did you mean 'challenge'?"),
        ("at: 6,", "", "a goal needs 'at'"),
        ("at: 6,", "at: 1,", "19:10: at: goals rise, and this one does not"),
        ("reward: mug", "reward: mugg", "there is no reward 'mugg'. Did you mean 'mug'?"),
        ("lasts: 30 days, ", "", "'tier' and 'lasts' belong together"),
        ("tier: gold", "tier: golden", "Did you mean 'gold'?"),
        ("rounds: 3", "rounds: agian", "Did you mean 'again'?"),
        ("rounds: 3", "rounds: once", "there is no next round; say 'rounds: again'"),
        ("rounds: 3", "rounds: 3\nforgiven: 1", "only a streak can miss something"),
        ("each: quarter", "each: quarter\nwithin: 30 days", "is about the calendar"),
        ("one: {en: bottle, fr: bouteille}\n", "", "'one' and 'many' belong together"),
        ("uses: 2", "money: 2", "limited in uses or points, per one of"),
        ("rounds: 3", "rounds: 3\nlane: base", "lane: is for rules"),
        ("show_message: Half way", "percentage_off: 5", "'percentage_off' works on a basket"),
        ("show_message: Half way", "earn_per_amount: {points: 1, per: 1}", "works on a basket"),
        (", then: [show_message: Half way]", "", "nothing comes of it"),
        ("spent_at_least: 20.00", "event_is: review", "an event has no products"),
        ("count: units\n", "count: events\n", "say of which kind"),
    ],
)
def test_a_fault_is_told_where_it_is(was: str, now: str, fault: str) -> None:
    assert was in WHOLE
    told = faults(WHOLE.replace(was, now))
    assert any(fault in it for it in told), told


def test_what_is_needed_and_what_stands_twice() -> None:
    told = faults("challenge: c\nthen: [earn_points: 5]\n")
    assert [it.split(": ", 1)[1] for it in told] == [
        "a challenge needs 'title'",
        "a challenge has either 'goal' or 'goals'",
    ] or any("needs 'title'" in it for it in told)
    assert any("stands already in challenges/0.yaml:1:1" in it for it in faults(SHORT, SHORT))


def test_idle_challenges_are_found() -> None:
    ended = SHORT + "until: 2026-01-31\n"
    never = SHORT.replace(": c\n", ": d\n", 1) + "when: [{tier_is: gold}, {tier_is: base}]\n"
    english = SHORT.replace(": c\n", ": e\n", 1).replace("title: C", "title: {en: C}")
    found = check(Ground(rulebook(ended, never, english), date(2026, 3, 1)))
    told = {(it.level.value, it.text.partition(";")[0].partition(":")[0]) for it in found}
    assert told >= {
        ("warning", "this challenge is over since 2026-01-31"),
        ("error", "nothing ever counts for this challenge"),
        ("note", "the title lacks 'fr'"),
    }
