"""Discounts on units and sets: what always holds, against every choice tried out."""

from collections import Counter
from dataclasses import replace
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.discounting import ExtraCent, FreeGoods, FreeUnit
from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.money import MILLI, share_kept, share_out
from loyalty_engine.domain.outcomes import AddProduct, Discount
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Line
from loyalty_engine.domain.switches import Switches
from loyalty_engine.domain.tiers import TierScheme
from loyalty_engine.rulebook.words import Effect
from loyalty_engine.vocabulary.effects.bundle import Bundle
from loyalty_engine.vocabulary.effects.buy_get import BuyGet
from loyalty_engine.vocabulary.effects.cheapest_off import CheapestOff
from loyalty_engine.vocabulary.effects.dearest_off import DearestOff
from loyalty_engine.vocabulary.effects.mix_and_match import MixAndMatch
from loyalty_engine.vocabulary.effects.nth_unit_off import NthUnitOff
from loyalty_engine.vocabulary.effects.pay_for import PayFor
from loyalty_engine.vocabulary.effects.spend_steps import SpendSteps
from loyalty_engine.vocabulary.effects.unit_steps import UnitSteps
from tests.vocabulary.baskets import facts, line, outcomes, taken_off

PROGRAM_ADDING = Program(
    "shop", "Shop", ZoneInfo("Europe/Paris"), "EUR", ("en",), {}, (), TierScheme(),
    switches=Switches(free_goods=FreeGoods.ADDED),
)  # fmt: skip
DEAREST = Switches(free_unit=FreeUnit.DEAREST)


def under(basket: Facts, switches: Switches) -> Facts:
    return replace(basket, switches=switches)


# --- worked figures ------------------------------------------------------------------------------


def test_several_of_the_cheapest():
    basket = facts(line(1000), line(300, 2), line(500), line(9999, "0.5"))
    assert sum(taken_off(CheapestOff(units=3, percent=5000), basket).values()) == 550
    assert sum(taken_off(CheapestOff(units=3, amount=400), basket).values()) == 1000
    assert sum(taken_off(CheapestOff(units=9, price=100), basket).values()) == 1700
    assert sum(taken_off(DearestOff(units=2, price=100), basket).values()) == 1300
    assert outcomes(CheapestOff(percent=5000), facts(line(9999, "0.5"))) == []


def test_a_price_above_what_a_unit_costs_gives_nothing():
    assert outcomes(CheapestOff(price=500), facts(line(400), line(900))) == []
    assert outcomes(MixAndMatch(take=2, price=500), facts(line(200, 2))) == []


def test_one_unit_of_another_product_counts_for_one_side_only():
    # Coffee is bought and may be got too: three are one set of two and one, not two of one each.
    coffee = BuyGet(buy=2, get_category=("coffee",))
    basket = facts(line(600, 3, "coffee"), line(100, 1, "milk"))
    assert taken_off(coffee, basket, (0,)) == {0: 600}
    assert outcomes(coffee, facts(line(600, 2, "coffee")), (0,)) == []
    # What can only be got is got before what could be bought too.
    mixed = facts(line(600, 2, "tea"), line(500, 1, "coffee"), line(400, 1, "coffee"))
    assert taken_off(coffee, mixed, (0, 1)) == {0: 300, 2: 100}


def test_which_unit_of_another_product_is_got_is_the_programmes_choice():
    word = BuyGet(buy=1, get_category=("coffee",))
    basket = facts(line(600, 1, "tea"), line(500, 1, "coffee"), line(400, 1, "coffee"))
    assert sum(taken_off(word, basket, (0,)).values()) == 400
    assert sum(taken_off(word, under(basket, DEAREST), (0,)).values()) == 500


def test_a_unit_that_fits_two_places_of_a_bundle_takes_the_better_one():
    # Only the wine fits both; the sweet would be left without a drink if wine went as the sku.
    word = Bundle(category=("drinks", "shop"), amount=100)
    assert taken_off(word, facts(line(500, 1, "drinks"), line(300, 1, "shop/sweets"))) == {
        0: 63,
        1: 37,
    }
    both = Bundle(sku=("W",), category=("drinks",), price=700)
    basket = facts(line(500, 2, "drinks", sku="W"), line(400, 1, "drinks", sku="J"))
    assert sum(taken_off(both, basket).values()) == 300


def test_a_name_twice_asks_for_two():
    word = Bundle(sku=("A", "A", "B"), price=1000)
    assert outcomes(word, facts(line(500, 1, sku="A"), line(500, 1, sku="B"))) == []
    assert sum(taken_off(word, facts(line(500, 2, sku="A"), line(500, sku="B"))).values()) == 500


def test_a_free_product_that_is_added_has_a_name():
    added = PROGRAM_ADDING
    assert BuyGet(buy=2).check(added) is None
    assert BuyGet(buy=2, get_sku=("A",)).check(added) is None
    assert "get_sku" in (BuyGet(buy=2, get_category=("tea",)).check(added) or "")
    assert BuyGet(buy=2, get_category=("tea",), percent=5000).check(added) is None
    assert BuyGet(buy=2, get_category=("tea",)).check(replace(added, switches=Switches())) is None


def test_products_on_top_are_many_of_one_kind_at_once():
    basket = under(facts(line(600, 1_000_000, sku="A")), PROGRAM_ADDING.switches)
    assert outcomes(BuyGet(buy=2, get=3), basket) == [AddProduct("A", 1_500_000 * MILLI)]
    assert outcomes(BuyGet(buy=2, times=2), basket) == [AddProduct("A", 2 * MILLI)]
    assert outcomes(BuyGet(buy=2_000_000), basket) == []


@pytest.mark.parametrize(
    "make",
    [
        CheapestOff,
        lambda: CheapestOff(percent=10, amount=5),
        lambda: CheapestOff(percent=0),
        lambda: CheapestOff(percent=10, units=0),
        lambda: NthUnitOff(every=1, percent=10),
        lambda: NthUnitOff(every=2, percent=10, times=0),
        lambda: MixAndMatch(take=1, price=10),
        lambda: Bundle(sku=("A",), price=10),
        lambda: Bundle(sku=tuple("ABCDEFGHIJKLMNOPQRSTU"), price=10),
        lambda: BuyGet(buy=0),
        lambda: SpendSteps((100, 100), (1, 2)),
        lambda: SpendSteps((100, 200), (1,)),
        lambda: SpendSteps((100,), (1,), (1,)),
        lambda: SpendSteps((100,)),
        lambda: UnitSteps((0,), (1,)),
        lambda: UnitSteps((1,), (0,)),
    ],
)
def test_what_gives_nothing_or_makes_no_sense_is_refused(make: object):
    with pytest.raises(ValueError, match=r"give|must be|must rise|name 2"):
        make()  # type: ignore[operator]


# --- against every choice tried out --------------------------------------------------------------

prices = st.integers(0, 30)


@st.composite
def small_baskets(draw: st.DrawFn) -> Facts:
    lines = [
        Line("", draw(st.sampled_from("AB")), draw(st.integers(1, 2)) * MILLI, draw(prices),
             draw(st.sampled_from(["x", "y", "x/z"])))
        for _ in range(draw(st.integers(1, 4)))
    ]  # fmt: skip
    return facts(*lines)


def units_of(basket: Facts) -> list[tuple[int, int]]:
    """Every unit as (line, price)."""
    return [
        (index, price)
        for index, each in enumerate(basket.purchase.lines)
        for price in share_out(basket.nets[index], [1] * (each.quantity_milli // MILLI))
    ]


@given(basket=small_baskets(), take=st.integers(2, 3), price=st.integers(0, 60))
def test_no_choice_of_sets_gives_more_than_mix_and_match(basket: Facts, take: int, price: int):
    units = sorted(cost for _, cost in units_of(basket))

    @cache
    def best(left: tuple[int, ...]) -> int:
        if len(left) < take:
            return 0
        first, rest = left[0], left[1:]
        found = best(rest)
        for chosen in _choices(len(rest), take - 1):
            cost = first + sum(rest[i] for i in chosen)
            others = tuple(it for i, it in enumerate(rest) if i not in chosen)
            found = max(found, max(0, cost - price) + best(others))
        return found

    given_off = sum(taken_off(MixAndMatch(take=take, price=price), basket).values())
    assert given_off == best(tuple(units))


def _choices(among: int, count: int) -> list[tuple[int, ...]]:
    if count == 0:
        return [()]
    return [(*rest, i) for i in range(among) for rest in _choices(i, count - 1)]


SLOTS = {"A": lambda it: it.sku == "A", "x": lambda it: it.category.startswith("x"),
         "y": lambda it: it.category == "y"}  # fmt: skip


@given(
    basket=small_baskets(),
    names=st.lists(st.sampled_from(sorted(SLOTS)), min_size=2, max_size=3),
    price=st.integers(0, 50),
)
def test_no_choice_of_units_gives_more_than_a_bundle(basket: Facts, names: list[str], price: int):
    lines = basket.purchase.lines

    @cache
    def best(left: tuple[tuple[int, int], ...]) -> int:
        found = 0
        for one_set in _one_of_each(left, names, lines):
            cost = sum(left[i][1] for i in one_set)
            others = tuple(it for i, it in enumerate(left) if i not in one_set)
            if cost > price:
                found = max(found, cost - price + best(others))
        return found

    sku = tuple(it for it in names if it == "A")
    category = tuple(it for it in names if it != "A")
    word = Bundle(sku=sku, category=category, price=price)
    assert sum(taken_off(word, basket).values()) == best(tuple(sorted(units_of(basket))))


def _one_of_each(
    units: tuple[tuple[int, int], ...], names: list[str], lines: tuple[Line, ...]
) -> set[frozenset[int]]:
    sets: set[frozenset[int]] = {frozenset()}
    for name in names:
        fits = [i for i, (index, _) in enumerate(units) if SLOTS[name](lines[index])]
        sets = {frozenset({*so_far, i}) for so_far in sets for i in fits if i not in so_far}
    return sets


@given(basket=small_baskets(), take=st.integers(2, 4), pay=st.integers(1, 3))
def test_the_dearest_are_free_where_the_programme_says_so(basket: Facts, take: int, pay: int):
    if pay >= take:
        return
    costs = sorted((cost for _, cost in units_of(basket)), reverse=True)
    free = len(costs) // take * (take - pay)
    found = taken_off(PayFor(take, pay), under(basket, DEAREST))
    assert sum(found.values()) == sum(costs[:free])


# --- what always holds ---------------------------------------------------------------------------

times = st.none() | st.integers(1, 2)
words = st.one_of(
    st.builds(CheapestOff, units=st.integers(1, 3), percent=st.integers(1, 10_000)),
    st.builds(DearestOff, units=st.integers(1, 3), price=st.integers(0, 20)),
    st.builds(NthUnitOff, every=st.integers(2, 4), amount=st.integers(1, 20), times=times),
    st.builds(NthUnitOff, every=st.integers(2, 4), percent=st.integers(1, 10_000), times=times),
    st.builds(MixAndMatch, take=st.integers(2, 4), percent=st.integers(1, 10_000), times=times),
    st.builds(MixAndMatch, take=st.integers(2, 4), amount=st.integers(1, 99), times=times),
    st.builds(BuyGet, buy=st.integers(1, 3), get=st.integers(1, 2), times=times),
    st.builds(BuyGet, buy=st.integers(1, 2), get_sku=st.just(("A",)), times=times),
    st.builds(BuyGet, buy=st.just(1), get_category=st.just(("x",)), price=st.integers(0, 9)),
    st.builds(Bundle, sku=st.just(("A",)), category=st.just(("x",)), amount=st.integers(1, 99)),
    st.builds(SpendSteps, st.just((20, 50)), percent=st.just((1000, 2000))),
    st.builds(UnitSteps, st.just((2000, 4000)), amount=st.just((5, 200))),
)  # fmt: skip
choices = st.builds(
    Switches, extra_cent=st.sampled_from(ExtraCent), free_unit=st.sampled_from(FreeUnit)
)


@given(effect=words, basket=small_baskets(), switches=choices, data=st.data())
def test_no_line_costs_less_than_nothing_and_covered_units_are_there(
    effect: Effect, basket: Facts, switches: Switches, data: st.DataObject
):
    picked = tuple(sorted(data.draw(st.sets(st.sampled_from(range(len(basket.nets)))))))
    found = outcomes(effect, under(basket, switches), picked)
    for discount in found:
        assert isinstance(discount, Discount)
        assert discount.in_sets
        assert all(0 < off <= basket.nets[i] for i, off in discount.by_line.items())
        for index, units in discount.units_milli.items():
            assert 0 < units <= basket.purchase.lines[index].quantity_milli
        if not isinstance(effect, BuyGet):
            assert set(discount.by_line) <= set(picked)


@given(effect=words, basket=small_baskets(), switches=choices)
def test_the_order_of_lines_changes_no_sum(effect: Effect, basket: Facts, switches: Switches):
    back = facts(*reversed(basket.purchase.lines))
    there = taken_off(effect, under(basket, switches))
    again = taken_off(effect, under(back, switches))
    assert sum(there.values()) == sum(again.values())


@given(quantity=st.integers(1, 9), amount=st.integers(0, 400), rest=st.lists(prices, max_size=3))
def test_the_first_units_take_a_cent_more_whatever_comes_back(
    quantity: int, amount: int, rest: list[int]
):
    lines = [line(50, quantity), *map(line, rest)]
    basket = under(facts(*lines), Switches(extra_cent=ExtraCent.FIRST_UNIT))
    amount = min(amount, sum(basket.nets))
    first = basket.spread(amount, range(len(lines)), basket.nets)[0]
    shares = Counter(
        share_kept(first, quantity * MILLI, kept * MILLI)
        - share_kept(first, quantity * MILLI, (kept - 1) * MILLI)
        for kept in range(1, quantity + 1)
    )
    whole = amount * 50 // (sum(basket.nets) or 1)
    assert set(shares) <= {whole, whole + 1}


@given(
    total=st.integers(0, 500),
    weights=st.lists(st.tuples(st.integers(0, 200), st.integers(1, 5)), min_size=1, max_size=5),
    extra=st.sampled_from(ExtraCent),
)
def test_parts_add_up_and_none_exceeds_its_weight(
    total: int, weights: list[tuple[int, int]], extra: ExtraCent
):
    basket = under(facts(*(line(0, units) for _, units in weights)), Switches(extra_cent=extra))
    costs = [cost for cost, _ in weights]
    total = min(total, sum(costs))
    parts = basket.spread(total, range(len(costs)), costs)
    assert sum(parts) == total
    assert all(0 <= part <= cost for part, cost in zip(parts, costs, strict=True))


def test_wholesale_bundles_take_no_more_work_than_single_ones():
    basket = facts(line(500, 1_000_000, "drinks", sku="W"), line(400, 900_000, "drinks", sku="J"))
    word = Bundle(sku=("W",), category=("drinks",), price=700)
    # 950,000 sets would be 1.9 million units; each of W and J gives 200, each of two W 300:
    # 900,000 W stand beside J, the other 100,000 make 50,000 sets.
    assert sum(taken_off(word, basket).values()) == 900_000 * 200 + 50_000 * 300
