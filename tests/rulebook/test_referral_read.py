"""referral.yaml and signals: what they say, and every fault with its place."""

import pytest

from loyalty_engine.domain.signals import Response, SignalField, SignalKind
from loyalty_engine.rulebook.calendar_values import Length
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.referral import JOINED, MADE, Qualifies
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.vocabulary import standard_words

PROGRAM = """
program: shop
title: Shop
zone: Europe/Paris
currency: EUR
languages: [en, fr]
units: {points: {}}
lanes: [base, bonus]
events: {visit: {purpose: to count them}}
signals:
  email: {compared: email, purpose: one welcome, keep_days: 10}
  device: {purpose: one welcome, most: 3}
"""
WHOLE = """
referral: friends
qualifies: {purchase_from: 20.00, nth: 2}
waits: 30 days
claim_within: 2 weeks
invitation: 3 months
same: {device: ignored}
ring: held
referrer: {rule: brought, lane: bonus, then: [earn_points: 5], when: [event_value: {field: nth, at_least: 2}]}
friend: {rule: came, lane: bonus, then: [earn_points: 3]}
"""
EXTRA = "rule: extra\nlane: base\nwhen: [event_is: referral_made]\nthen: [earn_points: 1]\n"


def book(referral: str, program: str = PROGRAM, **more: str) -> Rulebook:
    source = {"program.yaml": program, "referral.yaml": referral, **more}
    return parse_rulebook(source, standard_words())


def faults(referral: str, program: str = PROGRAM) -> list[str]:
    with pytest.raises(RulebookErrors) as caught:
        book(referral, program)
    return [str(it).split(".yaml:")[1] for it in caught.value.faults]


def test_a_whole_file():
    it = book(WHOLE, **{"extra.yaml": EXTRA})
    scheme = it.referral
    assert scheme is not None
    assert scheme.qualifies == Qualifies(2000, 2)
    assert (scheme.waits, scheme.claim_within) == (Length(days=30), Length(days=14))
    assert scheme.invitation == Length(months=3)
    assert (scheme.same, scheme.ring) == ({"device": Response.IGNORED}, Response.HELD)
    assert scheme.rules == ("brought", "came")
    assert [rule.id for rule in it.rules if rule.of_events] == ["brought", "came", "extra"]
    assert set(it.program.events) == {"visit", MADE, JOINED}


def test_signals_are_what_they_say():
    assert book(WHOLE).program.signals == {
        "email": SignalField("email", SignalKind.EMAIL, "one welcome", 10, 1, True),
        "device": SignalField("device", SignalKind.EXACT, "one welcome", 730, 3, False),
    }


def test_a_changed_rule_is_read_beside_an_unchanged_referral():
    before = book(WHOLE, **{"extra.yaml": EXTRA})
    source = dict(before.source) | {"extra.yaml": EXTRA.replace(": 1]", ": 2]")}
    after = parse_rulebook(source, standard_words(), like=before)
    assert after.referral == before.referral
    assert [rule.id for rule in after.rules] == ["brought", "came", "extra"]


@pytest.mark.parametrize(
    ("slip", "told"),
    [
        ("ring: hold", "8:7: ring: 'hold' is none of refused, held, ignored. Did you mean 'held'?"),
        ("nth: 0", "3:40: qualifies.nth: 0 is not from 1 to 1000"),
        ("waits: soon", "4:8: waits: 'soon' is not a length such as 12 months"),
        ("{devise: held}", "7:8: same: no signal 'devise'. Did you mean 'device'?"),
        ("tiers: gold", "9:1: no key 'tiers' in referral.yaml"),
        ("{event: visits}", "3:20: qualifies.event: no kind of event 'visits'. Did you mean 'visit'?"),
        ("{event: visit, nth: 2}", "3:12: qualifies: either a purchase qualifies or an event, not both"),
        (
            "{event: referral_made}",
            "3:12: qualifies: referral_made is told by the engine alone; name a kind of your own",
        ),
        ("rule: Brought", "9:18: referrer.rule: 'Brought' is not a name"),
    ],
)  # fmt: skip
def test_a_slip_is_told_where_it_is(slip: str, told: str):
    changes = {
        "ring: hold": ("ring: held", slip),
        "nth: 0": ("nth: 2", slip),
        "waits: soon": ("waits: 30 days", slip),
        "{devise: held}": ("{device: ignored}", slip),
        "rule: Brought": ("rule: brought", slip),
        "tiers: gold": ("referrer: {", "tiers: gold\nreferrer: {"),
    }
    old, new = changes.get(slip, ("{purchase_from: 20.00, nth: 2}", slip))
    found = faults(WHOLE.replace(old, new))
    if slip == "tiers: gold":  # known, but the programme has none
        assert found[0].startswith("9:8: tiers: no tier 'gold'")
    else:
        assert found[0].startswith(told)


def test_nobody_gets_anything():
    told = faults("referral: friends\nqualifies: enrolment\n")
    assert told == ["1:1: nobody gets anything: there is neither 'referrer' nor 'friend'"]


@pytest.mark.parametrize(
    ("slip", "told"),
    [
        ("compared: mail", "10:21: signals.email.compared: 'mail' is none of"),
        ("keep_days: 5000", "10:70: signals.email.keep_days: 5000 is not from 0 to 3660"),
        ("keep_day: 5", "10:59: signals.email: no key 'keep_day'"),
    ],
)
def test_a_slip_in_a_signal(slip: str, told: str):
    key = slip.split(":", maxsplit=1)[0]
    old = "compared: email" if key == "compared" else "keep_days: 10"
    found = faults(WHOLE, PROGRAM.replace(old, slip))
    assert found[0].split(": ", 1)[1].startswith(told.split(": ", 1)[1])


def test_kinds_of_the_engines_own_cannot_be_declared():
    told = faults(WHOLE, PROGRAM.replace("visit:", "referral_made:"))
    assert told[0].endswith(
        "referral_made is told by the engine alone, for referrals; take another name"
    )
