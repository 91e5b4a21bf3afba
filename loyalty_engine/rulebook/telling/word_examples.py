"""An example of each word, made up from the types and names of its arguments, in a small shop.

A word that these values do not fit says its own, as `example`.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from types import NoneType
from typing import Any, Final, get_args, get_origin
from zoneinfo import ZoneInfo

from loyalty_engine.domain.facts import Facts, MemberFacts
from loyalty_engine.domain.purchase import Happening, Line, Payment, Purchase
from loyalty_engine.rulebook import arguments
from loyalty_engine.rulebook.shapes import Argument, shape_of
from loyalty_engine.rulebook.words import Condition, Effect, Selector, Word

PROGRAM: Final = """\
program: corner-shop
title: Corner Shop Card
zone: Europe/Paris
currency: EUR
languages: [en, fr]
units:
  points: {value: 0.01}
lanes: [base, extra]
attributes:
  birthday: {type: date, purpose: a present on the day}
  diet: {type: text, one_of: [none, vegan], purpose: offers that suit}
touchpoints: [till, web, app]
events:
  review_written:
    purpose: what others may read
    data: {stars: {type: integer, min: 1, max: 5}}
"""
TIERS: Final = """\
tiers:
  - {tier: bronze, title: Bronze}
  - {tier: silver, title: {en: Silver, fr: Argent}, needs: {spend: 300.00}}
  - {tier: gold, title: {en: Gold, fr: Or}, needs: {spend: 1000.00}}
"""
BASE: Final = """\
rule: base
lane: base
then:
  - earn_per_amount: {points: 1, per: 1.00}
"""
VOUCHER: Final = """\
voucher: spring
"""
"""Its codes give nothing by themselves; rules ask for them."""

SEGMENT: Final = """\
segment: vegans
when:
  - attribute_is: {name: diet, any_of: vegan}
"""
BASKET: Final = """\
Ada, a gold member since 8 March 2025, born on 9 March, vegan, buys for the tenth time, on Saturday,
7 March 2026 at 18:30, at the till of the store `oxford`, and pays by card. Her last purchase was on
20 December. She uses a code of the voucher `spring`.

| line | sku | category | brand | quantity | price | marked down by | attributes |
|---|---|---|---|---|---|---|---|
| 1 | `COFFEE` | `grocery/coffee` | Acme | 3 | 4.00 | | |
| 2 | `OIL` | `grocery/oil` | Bolt | 1 | 12.50 | | `organic: yes` |
| 3 | `BREAD` | `bakery/bread` | | 2 | 1.75 | 0.50 | |

An hour later she writes a review with five stars (`stars: 5`).
"""

_BY_NAME: Final[Mapping[str, str]] = {
    "at_least": "60",
    "n": "10",
    "factor": "2",
    "take": "3",
    "pay": "2",
    "days_before": "3",
    "days_after": "3",
    "methods": "card",
    "points": "5",
}
_BY_TYPE: Final[Mapping[Any, str]] = {
    arguments.Minor: "10.00",
    arguments.Milli: "2",
    arguments.Percent: "10",
    arguments.Weekday: "sat",
    arguments.TierName: "gold",
    arguments.UnitName: "points",
    arguments.AttributeName: "diet",
    arguments.TouchpointName: "till",
    arguments.VoucherName: "spring",
    arguments.EventName: "review_written",
    arguments.SegmentName: "vegans",
    arguments.CategoryPath: "grocery/coffee",
    arguments.Sku: "OIL",
    arguments.BrandName: "Acme",
    arguments.Text: "Thank you, Ada!",
    Fraction: "2",
    int: "3",
    bool: "yes",
    date: "2026-03-07",
}
_LISTED: Final[Mapping[Any, str]] = {
    arguments.Weekday: "[sat, sun]",
    arguments.TierName: "[silver, gold]",
}
_TIMES: Final[Mapping[str, str]] = {"from": "18:00", "until": "20:00"}
_DATES: Final[Mapping[str, str]] = {"from": "2026-03-01", "until": "2026-03-31"}
_TEXTS: Final[Mapping[str, str]] = {
    "attribute_is": "vegan",
    "line_attribute": "yes",
    "store_is": "oxford",
    "language_is": "en",
    "name": "organic",
}
_GIVEN: Final = "2.00"
"""An amount that an effect gives or gives for."""

_SHOWN: Final = {"category", "days_before"}
"""Arguments that an example gives although they may be left out."""


def example_of(word: type[Word]) -> str:
    """The word with a value, as one line of a list."""
    if word.example:
        return f"{word.word}: {word.example}"
    kind: Any = word
    shape = shape_of(kind)
    given = [it for it in shape.arguments.values() if it.required or it.key in _SHOWN]
    if not given:
        return word.word
    if given == [shape.direct]:
        return f"{word.word}: {_value(word, given[0])}"
    values = ", ".join(f"{it.key}: {_value(word, it)}" for it in given)
    return f"{word.word}: {{{values}}}"


def example_rule(word: type[Word]) -> str:
    """A whole rule with the word in it."""
    line = f"  - {example_of(word)}\n"
    if issubclass(word, Condition):
        body = f"when:\n{line}then:\n  - earn_points: 5\n"
    elif issubclass(word, Selector):
        body = f"on:\n{line}then:\n  - earn_per_unit: 5\n"
    else:
        assert issubclass(word, Effect), word
        body = f"then:\n{line}"
    return f"rule: example\nlane: extra\n{body}"


@cache
def facts() -> Facts:
    """Ada's purchase, as `BASKET` tells it."""
    at = datetime(2026, 3, 7, 18, 30, tzinfo=ZoneInfo("Europe/Paris"))
    lines = (
        Line("1", "COFFEE", 3000, 400, "grocery/coffee", "Acme"),
        Line("2", "OIL", 1000, 1250, "grocery/oil", "Bolt", attributes={"organic": True}),
        Line("3", "BREAD", 2000, 175, "bakery/bread", discount=50),
    )
    purchase = Purchase(
        "P-1", at, "EUR", lines, member="ada", store="oxford", touchpoint="till",
        payments=(Payment("card", 2750),),
    )  # fmt: skip
    ada = MemberFacts(
        tier="gold", enrolled_on=date(2025, 3, 8), language="en",
        attributes={"birthday": "1990-03-09", "diet": "vegan"}, purchases=9,
        last_purchase_on=date(2025, 12, 20),
    )  # fmt: skip
    nets = tuple(line.net for line in lines)
    return Facts(purchase, at, ada, nets=nets, codes={"spring": 1})


@cache
def review() -> Facts:
    """Ada's review, as `BASKET` tells it."""
    bought = facts()
    at = bought.local + timedelta(hours=1)
    event = Happening("review_written", {"stars": 5})
    purchase = Purchase("event R-1", at, "EUR", (), member="ada", event=event)
    return Facts(purchase, at, bought.member)


def _value(word: type[Word], argument: Argument) -> str:
    hint, several = argument.hint, False
    while inner := [it for it in get_args(hint) if it not in {NoneType, ...}]:
        several = several or get_origin(hint) is tuple
        hint = inner[0]
    if several and hint in _LISTED:
        return _LISTED[hint]
    if hint is time:
        return _TIMES.get(argument.key, "18:00")
    if hint is date and not several:
        return _DATES.get(argument.key, _BY_TYPE[date])
    if hint is str:
        return (
            _TEXTS.get(argument.key) or _TEXTS.get(word.word) or _BY_NAME.get(argument.key, "text")
        )
    if hint is arguments.Minor and issubclass(word, Effect):
        return _GIVEN
    if hint in {int, Fraction} and argument.key in _BY_NAME:
        return _BY_NAME[argument.key]
    if hint in _BY_TYPE:
        return _BY_TYPE[hint]
    return str(next(iter(hint)))
