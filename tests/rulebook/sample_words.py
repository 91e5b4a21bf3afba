"""A small vocabulary with a field of every type, and a programme for it to stand in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from fractions import Fraction
from textwrap import dedent

import pytest

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Outcome
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.arguments import (
    AttributeName,
    CategoryPath,
    Milli,
    Minor,
    Percent,
    Sku,
    Text,
    TierName,
    TouchpointName,
    UnitName,
    Weekday,
)
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.words import Condition, Effect, Selector, Word

BIRTHDAY = AttributeName("birthday")
POINTS = UnitName("points")


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Always(Condition):
    says = ""

    def holds(self, facts: Facts) -> bool:
        return True


class Everything(Selector):
    says = ""

    def selects(self, line: Line) -> bool:
        return True


class Nothing(Effect):
    says = ""

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        return ()


@dataclass(frozen=True)
class TierIs(Always):
    word = "tier_is"
    any_of: tuple[TierName, ...]


@dataclass(frozen=True)
class SpentAtLeast(Always):
    word = "spent_at_least"
    amount: Minor


@dataclass(frozen=True)
class UnitsAtLeast(Always):
    word = "units_at_least"
    quantity: Milli
    category: tuple[CategoryPath, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True)
class FirstPurchase(Always):
    word = "first_purchase"


@dataclass(frozen=True)
class HoursBetween(Always):
    word = "hours_between"
    example = "{from: 17:00, until: 19:00}"
    from_: time
    until: time

    def __post_init__(self) -> None:
        if self.from_ == self.until:
            raise ValueError("from and until are the same")


@dataclass(frozen=True)
class OnDates(Always):
    word = "on_dates"
    dates: tuple[date, ...]


@dataclass(frozen=True)
class WeekdayIs(Always):
    word = "weekday_is"
    days: tuple[Weekday, ...]


@dataclass(frozen=True)
class CountryIs(Always):
    word = "country_is"
    any_of: tuple[str, ...]


@dataclass(frozen=True)
class TouchpointIs(Always):
    word = "touchpoint_is"
    any_of: tuple[TouchpointName, ...]


@dataclass(frozen=True)
class Visits(Always):
    word = "visits"
    at_least: int
    alone: bool = False
    size: Size = Size.SMALL


@dataclass(frozen=True)
class BirthdayWithin(Always):
    word = "birthday_within"
    days: int = 0
    attribute: AttributeName = BIRTHDAY

    def check(self, program: Program) -> str | None:
        kind = program.attributes[self.attribute].type
        return None if kind == "date" else f"'{self.attribute}' is no date but a {kind}"


@dataclass(frozen=True)
class Raining(Always):
    word = "raining"
    inches: int = 0

    def __post_init__(self) -> None:
        if self.inches == 1:
            raise KeyError("one")

    def check(self, program: Program) -> str | None:
        if self.inches == 2:
            raise RuntimeError("two")
        return None


@dataclass(frozen=True)
class Category(Everything):
    word = "category"
    paths: tuple[CategoryPath, ...]


@dataclass(frozen=True)
class SkuIs(Everything):
    word = "sku"
    any_of: tuple[Sku, ...]


@dataclass(frozen=True)
class Earn(Nothing):
    word = "earn"
    points: Fraction
    per: Minor
    unit: UnitName = POINTS
    carry: bool = False


@dataclass(frozen=True)
class Multiply(Nothing):
    word = "multiply"
    factor: Fraction


@dataclass(frozen=True)
class PercentOff(Nothing):
    word = "percent_off"
    percent: Percent
    at_most: Minor | None = None


@dataclass(frozen=True)
class Say(Nothing):
    word = "say"
    text: Text


WORDS: tuple[type[Word], ...] = (
    TierIs,
    SpentAtLeast,
    UnitsAtLeast,
    FirstPurchase,
    HoursBetween,
    OnDates,
    WeekdayIs,
    CountryIs,
    TouchpointIs,
    Visits,
    BirthdayWithin,
    Raining,
    Category,
    SkuIs,
    Earn,
    Multiply,
    PercentOff,
    Say,
)

PROGRAM = """\
program: shop
title: Shop
zone: Europe/Paris
currency: EUR
languages: [en, fr]
units: {points: {value: 0.01}, stamps: {}}
lanes: [{base: all}, {bonus: best}]
attributes:
  birthday: {type: date, purpose: a present}
  diet: {type: text, purpose: offers, one_of: [none, vegan]}
touchpoints: [till, web]
"""
TIERS = """\
tiers:
  - tier: silver
  - {tier: gold, needs: {spend: 500}}
"""
RULE = """\
rule: base-points
lane: base
then: [earn: {points: 1, per: 1.00}]
"""
SHOP = {"program.yaml": PROGRAM, "tiers.yaml": TIERS}


def parse(**files: str) -> Rulebook:
    """The rulebook of the shop with these files, `.yaml` added to their names."""
    return parse_rulebook(SHOP | {f"{name}.yaml": text for name, text in files.items()}, WORDS)


def parse_one(rule: str) -> Rule:
    """The one rule of a shop that has no other."""
    (parsed,) = parse(rule=dedent(rule)).rules
    return parsed


def when(words: str) -> Rule:
    """A rule with these conditions, as they would stand behind `when: `."""
    return parse_one(f"rule: r\nlane: base\nwhen: {words}\nthen: [multiply: 2]\n")


def faults(**files: str) -> list[str]:
    """How the faults of the shop with these files read."""
    with pytest.raises(RulebookErrors) as caught:
        parse(**files)
    return [str(fault) for fault in caught.value.faults]


def faults_of(rule: str) -> list[str]:
    """How the faults of one rule file read, without the name of the file."""
    found = faults(rule=dedent(rule))
    assert all(each.startswith("rule.yaml:") for each in found), found
    return [each.removeprefix("rule.yaml:") for each in found]
