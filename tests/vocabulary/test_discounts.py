"""Discounts: worked figures, and what holds for every discount on every basket."""

import tracemalloc
from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.money import MILLI, share_out, times_quantity
from loyalty_engine.domain.outcomes import Discount
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.words import Effect
from loyalty_engine.vocabulary.effects.amount_off import AmountOff
from loyalty_engine.vocabulary.effects.amount_off_each import AmountOffEach
from loyalty_engine.vocabulary.effects.fixed_price import FixedPrice
from loyalty_engine.vocabulary.effects.pay_for import PayFor
from loyalty_engine.vocabulary.effects.percentage_off import PercentageOff
from tests.vocabulary.baskets import facts, line, outcomes, taken_off

# --- worked figures ------------------------------------------------------------------------------


def test_a_percentage_is_rounded_half_up_on_the_discount_of_each_line():
    basket = facts(line(105), line(104), line(4), line(5))
    assert taken_off(PercentageOff(1000), basket) == {0: 11, 1: 10, 3: 1}


def test_a_percentage_with_decimals():
    assert taken_off(PercentageOff(1250), facts(line(1000))) == {0: 125}


def test_a_cap_is_shared_out_in_proportion():
    basket = facts(line(6000), line(2000), line(1000))
    assert taken_off(PercentageOff(1000, at_most=500), basket) == {0: 333, 1: 111, 2: 56}
    assert taken_off(PercentageOff(1000, at_most=900), basket) == {0: 600, 1: 200, 2: 100}


def test_a_percentage_works_on_what_is_left():
    assert taken_off(PercentageOff(5000), facts(line(1000), nets=(501,))) == {0: 251}


def test_an_amount_is_spread_in_proportion():
    assert taken_off(AmountOff(1000), facts(line(5000), line(2000))) == {0: 714, 1: 286}


def test_the_cent_left_over_goes_to_the_largest_remainder_then_to_the_first_line():
    assert taken_off(AmountOff(100), facts(line(1), line(1), line(1), nets=(99, 99, 99))) == {
        0: 34,
        1: 33,
        2: 33,
    }


def test_an_amount_leaves_lines_alone_that_are_not_selected():
    assert taken_off(AmountOff(1000), facts(line(5000), line(2000)), (1,)) == {1: 1000}


def test_an_amount_takes_no_more_than_there_is():
    assert taken_off(AmountOff(10_000), facts(line(5000), line(2000))) == {0: 5000, 1: 2000}
    assert taken_off(AmountOff(10_000), facts(line(0))) == {}


def test_an_amount_off_each_item():
    basket = facts(line(6000), line(2000, 2), line(300, 2), line(1000, "0.333"))
    assert taken_off(AmountOffEach(500), basket) == {0: 500, 1: 1000, 2: 600, 3: 167}


def test_a_fixed_price_never_raises_a_price():
    basket = facts(line(300, 2), line(150, 3), line(400, "0.5"))
    assert taken_off(FixedPrice(200), basket) == {0: 200, 2: 100}


def test_three_for_two_is_spread_over_the_set():
    assert taken_off(PayFor(3, 2), facts(line(1000, 3))) == {0: 1000}
    assert taken_off(PayFor(3, 2), facts(line(1000), line(1000), line(1000))) == {
        0: 334,
        1: 333,
        2: 333,
    }


def test_the_cheapest_of_each_set_is_free_and_sets_are_made_dearest_first():
    # sets: 900 800 700 | 500 400 100; free 700 and 100; the 50 belongs to no set
    basket = facts(*map(line, (100, 900, 500, 700, 400, 800, 50)))
    (discount,) = outcomes(PayFor(3, 2), basket)
    assert isinstance(discount, Discount)
    assert discount.in_sets
    assert sum(discount.by_line.values()) == 800
    assert discount.units_milli == {0: 1000, 1: 1000, 2: 1000, 3: 1000, 4: 1000, 5: 1000}
    # 700 over 900 + 800 + 700: 262.5 and 233.33 and 204.17, the cent to the largest remainder;
    # 100 over 500 + 400 + 100: 50, 40, 10
    assert discount.by_line == {0: 10, 1: 263, 2: 50, 3: 204, 4: 40, 5: 233}


def test_units_beyond_the_last_set_are_not_covered():
    (discount,) = outcomes(PayFor(3, 2), facts(line(450, 5)))
    assert discount == Discount({0: 450}, {0: 3000}, in_sets=True)


def test_weighed_lines_take_no_part_in_a_multi_buy():
    basket = facts(line(9999, "2.5"), line(100, 2), line(100, 1))
    (discount,) = outcomes(PayFor(3, 2), basket)
    assert discount == Discount({1: 67, 2: 33}, {1: 2000, 2: 1000}, in_sets=True)


def test_an_incomplete_set_gives_nothing():
    assert outcomes(PayFor(3, 2), facts(line(450, 2), line(300, "0.9"))) == []


def test_odd_cents_of_a_discounted_line_count_as_they_stand():
    # 1000 over three units is 334, 333, 333: the free one is a 333
    assert taken_off(PayFor(3, 2), facts(line(400, 3), nets=(1000,))) == {0: 333}


def test_wholesale_quantities_take_no_more_room_than_single_pieces():
    basket = facts(line(450, 1_000_000), line(449, 1_000_000), nets=(450_000_001, 449_000_000))
    tracemalloc.start()
    discount = taken_off(PayFor(3, 2), basket)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # 333,333 sets of 450 each (the one unit at 451 stands in the first), a mixed one at 449,
    # and 333,332 sets of 449
    assert sum(discount.values()) == 333_333 * 450 + 449 + 333_332 * 449
    assert peak < 100_000


# --- what always holds ---------------------------------------------------------------------------

prices = st.one_of(st.integers(0, 20), st.integers(0, 10**6))
quantities = st.one_of(
    st.integers(1, 12).map(lambda units: units * MILLI), st.integers(1, 5 * MILLI)
)


@st.composite
def baskets(draw: st.DrawFn, *, whole: bool = False) -> Facts:
    """Lines with prices, quantities and whatever the lanes before have taken off."""
    lines = []
    nets = []
    for _ in range(draw(st.integers(1, 6))):
        milli = draw(st.integers(1, 7)) * MILLI if whole else draw(quantities)
        each = Line("", "", milli, draw(prices))
        lines.append(each)
        nets.append(draw(st.integers(each.net * 3 // 4, each.net)))
    return facts(*lines, nets=tuple(nets))


discounts = st.one_of(
    st.builds(PercentageOff, st.integers(1, 10_000), st.none() | st.integers(1, 10**5)),
    st.builds(AmountOff, st.integers(1, 10**6)),
    st.builds(AmountOffEach, st.integers(1, 10**5)),
    st.builds(FixedPrice, st.integers(0, 10**5)),
    st.integers(2, 6).flatmap(
        lambda take: st.builds(PayFor, st.just(take), st.integers(1, take - 1))
    ),
)


@given(effect=discounts, basket=baskets(), data=st.data())
def test_no_discount_takes_more_than_a_line_costs_or_touches_another_line(
    effect: Effect, basket: Facts, data: st.DataObject
):
    picked = tuple(sorted(data.draw(st.sets(st.sampled_from(range(len(basket.nets)))))))
    found = taken_off(effect, basket, picked)
    assert set(found) <= set(picked)
    assert all(0 < amount <= basket.nets[index] for index, amount in found.items())


@given(percent=st.integers(1, 10_000), cap=st.integers(1, 10**5), basket=baskets())
def test_a_capped_percentage_gives_all_of_its_cap_and_no_more(
    percent: int, cap: int, basket: Facts
):
    free = taken_off(PercentageOff(percent), basket)
    capped = taken_off(PercentageOff(percent, cap), basket)
    assert sum(capped.values()) == min(cap, sum(free.values()))
    assert all(amount <= free[index] for index, amount in capped.items())
    for index, amount in free.items():
        assert abs(Fraction(basket.nets[index] * percent, 10_000) - amount) <= Fraction(1, 2)


@given(amount=st.integers(1, 10**6), basket=baskets())
def test_an_amount_is_given_in_full_as_far_as_there_is_something_to_pay(amount: int, basket: Facts):
    found = taken_off(AmountOff(amount), basket)
    given_off = min(amount, sum(basket.nets))
    assert sum(found.values()) == given_off
    for index, net in enumerate(basket.nets):
        share = Fraction(given_off * net, sum(basket.nets) or 1)
        assert abs(share - found.get(index, 0)) < 1


@given(price=st.integers(0, 10**5), basket=baskets())
def test_after_a_fixed_price_nothing_costs_more_than_it(price: int, basket: Facts):
    found = taken_off(FixedPrice(price), basket)
    for index, each in enumerate(basket.purchase.lines):
        due = basket.nets[index] - found.get(index, 0)
        assert due == min(basket.nets[index], times_quantity(price, each.quantity_milli))


def unit_by_unit(take: int, pay: int, basket: Facts) -> tuple[dict[int, int], dict[int, int]]:
    """The same multi-buy with every unit in hand: discounts and covered units by line."""
    units = []
    for index, each in enumerate(basket.purchase.lines):
        if each.quantity_milli % MILLI == 0:
            count = each.quantity_milli // MILLI
            units += [(price, index) for price in share_out(basket.nets[index], [1] * count)]
    units.sort(key=lambda unit: (-unit[0], unit[1]))
    off: dict[int, int] = defaultdict(int)
    covered: dict[int, int] = defaultdict(int)
    for start in range(0, len(units) - take + 1, take):
        one_set = units[start : start + take]
        free = sum(price for price, _ in one_set[pay:])
        lines = sorted({index for _, index in one_set})
        cost = [sum(price for price, index in one_set if index == each) for each in lines]
        for each, share in zip(lines, share_out(free, cost), strict=True):
            off[each] += share
        for _, index in one_set if free else ():
            covered[index] += MILLI
    return {index: amount for index, amount in off.items() if amount}, dict(covered)


@given(
    sizes=st.integers(2, 9).flatmap(
        lambda take: st.tuples(st.just(take), st.integers(1, take - 1))
    ),
    basket=st.one_of(baskets(whole=True), baskets()),
)
def test_a_multi_buy_gives_what_counting_unit_by_unit_gives(sizes: tuple[int, int], basket: Facts):
    expected, covered = unit_by_unit(*sizes, basket)
    found = outcomes(PayFor(*sizes), basket)
    if not expected:
        assert found == []
    else:
        assert found == [Discount(expected, covered, in_sets=True)]


@given(basket=baskets(whole=True), take=st.integers(2, 6))
def test_a_multi_buy_never_gives_more_than_its_part_of_the_basket(basket: Facts, take: int):
    """The free units are the cheapest of their sets, so they cost at most their share."""
    found = taken_off(PayFor(take, take - 1), basket)
    assert take * sum(found.values()) <= sum(basket.nets)


@pytest.mark.parametrize("times", [1, 2, 5])
def test_equal_sets_get_equal_discounts(times: int):
    one = taken_off(PayFor(3, 1), facts(line(700, 3)))
    many = taken_off(PayFor(3, 1), facts(line(700, 3 * times)))
    assert many == {0: one[0] * times}
