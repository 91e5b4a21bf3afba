"""Conditions: each holds, does not hold, and behaves at its edge."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.program import Attribute, Program
from loyalty_engine.domain.purchase import Happening, LineKind, Scalar
from loyalty_engine.domain.tiers import TierScheme
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.segments import Segment
from loyalty_engine.rulebook.words import Condition, Near
from loyalty_engine.vocabulary import standard_words
from loyalty_engine.vocabulary.conditions.anniversary_within import AnniversaryWithin
from loyalty_engine.vocabulary.conditions.attribute_is import AttributeIs
from loyalty_engine.vocabulary.conditions.birthday_within import BirthdayWithin
from loyalty_engine.vocabulary.conditions.code_used import CodeUsed
from loyalty_engine.vocabulary.conditions.date_between import DateBetween
from loyalty_engine.vocabulary.conditions.days_since_last_purchase import DaysSinceLastPurchase
from loyalty_engine.vocabulary.conditions.enrolled_for_days import EnrolledForDays
from loyalty_engine.vocabulary.conditions.event_is import EventIs
from loyalty_engine.vocabulary.conditions.event_value import EventValue
from loyalty_engine.vocabulary.conditions.every_nth_purchase import EveryNthPurchase
from loyalty_engine.vocabulary.conditions.first_purchase import FirstPurchase
from loyalty_engine.vocabulary.conditions.has_brand import HasBrand
from loyalty_engine.vocabulary.conditions.has_category import HasCategory
from loyalty_engine.vocabulary.conditions.has_kind import HasKind
from loyalty_engine.vocabulary.conditions.has_sku import HasSku
from loyalty_engine.vocabulary.conditions.hours_between import HoursBetween
from loyalty_engine.vocabulary.conditions.is_guest import IsGuest
from loyalty_engine.vocabulary.conditions.is_member import IsMember
from loyalty_engine.vocabulary.conditions.language_is import LanguageIs
from loyalty_engine.vocabulary.conditions.nth_purchase import NthPurchase
from loyalty_engine.vocabulary.conditions.on_dates import OnDates
from loyalty_engine.vocabulary.conditions.paid_with import PaidWith
from loyalty_engine.vocabulary.conditions.segment_is import SegmentIs
from loyalty_engine.vocabulary.conditions.spends_on import SpendsOn
from loyalty_engine.vocabulary.conditions.spent_at_least import SpentAtLeast
from loyalty_engine.vocabulary.conditions.store_is import StoreIs
from loyalty_engine.vocabulary.conditions.tier_is import TierIs
from loyalty_engine.vocabulary.conditions.touchpoint_is import TouchpointIs
from loyalty_engine.vocabulary.conditions.units_at_least import UnitsAtLeast
from loyalty_engine.vocabulary.conditions.voucher_is import VoucherIs
from loyalty_engine.vocabulary.conditions.weekday_is import WeekdayIs
from tests.vocabulary.baskets import PARIS, ada, facts, line

COFFEE = line(450, 2, "grocery/coffee/ground", sku="COF-250", brand="Moka")
TEA = line(300, "0.5", "grocery/tea", sku="TEA", brand="Leaf")


def on(day: str, **known: object) -> Facts:
    """A member's purchase at noon in Paris on a day."""
    return facts(at=f"{day}T12:00:00+01:00", member=ada(**known))


@dataclass(frozen=True)
class Case:
    """A word, what it holds for and what it does not hold for."""

    word: Condition
    holds: tuple[Facts, ...]
    fails: tuple[Facts, ...]


GUEST = facts()


def happened(kind: str = "review", **data: Scalar) -> Facts:
    """An event of Ada's."""
    bare = facts(member=ada())
    return replace(bare, purchase=replace(bare.purchase, event=Happening(kind, data)))


BORN_ON_LEAP_DAY = {"attributes": {"birthday": "2000-02-29"}}
BORN_ON_NEW_YEARS_EVE = {"attributes": {"birthday": "1980-12-31"}}
BORN_ON_NEW_YEARS_DAY = {"attributes": {"birthday": "1980-01-01"}}


def segments(*names: str) -> SegmentIs:
    """Golden members, and those whose basket is large."""
    whole = {"golden": TierIs(("gold",)), "large": SpentAtLeast(1400)}
    word, place = SegmentIs(tuple(names)), Place("", 1, 1)
    word.bind({name: Segment(name, {}, (it,), place) for name, it in whole.items()})
    return word


CASES = [
    Case(
        CodeUsed(("spring", "five")),
        holds=(replace(facts(), codes={"five": 1}), replace(GUEST, codes={"spring": 2, "ten": 1})),
        fails=(facts(), replace(facts(), codes={"ten": 1})),
    ),
    Case(
        TierIs(("gold", "silver")),
        holds=(facts(member=ada()), facts(member=ada(tier="gold"))),
        fails=(facts(member=ada(tier="")), GUEST),
    ),
    Case(
        segments("large", "golden"),
        holds=(facts(member=ada(tier="gold")), facts(COFFEE, COFFEE, member=ada())),
        fails=(facts(member=ada()), GUEST),
    ),
    Case(
        SpentAtLeast(900),
        holds=(facts(COFFEE), facts(COFFEE, TEA)),
        fails=(facts(COFFEE, nets=(899,)), facts()),
    ),
    Case(
        SpendsOn(900, category=("grocery/coffee",)),
        holds=(facts(COFFEE), facts(TEA, COFFEE)),
        fails=(facts(TEA, TEA, TEA, TEA, TEA, TEA, TEA), facts(COFFEE, nets=(899,))),
    ),
    Case(
        SpendsOn(1, category=("grocery",), brand=("Moka",)),
        holds=(facts(COFFEE),),
        fails=(facts(TEA), facts(line(5, brand="Moka"))),
    ),
    Case(SpendsOn(1, sku=("TEA",)), holds=(facts(TEA),), fails=(facts(COFFEE),)),
    Case(
        UnitsAtLeast(2500),
        holds=(facts(COFFEE, TEA),),
        fails=(facts(COFFEE, line(1, "0.499")), facts(COFFEE)),
    ),
    Case(
        UnitsAtLeast(2000, category=("grocery/coffee",)),
        holds=(facts(COFFEE), facts(line(450, 1, "grocery/coffee"), line(1, 1, "grocery/coffee"))),
        fails=(facts(line(450, 9, "grocery/coffeehouse")), facts(TEA, TEA, TEA, TEA)),
    ),
    Case(
        HasCategory(("grocery/coffee", "toys")),
        holds=(facts(COFFEE), facts(TEA, line(1, 1, "toys"))),
        fails=(facts(TEA), facts(line(1, 1, "grocery")), facts(line(1, 1, "grocery/coffees"))),
    ),
    Case(HasSku(("TEA", "007")), holds=(facts(TEA),), fails=(facts(COFFEE), facts())),
    Case(
        HasKind((LineKind.GIFT_CARD, LineKind.DONATION)),
        holds=(facts(TEA, line(5000, kind=LineKind.GIFT_CARD)),),
        fails=(facts(TEA), facts(line(1, kind=LineKind.SHIPPING))),
    ),
    Case(HasBrand(("Moka",)), holds=(facts(TEA, COFFEE),), fails=(facts(TEA), facts(line(1)))),
    Case(
        StoreIs(("lyon-2",)),
        holds=(facts(store="lyon-2"),),
        fails=(facts(store="lyon-20"), facts()),
    ),
    Case(TouchpointIs(("app",)), holds=(facts(touchpoint="app"),), fails=(facts(), GUEST)),
    Case(
        PaidWith(("card",)),
        holds=(facts(paid=("cash", "card")),),
        fails=(facts(paid=("cash",)), facts()),
    ),
    Case(
        VoucherIs(("Spring10", "FRIENDS")),
        holds=(facts(vouchers=("spring10",)), facts(vouchers=("X", "FRIENDS"))),
        fails=(facts(vouchers=("SPRING1",)), facts()),
    ),
    Case(  # 5 March 2026 is a Thursday; the zone decides when it ends
        WeekdayIs((3,)),
        holds=(facts(), facts(at="2026-03-05T22:59:59+00:00"), facts(at="2026-03-04T23:00+00:00")),
        fails=(facts(at="2026-03-05T23:00:00+00:00"), facts(at="2026-03-07T12:00+01:00")),
    ),
    Case(
        HoursBetween(time(7), time(10)),
        holds=(facts(at="2026-03-05T07:00:00+01:00"), facts(at="2026-03-05T09:59:59.999999+01:00")),
        fails=(facts(at="2026-03-05T10:00:00+01:00"), facts(at="2026-03-05T06:59:59+01:00")),
    ),
    Case(
        HoursBetween(time(22), time(2)),
        holds=(facts(at="2026-03-05T22:00+01:00"), facts(at="2026-03-05T01:59:59+01:00")),
        fails=(facts(at="2026-03-05T02:00+01:00"), facts(at="2026-03-05T21:59:59+01:00")),
    ),
    Case(
        DateBetween(date(2026, 3, 1), date(2026, 3, 5)),
        holds=(facts(at="2026-03-05T23:59:59+01:00"), facts(at="2026-03-01T00:00:00+01:00")),
        fails=(facts(at="2026-03-06T00:00:00+01:00"), facts(at="2026-02-28T23:59:59+01:00")),
    ),
    Case(
        OnDates((date(2026, 3, 5), date(2026, 7, 14))),
        holds=(facts(), facts(at="2026-07-14T12:00+02:00")),
        fails=(facts(at="2026-03-06T12:00+01:00"), facts(at="2027-03-05T12:00+01:00")),
    ),
    Case(
        NthPurchase(5),
        holds=(facts(member=ada(purchases=4)),),
        fails=(facts(member=ada(purchases=5)), facts(member=ada(purchases=9)), GUEST),
    ),
    Case(
        EveryNthPurchase(10),
        holds=(facts(member=ada(purchases=9)), facts(member=ada(purchases=19))),
        fails=(facts(member=ada(purchases=10)), facts(member=ada()), GUEST),
    ),
    Case(
        FirstPurchase(),
        holds=(facts(member=ada()),),
        fails=(facts(member=ada(purchases=1)), GUEST),
    ),
    Case(
        DaysSinceLastPurchase(60),
        holds=(on("2026-03-05", last_purchase_on=date(2026, 1, 4), purchases=1),),
        fails=(
            on("2026-03-05", last_purchase_on=date(2026, 1, 5), purchases=1),
            on("2026-03-05"),
            GUEST,
        ),
    ),
    Case(
        BirthdayWithin(7, 3),
        holds=(
            on("2026-02-21", **BORN_ON_LEAP_DAY),  # celebrated on the 28th in 2026
            on("2026-03-03", **BORN_ON_LEAP_DAY),
            on("2028-03-03", **BORN_ON_LEAP_DAY),  # on the 29th in 2028
            on("2026-12-24", **BORN_ON_NEW_YEARS_EVE),
            on("2027-01-03", **BORN_ON_NEW_YEARS_EVE),
            on("2026-12-25", **BORN_ON_NEW_YEARS_DAY),
            on("2027-01-04", **BORN_ON_NEW_YEARS_DAY),
        ),
        fails=(
            on("2026-02-20", **BORN_ON_LEAP_DAY),
            on("2026-03-04", **BORN_ON_LEAP_DAY),
            on("2028-02-21", **BORN_ON_LEAP_DAY),
            on("2027-01-04", **BORN_ON_NEW_YEARS_EVE),
            on("2026-12-24", **BORN_ON_NEW_YEARS_DAY),
            on("2026-03-05"),
            on("2026-03-05", attributes={"birthday": "soon"}),
            GUEST,
        ),
    ),
    Case(
        BirthdayWithin(attribute="name_day"),
        holds=(on("2026-06-24", attributes={"name_day": "2000-06-24"}),),
        fails=(on("2026-06-24", attributes={"birthday": "2000-06-24"}),),
    ),
    Case(
        AnniversaryWithin(1, 2),
        holds=(
            on("2026-03-04"),
            on("2026-03-07"),
            on("2033-03-05"),
            on("2027-02-28", enrolled_on=date(2024, 2, 29)),
        ),
        fails=(
            on("2026-03-08"),
            on("2026-03-03"),
            on("2025-03-05"),  # the day of joining itself
            on("2027-03-03", enrolled_on=date(2024, 2, 29)),
            GUEST,
        ),
    ),
    Case(
        EnrolledForDays(365),
        holds=(on("2026-03-05"),),
        fails=(on("2026-03-04"), on("2025-03-05"), GUEST),
    ),
    Case(
        AttributeIs("plan", ("plus", "7")),
        holds=(
            facts(member=ada(attributes={"plan": "plus"})),
            facts(member=ada(attributes={"plan": 7})),
        ),
        fails=(
            facts(member=ada(attributes={"plan": "Plus"})),
            facts(member=ada(attributes={"other": "plus"})),
            facts(member=ada()),
            GUEST,
        ),
    ),
    Case(
        AttributeIs("vegan", ("yes",)),
        holds=(facts(member=ada(attributes={"vegan": True})),),
        fails=(facts(member=ada(attributes={"vegan": False})), GUEST),
    ),
    Case(
        LanguageIs(("fr",)),
        holds=(facts(member=ada(language="fr")), facts(member=ada(language="fr-CA"))),
        fails=(facts(member=ada(language="frr")), facts(member=ada()), GUEST),
    ),
    Case(
        EventIs(("review", "visit")),
        holds=(happened("visit"),),
        fails=(happened("app"), facts(COFFEE), GUEST),
    ),
    Case(
        EventValue("stars", Fraction(3), Fraction(4)),
        holds=(happened(stars=3), happened(stars="4.0")),
        fails=(happened(stars=2), happened(stars="4.1"), happened(stars="many"), happened(), GUEST),
    ),
    Case(
        EventValue("photo", any_of=("yes",)),
        holds=(happened(photo=True),),
        fails=(happened(photo=False), happened(), facts(COFFEE)),
    ),
    Case(IsMember(), holds=(facts(member=ada()),), fails=(GUEST,)),
    Case(IsGuest(), holds=(GUEST,), fails=(facts(member=ada()),)),
]


def judged() -> Iterator[object]:
    for case in CASES:
        name = case.word.word
        for number, given_facts in enumerate(case.holds):
            yield pytest.param(case.word, given_facts, True, id=f"{name}-holds-{number}")
        for number, given_facts in enumerate(case.fails):
            yield pytest.param(case.word, given_facts, False, id=f"{name}-fails-{number}")


@pytest.mark.parametrize(("word", "given_facts", "expected"), list(judged()))
def test_holds(word: Condition, given_facts: Facts, expected: bool):
    assert word.holds(given_facts) is expected


@pytest.mark.parametrize(("word", "given_facts", "expected"), list(judged()))
def test_what_holds_is_not_short_of_anything(word: Condition, given_facts: Facts, expected: bool):
    near = word.near(given_facts)
    assert near is None or (not expected and near.short_by > 0)


def test_every_condition_is_tried():
    conditions = {word.word for word in standard_words() if issubclass(word, Condition)}
    assert {case.word.word for case in CASES} == conditions


@pytest.mark.parametrize(
    ("word", "given_facts", "near"),
    [
        (SpentAtLeast(5000), facts(line(4680)), Near(320, "minor")),
        (SpendsOn(1000, category=("grocery",)), facts(COFFEE, line(9)), Near(100, "minor")),
        (UnitsAtLeast(3000), facts(COFFEE, TEA), Near(500, "milli")),
        (NthPurchase(5), facts(member=ada(purchases=2)), Near(2, "count")),
        (NthPurchase(5), facts(member=ada(purchases=5)), None),
        (NthPurchase(5), GUEST, None),
        (EveryNthPurchase(10), facts(member=ada(purchases=10)), Near(9, "count")),
        (EveryNthPurchase(10), GUEST, None),
        (TierIs(("gold",)), facts(member=ada()), Near(1, "tier", towards=("gold",))),
        (TierIs(("gold",)), GUEST, None),
    ],
)
def test_a_near_miss_says_by_how_much(word: Condition, given_facts: Facts, near: Near | None):
    assert word.near(given_facts) == near


@pytest.mark.parametrize(
    "make",
    [
        lambda: SpendsOn(100),
        lambda: HoursBetween(time(7), time(7)),
        lambda: DateBetween(date(2026, 3, 2), date(2026, 3, 1)),
        lambda: NthPurchase(0),
        lambda: EveryNthPurchase(0),
        lambda: DaysSinceLastPurchase(0),
        lambda: EnrolledForDays(0),
        lambda: BirthdayWithin(-1, 0),
        lambda: BirthdayWithin(200, 200),
        lambda: AnniversaryWithin(0, -1),
    ],
)
def test_arguments_without_sense_are_refused(make):
    with pytest.raises(ValueError, match=r"\w"):
        make()


days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
spans = st.integers(0, 180)


@given(born=days, today=days, before=spans, after=spans)
def test_a_birthday_window_is_the_days_around_a_celebration(
    born: date, today: date, before: int, after: int
):
    """Walks the window day by day instead of measuring a distance."""
    window = (today + timedelta(days=shift) for shift in range(-after, before + 1))
    expected = any(
        day.year > born.year
        and (
            (day.month, day.day) == (born.month, born.day)
            or (
                (born.month, born.day) == (2, 29)
                and (day.month, day.day) == (2, 28)
                and (day + timedelta(days=1)).day == 1
            )
        )
        for day in window
    )
    found = on(today.isoformat(), attributes={"birthday": born.isoformat()})
    assert BirthdayWithin(before, after).holds(found) is expected


@given(moment=st.times(), start=st.times(), end=st.times())
def test_hours_and_their_opposite_share_the_day(moment: time, start: time, end: time):
    if start == end:
        return
    now = facts(at=datetime.combine(date(2026, 3, 5), moment).isoformat() + "+01:00")
    assert HoursBetween(start, end).holds(now) is not HoursBetween(end, start).holds(now)


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        (AttributeIs("plan", ("plus", "basic")), None),
        (AttributeIs("plan", ("plus", "gold")), "'plan' is never 'gold', only basic, plus"),
        (AttributeIs("vegan", ("Yes",)), None),
        (AttributeIs("vegan", ("maybe",)), "'vegan' is yes or no, never 'maybe'"),
        (AttributeIs("shoe_size", ("38", "-1")), None),
        (AttributeIs("shoe_size", ("38.5",)), "'shoe_size' is a whole number, never '38.5'"),
        (BirthdayWithin(), None),
        (BirthdayWithin(attribute="vegan"), "the attribute 'vegan' is declared as no date"),
    ],
)
def test_values_that_an_attribute_never_has_are_told(word: Condition, complaint: str | None):
    declared = (
        Attribute("plan", "text", "offers", ("basic", "plus")),
        Attribute("vegan", "boolean", "offers"),
        Attribute("shoe_size", "integer", "offers"),
        Attribute("birthday", "date", "birthday treat"),
    )
    program = Program(
        name="test",
        title="Test",
        zone=PARIS,
        currency="EUR",
        languages=("en",),
        units={},
        lanes=(),
        tiers=TierScheme(),
        attributes={each.name: each for each in declared},
    )
    assert word.check(program) == complaint
