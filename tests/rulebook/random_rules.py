"""Random rules over every standard word, and random facts that they often have something to say of.

Arguments are drawn by the types of a word's fields, so that a new word takes part by itself.
"""

import json
from collections.abc import Iterable
from dataclasses import MISSING, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from random import Random
from types import NoneType
from typing import Any, NewType, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from hypothesis import reject
from hypothesis import strategies as st

from loyalty_engine.domain.facts import Facts, MemberFacts
from loyalty_engine.domain.lanes import Lane
from loyalty_engine.domain.program import Attribute, Program
from loyalty_engine.domain.purchase import Line, Payment, Purchase
from loyalty_engine.domain.tiers import TierScheme
from loyalty_engine.domain.units import Unit
from loyalty_engine.rulebook import arguments, nesting
from loyalty_engine.rulebook.arguments import Minor, TierName
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.segments import InSegments, Segment
from loyalty_engine.rulebook.words import Condition, Selector, Word
from loyalty_engine.vocabulary import standard_words
from loyalty_engine.vocabulary.conditions.spent_at_least import SpentAtLeast
from loyalty_engine.vocabulary.conditions.tier_is import TierIs
from loyalty_engine.vocabulary.effects.earn_points import EarnFixed

ZONE = ZoneInfo("Europe/Paris")
DAY = date(2026, 3, 1)
PLACE = Place("rule.yaml", 1, 1)

SEGMENTS = {
    name: Segment(name, {}, when, PLACE)
    for name, when in {
        "shining": (TierIs((TierName("silver"), TierName("gold"))),),
        "buyers": (SpentAtLeast(Minor(500)), TierIs((TierName("bronze"),))),
    }.items()
}

days = st.integers(-3, 3).map(lambda by: DAY + timedelta(days=by))
tiers = st.sampled_from(["bronze", "silver", "gold"])
paths = st.sampled_from(["food", "food/tea", "food/tea/green", "foodie", "home", "home/tea"])
skus = st.sampled_from(["A", "B", "C", "D"])
names = st.sampled_from(["birthday", "segment", "size"])
texts = st.sampled_from(
    ["Acme", "Bolt", "card", "cash", "S1", "en", "fr", "FR-ca", "yes", "No", "3"]
)
times = st.builds(time, st.sampled_from([0, 9, 10, 23]), st.sampled_from([0, 30]))
amounts = st.sampled_from([0, 1, 99, 100, 250, 500, 1000, 2500])

BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    int: st.integers(0, 4),
    bool: st.booleans(),
    Fraction: st.fractions(0, 4, max_denominator=4),
    date: days,
    time: times,
    arguments.Minor: amounts,
    arguments.Milli: st.sampled_from([0, 500, 1000, 2000, 3000]),
    arguments.Percent: st.integers(1, 10_000),
    arguments.Weekday: st.integers(0, 6),
    arguments.TierName: tiers,
    arguments.UnitName: st.just("points"),
    arguments.AttributeName: names,
    arguments.TouchpointName: st.sampled_from(["till", "web"]),
    arguments.CategoryPath: paths,
    arguments.Sku: skus,
    arguments.SegmentName: st.sampled_from(["shining", "buyers"]),
    arguments.Text: st.just(json.dumps({"en": "Hello"})),
}


def of_type(hint: Any) -> st.SearchStrategy[Any]:
    if hint in BY_TYPE:
        return BY_TYPE[hint]
    if get_origin(hint) is tuple:
        return st.lists(of_type(get_args(hint)[0]), min_size=1, max_size=3).map(tuple)
    if isinstance(hint, NewType):
        return of_type(hint.__supertype__)
    if isinstance(hint, type):
        return st.sampled_from(list(hint))
    return st.one_of(st.none() if each is NoneType else of_type(each) for each in get_args(hint))


@st.composite
def words_of(draw: st.DrawFn, kind: type[Word]) -> Any:
    hints = get_type_hints(kind)
    given = {}
    for each in fields(kind):  # type: ignore[arg-type]
        if each.init and (each.default is MISSING or draw(st.booleans())):
            given[each.name] = draw(of_type(hints[each.name]))
    try:
        word = kind(**given)
    except ValueError:
        reject()
    if isinstance(word, InSegments):
        word.bind(SEGMENTS)
    return word


def words(kind: type[Word]) -> list[Any]:
    """The standard words of a kind."""
    return [word for word in standard_words() if issubclass(word, kind)]


def nested(
    kind: type[Word], groups: Iterable[type[nesting.Group] | type[nesting.LineGroup]]
) -> st.SearchStrategy[tuple[Any, ...]]:
    plain = st.sampled_from(words(kind)).flatmap(words_of)
    parts = st.recursive(
        plain,
        lambda inner: st.sampled_from(list(groups)).flatmap(
            lambda group: st.lists(inner, min_size=1, max_size=3).map(lambda it: group(tuple(it)))
        ),
        max_leaves=6,
    )
    return st.lists(parts, max_size=3).map(tuple)


conditions = nested(Condition, [nesting.All, nesting.Any, nesting.None_])
selectors = nested(Selector, [nesting.LineAll, nesting.LineAny, nesting.LineNone])

LANES = ("first", "second")
PROGRAM = Program(
    "shop", "Shop", ZONE, "EUR", ("en",), {"points": Unit("points")},
    tuple(map(Lane, LANES)), TierScheme(),
    {name: Attribute(name, "text", "a test") for name in ("birthday", "segment", "size")},
)  # fmt: skip


@st.composite
def rulebooks(draw: st.DrawFn, most: int = 8) -> Rulebook:
    rules = [
        Rule(
            f"rule-{number:02}",
            {},
            draw(st.sampled_from(LANES)),
            draw(conditions),
            draw(selectors),
            (EarnFixed(1),),
            PLACE,
            start=draw(st.none() | days),
            end=draw(st.none() | days),
            priority=draw(st.integers(0, 2)),
        )
        for number in range(draw(st.integers(0, most)))
    ]
    return rulebook_of(rules)


def rulebook_of(rules: Iterable[Rule], program: Program = PROGRAM) -> Rulebook:
    return Rulebook(program, tuple(rules), "", {})


# What a purchase is made of is drawn from a stock made beforehand: one draw each instead of ten.
_random = Random(20260301)
_DAYS = [DAY + timedelta(days=by) for by in range(-3, 4)]
_VALUES = ["Acme", "card", "S1", "en", "yes", "No", "3", True, False, 3, 4, *map(str, _DAYS)]


def _some_values(most: int) -> dict[str, Any]:
    named = _random.sample(["birthday", "segment", "size"], _random.randint(0, most))
    return {name: _random.choice(_VALUES) for name in named}


LINES = [
    Line(
        "",
        _random.choice("ABCD"),
        _random.choice([500, 1000, 2000]),
        _random.choice([0, 1, 99, 100, 250, 500, 1000, 2500]),
        _random.choice(["", "food", "food/tea", "food/tea/green", "foodie", "home/tea"]),
        _random.choice(["", "Acme", "Bolt"]),
        attributes=_some_values(2),
    )
    for _ in range(200)
]
MEMBERS = [
    MemberFacts(
        tier=_random.choice(["bronze", "silver", "gold"]),
        enrolled_on=_random.choice(_DAYS).replace(year=2024),
        language=_random.choice(["en", "fr", "fr-CA", "fr-CA", "de"]),
        attributes=_some_values(3),
        purchases=_random.randint(0, 4),
        last_purchase_on=_random.choice([None, *_DAYS]),
    )
    for _ in range(100)
]
PLACES = [
    Purchase(
        "P-1",
        datetime.combine(_random.choice(_DAYS), time(hour, minute, tzinfo=ZONE)),
        "EUR",
        (),
        store=_random.choice(["S1", "S2"]),
        touchpoint=_random.choice(["till", "web", ""]),
        payments=tuple(Payment(method, 1) for method in _random.sample(["card", "cash"], paid)),
    )
    for hour in (0, 9, 10, 23)
    for minute in (0, 29, 30)
    for paid in (0, 1, 2)
]


@st.composite
def some_facts(draw: st.DrawFn) -> Facts:
    bought = tuple(draw(st.lists(st.sampled_from(LINES), min_size=1, max_size=5)))
    place = draw(st.sampled_from(PLACES))
    at = place.occurred_at
    purchase = replace(place, occurred_at=at.astimezone(UTC), lines=bought)
    off = draw(st.sampled_from([0, 1, 2]))
    nets = tuple(line.net >> off for line in bought)
    return Facts(purchase, at, draw(st.none() | st.sampled_from(MEMBERS)), nets=nets)
