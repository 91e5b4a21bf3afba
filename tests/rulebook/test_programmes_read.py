"""Good program.yaml and tiers.yaml: what is written is what the programme holds."""

from fractions import Fraction
from typing import Any

import pytest

from loyalty_engine.domain.cards import CardCheck
from loyalty_engine.domain.expiry import Bucket, Expiry, ExpiryKind, Pending, PendingKind
from loyalty_engine.domain.lanes import Lane, Multipliers, Stacking
from loyalty_engine.domain.local_time import RoundUp
from loyalty_engine.domain.money import Rounding
from loyalty_engine.domain.program import Attribute, Program
from loyalty_engine.domain.switches import LostDiscount, Overspend, Switches
from loyalty_engine.domain.tiers import Down, Grace, Keep, Tier, TierScheme, Window, WindowKind
from loyalty_engine.domain.units import Conversion, Paying, RoundingLevel, Shortfall, Unit
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from tests.rulebook.sample_words import PROGRAM, TIERS, WORDS, parse

BY_MONTH = (
    "[{earned: Jan to october, until: 31 jan}, {earned: nov - dec, until: 1 feb, years_ahead: 2}]"
)


def unit(text: str) -> Unit:
    """The unit `stamps`, written like this."""
    units = parse(program=PROGRAM.replace("stamps: {}", f"stamps: {text}")).program.units
    assert list(units) == ["points", "stamps"]
    return units["stamps"]


def scheme(text: str) -> TierScheme:
    return parse(tiers=text).program.tiers


def test_the_least_a_programme_can_say():
    text = """\
program: shop
title: Shop
zone: UTC
currency: JPY
languages: ja
units: {points: }
lanes: base
"""
    program = parse_rulebook({"program.yaml": text}, WORDS).program
    assert (program.name, program.title, program.zone.key) == ("shop", "Shop", "UTC")
    assert (program.currency, program.languages) == ("JPY", ("ja",))
    assert program.units == {"points": Unit("points")}
    assert program.lanes == (Lane("base", Stacking.ALL, Multipliers.ADD),)
    assert program.tiers == TierScheme()
    assert (program.attributes, program.touchpoints, program.identifiers) == ({}, (), {})
    assert program.switches == Switches()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{value: 0.01}", {"value": Fraction(1)}),
        ("{value: 0.005, tender: 1}", {"value": Fraction(1, 2), "tender": Fraction(100)}),
        ("{tender: {worth: 0.01}}", {"tender": Fraction(1)}),
        ("{tender: {worth: 0.01, at_least: 500, step: 100, at_most: 12.5%, rounding: half_up}}",
         {"tender": Fraction(1),
          "paying": Paying(500, 100, Fraction(1, 8), Rounding.HALF_UP)}),
        ("{tender: {worth: 0.01, step: 100}}",
         {"tender": Fraction(1), "paying": Paying(100, 100)}),
        ("{rounding: up}", {"rounding": Rounding.UP}),
        ("{rounding: {mode: half_up, per: unit}}",
         {"rounding": Rounding.HALF_UP, "rounding_level": RoundingLevel.UNIT}),
        ("{rounding: {per: line}}", {"rounding_level": RoundingLevel.LINE}),
        ("{shortfall: pending_only}", {"shortfall": Shortfall.PENDING_ONLY}),
        ("{converts: {each: 50, at_least: 150, into: points, gives: 20}}",
         {"converts": Conversion(50, 150, "points", 20)}),
        ("{expires: never}", {}),
        ("{expires: 12 months}", {"expiry": Expiry(ExpiryKind.AFTER, months=12)}),
        ("{expires: 1 year 6 months 2 weeks 1 day}",
         {"expiry": Expiry(ExpiryKind.AFTER, years=1, months=6, days=15)}),
        ("{expires: {after: 1 month, round_up: half_year}}",
         {"expiry": Expiry(ExpiryKind.AFTER, months=1, round_up=RoundUp.HALF_YEAR)}),
        ("{expires: {on: 31 March}}",
         {"expiry": Expiry(ExpiryKind.ON_DATE, month=3, day=31, years_ahead=1)}),
        ("{expires: {on: 29 feb, years_ahead: 0}}",
         {"expiry": Expiry(ExpiryKind.ON_DATE, month=2, day=29, years_ahead=0)}),
        (f"{{expires: {{by_month: {BY_MONTH}}}}}",
         {"expiry": Expiry(ExpiryKind.MONTH_BUCKETS,
                           buckets=(Bucket(1, 10, 1, 31, 1), Bucket(11, 12, 2, 1, 2)))}),
        ("{expires: {by_month: {earned: jan to dec, until: 30 jun}}}",
         {"expiry": Expiry(ExpiryKind.MONTH_BUCKETS, buckets=(Bucket(1, 12, 6, 30, 1),))}),
        ("{pending: none}", {}),
        ("{pending: on_event}", {"pending": Pending(PendingKind.ON_EVENT)}),
        ("{pending: 2 weeks}", {"pending": Pending(PendingKind.AFTER, days=14)}),
        ("{pending: 1 day 12 hours}", {"pending": Pending(PendingKind.AFTER, days=1, hours=12)}),
        ("{pending: {after: 14 days, by_tier: {gold: 0 days, silver: 1 week}}}",
         {"pending": Pending(PendingKind.AFTER, days=14, by_tier={"gold": 0, "silver": 7})}),
    ],
)  # fmt: skip
def test_units(written: str, read: dict[str, Any]):
    assert unit(written) == Unit("stamps", **read)


@pytest.mark.parametrize(
    ("currency", "minor"), [("JPY", Fraction(1, 2)), ("EUR", Fraction(50)), ("TND", Fraction(500))]
)
def test_the_worth_of_a_point_is_exact_in_every_currency(currency: str, minor: Fraction):
    text = PROGRAM.replace("EUR", currency).replace("value: 0.01", "value: 0.5")
    assert parse(program=text).program.units["points"].value == minor


def test_lanes_keep_their_order():
    lanes = "[b, {a: first}, {c: {stacking: best, multipliers: multiply}}, {d: }]"
    text = PROGRAM.replace("[{base: all}, {bonus: best}]", lanes)
    assert parse(program=text).program.lanes == (
        Lane("b"),
        Lane("a", Stacking.FIRST),
        Lane("c", Stacking.BEST, Multipliers.MULTIPLY),
        Lane("d"),
    )


def test_attributes_touchpoints_identifiers_and_switches():
    program: Program = parse(
        program=PROGRAM
        + "identifiers: card\n"
        + "switches: {lost_discount: kept, overspend: reduced, late_days: 2, claim_days: 0,\n"
        + "  enrol_on_first_purchase: yes}\n"
    ).program
    assert program.attributes == {
        "birthday": Attribute("birthday", "date", "a present"),
        "diet": Attribute("diet", "text", "offers", ("none", "vegan")),
    }
    assert (program.touchpoints, list(program.identifiers)) == (("till", "web"), ["card"])
    assert program.switches == Switches(
        lost_discount=LostDiscount.KEPT,
        overspend=Overspend.REDUCED,
        late_days=2,
        claim_days=0,
        enrol_on_first_purchase=True,
    )


def test_identifiers_say_how_they_are_checked():
    text = PROGRAM + "identifiers: {card: gsrn, email: any}\n"
    checks = parse(program=text).program.identifiers
    assert checks == {"card": CardCheck.GSRN, "email": CardCheck.ANY}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", {}),
        ("needs_all: no\n", {"needs_all": False}),
        ("window: lifetime\n", {"window": Window(WindowKind.LIFETIME)}),
        ("window: rolling\n", {"window": Window(WindowKind.ROLLING, 12)}),
        ("window: {rolling: 1 year 6 months}\n", {"window": Window(WindowKind.ROLLING, 18)}),
        ("window: {tier_start: 3 months}\n", {"window": Window(WindowKind.TIER_START, 3)}),
        ("down: never\nkeep: end_of_next_period\n",
         {"down": Down.NEVER, "keep": Keep.END_OF_NEXT_PERIOD}),
        ("grace: 1 year 1 month 1 week\n", {"grace": Grace(13, 7)}),
        ("grace: {round_up: month}\n", {"grace": Grace(round_up=RoundUp.MONTH)}),
        ("grace: {after: 3 days, round_up: week}\n", {"grace": Grace(0, 3, RoundUp.WEEK)}),
    ],
)  # fmt: skip
def test_tier_schemes(written: str, read: dict[str, Any]):
    tiers = (Tier("silver"), Tier("gold", needs={"spend": 50000}))
    assert scheme(TIERS + written) == TierScheme(tiers, **read)


def test_tiers_with_every_measure_and_title():
    text = """\
tiers:
  - {tier: one, title: One}
  - tier: two
    title: {en: Two, fr: Deux}
    needs: {spend: 12.50, visits: 3, tenure: 30, stamps: 7}
  - tier: by_hand
"""
    assert scheme(text).tiers == (
        Tier("one", {"en": "One"}),
        Tier("two", {"en": "Two", "fr": "Deux"}, {"spend": 1250, "visits": 3, "tenure": 30, "stamps": 7}),
        Tier("by_hand"),
    )  # fmt: skip
