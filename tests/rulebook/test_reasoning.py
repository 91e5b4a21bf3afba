"""What is said of conditions without a purchase is never wrong about any purchase."""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_engine.domain.facts import Facts, MemberFacts
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.dimensions import comparable
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.needs import Amount, OneValue, SeveralValues
from loyalty_engine.rulebook.nesting import All, Any, LineAll, LineAny, LineNone, None_
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.reasoning.cases import MOST_CASES, cases_of
from loyalty_engine.rulebook.reasoning.situations import are_sure, is_sure, situations
from loyalty_engine.rulebook.regions import (
    AWAY,
    MARKED_DOWN,
    MEMBER_FOR,
    MINUTE,
    PRICE,
    SPOKEN,
    Region,
    lies_within,
    numbers,
    one_of,
    under,
)
from loyalty_engine.rulebook.regions_of_paths import Holding, Under
from loyalty_engine.rulebook.regions_of_values import Spans
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.words import Condition, Selector
from loyalty_engine.vocabulary import standard_words
from loyalty_engine.vocabulary.conditions.attribute_is import AttributeIs
from loyalty_engine.vocabulary.conditions.birthday_within import BirthdayWithin
from loyalty_engine.vocabulary.conditions.date_between import DateBetween
from loyalty_engine.vocabulary.conditions.days_since_last_purchase import DaysSinceLastPurchase
from loyalty_engine.vocabulary.conditions.enrolled_for_days import EnrolledForDays
from loyalty_engine.vocabulary.conditions.every_nth_purchase import EveryNthPurchase
from loyalty_engine.vocabulary.conditions.first_purchase import FirstPurchase
from loyalty_engine.vocabulary.conditions.has_brand import HasBrand
from loyalty_engine.vocabulary.conditions.has_category import HasCategory
from loyalty_engine.vocabulary.conditions.has_sku import HasSku
from loyalty_engine.vocabulary.conditions.hours_between import HoursBetween
from loyalty_engine.vocabulary.conditions.is_guest import IsGuest
from loyalty_engine.vocabulary.conditions.is_member import IsMember
from loyalty_engine.vocabulary.conditions.language_is import LanguageIs
from loyalty_engine.vocabulary.conditions.nth_purchase import NthPurchase
from loyalty_engine.vocabulary.conditions.on_dates import OnDates
from loyalty_engine.vocabulary.conditions.paid_with import PaidWith
from loyalty_engine.vocabulary.conditions.spends_on import SpendsOn
from loyalty_engine.vocabulary.conditions.spent_at_least import SpentAtLeast
from loyalty_engine.vocabulary.conditions.store_is import StoreIs
from loyalty_engine.vocabulary.conditions.tier_is import TierIs
from loyalty_engine.vocabulary.conditions.touchpoint_is import TouchpointIs
from loyalty_engine.vocabulary.conditions.units_at_least import UnitsAtLeast
from loyalty_engine.vocabulary.conditions.weekday_is import WeekdayIs
from loyalty_engine.vocabulary.selectors.brand import Brand
from loyalty_engine.vocabulary.selectors.category import Category
from loyalty_engine.vocabulary.selectors.line_attribute import LineAttribute
from loyalty_engine.vocabulary.selectors.not_discounted import NotDiscounted
from loyalty_engine.vocabulary.selectors.price_at_least import PriceAtLeast
from loyalty_engine.vocabulary.selectors.sku import Sku
from tests.vocabulary.baskets import facts as facts_of

PROGRAM = parse_rulebook(
    {
        "program.yaml": "program: shop\ntitle: Shop\nzone: Europe/Paris\ncurrency: EUR\n"
        "languages: [fr]\nunits: {points: {}}\nlanes: [base]\n"
        "attributes: {diet: {type: text, purpose: x}}\n",
        "tiers.yaml": "tiers: [{tier: silver}, {tier: gold, needs: {spend: 5}}]\n",
    },
    standard_words(),
).program

CATEGORIES = ("food", "food/tea", "food/tea/green", "food/oil", "toys")
SKUS, BRANDS, TEXTS = ("T1", "T2"), ("Acme", "Bolt"), ("yes", "no", "4", "vegan")
DAYS = [date(2026, 3, 1) + timedelta(days=n) for n in range(12)]


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)


minutes = st.builds(time, st.sampled_from([0, 6, 12, 23]), st.sampled_from([0, 30]))
spans = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(sorted)
hours = st.lists(minutes, min_size=2, max_size=2, unique=True)
few = st.integers(1, 4)

CONDITIONS: st.SearchStrategy[Condition] = st.one_of(
    st.builds(TierIs, some(("silver", "gold"))),
    st.builds(StoreIs, some(("S1", "S2"))),
    st.builds(TouchpointIs, some(("till", "web"))),
    st.builds(LanguageIs, some(("fr", "fr-CA", "en"))),
    st.builds(AttributeIs, st.just("diet"), some(TEXTS)),
    st.builds(HasCategory, some(CATEGORIES)),
    st.builds(HasSku, some(SKUS)),
    st.builds(HasBrand, some(BRANDS)),
    st.builds(PaidWith, some(("card", "cash"))),
    st.builds(WeekdayIs, st.lists(st.integers(0, 6), min_size=1, max_size=3).map(tuple)),
    st.builds(OnDates, st.lists(st.sampled_from(DAYS), min_size=1, max_size=3).map(tuple)),
    spans.map(lambda span: DateBetween(*span)),
    hours.map(lambda span: HoursBetween(*span)),
    st.builds(SpentAtLeast, st.sampled_from([0, 500, 1000])),
    st.builds(SpendsOn, st.sampled_from([0, 500]), category=some(CATEGORIES)),
    st.builds(UnitsAtLeast, st.sampled_from([1000, 2000]), sku=some(SKUS)),
    st.builds(NthPurchase, few),
    st.builds(EveryNthPurchase, few),
    st.builds(FirstPurchase),
    st.builds(DaysSinceLastPurchase, few),
    st.builds(EnrolledForDays, few),
    st.builds(BirthdayWithin),
    st.builds(IsMember),
    st.builds(IsGuest),
)
SELECTORS: st.SearchStrategy[Selector] = st.one_of(
    st.builds(Category, some(CATEGORIES)),
    st.builds(Sku, some(SKUS)),
    st.builds(Brand, some(BRANDS)),
    st.builds(LineAttribute, st.just("bio"), some(TEXTS)),
    st.builds(PriceAtLeast, st.sampled_from([0, 500, 1000])),
    st.builds(NotDiscounted),
)


def nested(words: st.SearchStrategy, every: type, either: type, none: type) -> st.SearchStrategy:
    def groups(inner: st.SearchStrategy) -> st.SearchStrategy:
        parts = st.lists(inner, min_size=1, max_size=3).map(tuple)
        return st.one_of(*(parts.map(kind) for kind in (every, either, none)))

    return st.recursive(words, groups, max_leaves=5)


WHEN = nested(CONDITIONS, All, Any, None_)
ON = nested(SELECTORS, LineAll, LineAny, LineNone)

LINES = st.builds(
    Line,
    id=st.just(""),
    sku=st.sampled_from(SKUS),
    quantity_milli=st.sampled_from([1000, 2000]),
    unit_price=st.sampled_from([0, 400, 500, 1000]),
    category=st.sampled_from(("", *CATEGORIES)),
    brand=st.sampled_from(("", *BRANDS)),
    discount=st.sampled_from([0, 0, 100]),
    attributes=st.dictionaries(
        st.just("bio"), st.sampled_from([True, False, 4, *TEXTS]), max_size=1
    ),
).map(lambda line: replace(line, discount=min(line.discount, line.gross)))


@st.composite
def members(draw: st.DrawFn) -> MemberFacts:
    purchases = draw(st.integers(0, 5))
    return MemberFacts(
        tier=draw(st.sampled_from(["silver", "gold"])),
        enrolled_on=draw(st.sampled_from(DAYS)) - timedelta(days=10),
        language=draw(st.sampled_from(["fr", "fr-CA", "en-GB"])),
        attributes=draw(
            st.dictionaries(st.just("diet"), st.sampled_from([True, 4, *TEXTS]), max_size=1)
        ),
        purchases=purchases,
        last_purchase_on=draw(st.sampled_from(DAYS)) - timedelta(days=10) if purchases else None,
    )


@st.composite
def purchases(draw: st.DrawFn) -> Facts:
    at = datetime.combine(draw(st.sampled_from(DAYS)), draw(minutes), ZoneInfo("Europe/Paris"))
    return facts_of(
        *draw(st.lists(LINES, min_size=1, max_size=2)),
        at=at.isoformat(),
        member=draw(st.none() | members()),
        store=draw(st.sampled_from(["", "S1", "S2", "S3"])),
        touchpoint=draw(st.sampled_from(["till", "web", ""])),
        paid=draw(some(("card", "cash"))),
    )


def point(dimension: Hashable, facts: Facts, like: Region) -> Region:
    """Where a purchase stands in a dimension, as a region of its own."""
    member = facts.member
    today, now = facts.local.date(), facts.local
    if isinstance(dimension, SeveralValues):
        held = frozenset(dimension.of(facts))
        assert isinstance(like, Holding)
        named = {value for values in like.some for value in values} | like.none
        return Holding(tuple(frozenset({it}) for it in held), frozenset(named - held), like.sign)
    if isinstance(dimension, OneValue | Amount):
        value = dimension.of(facts)
        value = value.toordinal() if isinstance(value, date) else value
    elif dimension == AWAY:
        last = member and member.last_purchase_on
        value = (today - last).days if last else None
    elif dimension == MEMBER_FOR:
        value = (today - member.enrolled_on).days if member else None
    elif dimension == MINUTE:
        value = now.hour * 60 + now.minute
    elif dimension == SPOKEN:
        return under([member.language.lower()], "-") if member else Under(frozenset(), absent=True)
    elif dimension[0] == "attribute":  # type: ignore[index]
        value = member and member.attributes.get("diet")
        return one_of({None if value is None else comparable(value)})
    else:
        kind, category, sku, brand = dimension  # type: ignore[misc]
        word = UnitsAtLeast(0, category=category, sku=sku, brand=brand)
        value = (
            word.bought(facts)
            if kind == "bought"
            else sum(facts.nets[i] for i in word.fitting(facts))
        )
    if isinstance(like, Spans):
        return Spans((), absent=True) if value is None else numbers({value})
    return one_of({value})


def point_of_line(dimension: Hashable, line: Line) -> Region:
    if dimension == PRICE:
        return numbers({line.unit_price})
    if dimension == MARKED_DOWN:
        return numbers({line.discount})
    name = getattr(dimension, "name", None)
    if name == "category":
        return under([line.category])
    if name in {"sku", "brand"}:
        return one_of({getattr(line, name)})
    value = line.attributes.get("bio")
    return one_of({None if value is None else comparable(value)})


@given(CONDITIONS, purchases())
def test_a_condition_holds_where_it_says_and_nowhere_else(condition: Condition, facts: Facts):
    box = condition.allows()
    if box is None:
        assert isinstance(condition, BirthdayWithin)
        return
    inside = all(lies_within(_of(it, facts, region), region) for it, region in box.items())
    assert inside is condition.holds(facts)


def _of(dimension: Hashable, facts: Facts, region: Region) -> Region:
    here = point(dimension, facts, region)
    if isinstance(region, Spans) and region.step > 1 and isinstance(here, Spans) and here.spans:
        # One number is a multiple or it is not; a region of multiples is asked for multiples.
        number = here.spans[0][0]
        return here if number % region.step else replace(here, step=region.step)
    return here


@given(SELECTORS, LINES)
def test_a_selector_selects_what_it_says_and_nothing_else(selector: Selector, line: Line):
    box = selector.allows()
    assert box is not None
    inside = all(lies_within(point_of_line(it, line), region) for it, region in box.items())
    assert inside is selector.selects(line)


def rule(when: list[Condition], on: list[Selector]) -> Rule:
    return Rule("r", {}, "base", tuple(when), tuple(on), (), Place("r.yaml", 1, 1))


def applies(when: list[Condition], on: list[Selector], facts: Facts) -> list[Line]:
    if not all(it.holds(facts) for it in when):
        return []
    return [line for line in facts.purchase.lines if all(it.selects(line) for it in on)]


@settings(max_examples=150)
@given(st.lists(WHEN, max_size=3), st.lists(ON, max_size=2), purchases())
def test_a_rule_that_never_applies_never_does(
    when: list[Condition], on: list[Selector], facts: Facts
):
    if not situations(PROGRAM, rule(when, on)):
        assert applies(when, on, facts) == []


@settings(max_examples=150)
@given(st.lists(WHEN, max_size=2), st.lists(ON, max_size=2), WHEN, ON, purchases())
def test_what_is_sure_in_every_situation_is_so(
    when: list[Condition],
    on: list[Selector],
    condition: Condition,
    selector: Selector,
    facts: Facts,
):
    found = situations(PROGRAM, rule(when, on))
    lines = applies(when, on, facts)
    if lines and all(is_sure(it, condition) for it in found):
        assert condition.holds(facts)
    if lines and all(is_sure(it, condition, holds=False) for it in found):
        assert not condition.holds(facts)
    if all(is_sure(it, selector) for it in found):
        assert all(selector.selects(line) for line in lines)
    if all(is_sure(it, selector, holds=False) for it in found):
        assert not any(selector.selects(line) for line in lines)


NEVER: Mapping[str, tuple[list[Condition], list[Selector]]] = {
    "two tiers": ([TierIs(("gold",)), TierIs(("silver",))], []),
    "a guest with a tier": ([IsGuest(), TierIs(("gold",))], []),
    "a guest's first purchase": ([IsGuest(), FirstPurchase()], []),
    "no tier at all": ([IsMember(), None_((TierIs(("gold", "silver")),))], []),
    "more than at most": ([SpentAtLeast(6000), None_((SpentAtLeast(5000),))], []),
    "first and away": ([NthPurchase(1), DaysSinceLastPurchase(30)], []),
    "fifth and every tenth": ([NthPurchase(5), EveryNthPurchase(10)], []),
    "third and fourth": ([NthPurchase(3), NthPurchase(4)], []),
    "a Monday that is a Sunday": ([OnDates((date(2026, 3, 1),)), WeekdayIs((0,))], []),
    "a weekend in a working week": (
        [DateBetween(date(2026, 3, 2), date(2026, 3, 6)), WeekdayIs((5, 6))], []),
    "hours apart": ([HoursBetween(time(8), time(10)), HoursBetween(time(10), time(12))], []),
    "at night by day": ([HoursBetween(time(22), time(2)), HoursBetween(time(9), time(12))], []),
    "tea without food": ([HasCategory(("food/tea",)), None_((HasCategory(("food",)),))], []),
    "all and none": ([StoreIs(("S1",)), None_((StoreIs(("S1",)),))], []),
    "two languages": ([LanguageIs(("fr",)), LanguageIs(("en",))], []),
    "French Canadians who do not speak French": (
        [LanguageIs(("fr-CA",)), None_((LanguageIs(("fr",)),))], []),
    "two values of one attribute": (
        [AttributeIs("diet", ("vegan",)), AttributeIs("diet", ("none",))], []),
    "an attribute of a guest": ([IsGuest(), AttributeIs("diet", ("vegan",))], []),
    "an unknown guest's birthday": ([IsGuest(), BirthdayWithin()], []),
    "no case of several": (
        [Any((TierIs(("gold",)), StoreIs(("S1",)))), None_((TierIs(("gold",)), StoreIs(("S1", "S2"))))],
        [],
    ),
    "two brands on a line": ([], [Brand(("Acme",)), Brand(("Bolt",))]),
    "tea outside of food": ([], [Category(("food/tea",)), LineNone((Category(("food",)),))]),
    "categories apart": ([], [Category(("food/tea",)), Category(("food/oil",))]),
    "dear and cheap": ([], [PriceAtLeast(1000), LineNone((PriceAtLeast(500),))]),
    "lines that the basket may not hold": (
        [None_((HasCategory(("food",)),))], [Category(("food/tea",))]),
    "an item that the basket may not hold": ([None_((HasSku(("T1",)),))], [Sku(("T1",))]),
}  # fmt: skip


@pytest.mark.parametrize("name", NEVER)
def test_found_to_be_never_true(name: str):
    assert situations(PROGRAM, rule(*NEVER[name])) == []


SURE: Mapping[str, tuple[list[Condition], Condition]] = {
    "whoever has a tier is a member": ([TierIs(("gold",))], IsMember()),
    "one of fewer tiers": ([TierIs(("gold",))], TierIs(("gold", "silver"))),
    "who spends more spends enough": ([SpentAtLeast(500)], SpentAtLeast(400)),
    "not the first": ([DaysSinceLastPurchase(3)], None_((FirstPurchase(),))),
    "tea is food": ([HasCategory(("food/tea",))], HasCategory(("food", "toys"))),
    "the twentieth is a tenth": ([NthPurchase(20)], Any((IsMember(), EveryNthPurchase(10)))),
    "every tenth is a fifth": ([EveryNthPurchase(10)], EveryNthPurchase(5)),
    "a Sunday": ([OnDates((date(2026, 3, 1),))], WeekdayIs((5, 6))),
    "either way": ([Any((TierIs(("gold",)), FirstPurchase()))], IsMember()),
}


@pytest.mark.parametrize("name", SURE)
def test_found_to_be_sure(name: str):
    when, condition = SURE[name]
    found = situations(PROGRAM, rule(when, []))
    assert found
    assert all(are_sure(it, [condition]) for it in found)
    assert not any(is_sure(it, condition) for it in situations(PROGRAM, rule([], [])))


def test_the_dates_of_a_rule_count():
    week = replace(rule([WeekdayIs((6,))], []), start=date(2026, 3, 2), end=date(2026, 3, 7))
    assert situations(PROGRAM, week) == []
    assert situations(PROGRAM, week, dated=False)
    assert situations(PROGRAM, replace(week, end=date(2026, 3, 8)))


def test_words_that_nest_without_end_are_left_alone():
    either = Any(tuple(StoreIs((f"S{n}",)) for n in range(4)))
    several = [either] * 5
    assert 1 < len(cases_of(several)) <= MOST_CASES
    assert situations(PROGRAM, rule([*several, TierIs(("gold",)), IsGuest()], [])) == []


class Breaks(Condition):
    word = "breaks"
    says = ""

    def holds(self, facts: Facts) -> bool:
        return True

    def allows(self):
        raise RuntimeError

    def needs(self):
        raise RuntimeError


def test_a_word_that_breaks_says_nothing():
    assert situations(PROGRAM, rule([Breaks(), None_((Breaks(),))], []))
