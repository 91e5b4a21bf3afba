"""Effects that give points or words: exact figures, before anything is rounded."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.outcomes import EarnPoints, Message, MultiplyPoints
from loyalty_engine.vocabulary.effects.amount_off import AmountOff
from loyalty_engine.vocabulary.effects.amount_off_each import AmountOffEach
from loyalty_engine.vocabulary.effects.earn_per_amount import EarnPerAmount
from loyalty_engine.vocabulary.effects.earn_per_unit import EarnPerUnit
from loyalty_engine.vocabulary.effects.earn_points import EarnFixed
from loyalty_engine.vocabulary.effects.multiply_points import Multiply
from loyalty_engine.vocabulary.effects.pay_for import PayFor
from loyalty_engine.vocabulary.effects.percentage_off import PercentageOff
from loyalty_engine.vocabulary.effects.show_message import ShowMessage
from tests.vocabulary.baskets import facts, line, outcomes


def test_points_per_amount_are_exact_on_each_selected_line():
    basket = facts(line(250), line(999), line(1050))
    (earned,) = outcomes(EarnPerAmount(Fraction(1), 100), basket, (0, 2))
    assert earned == EarnPoints("points", {0: Fraction(5, 2), 2: Fraction(21, 2)})


def test_parts_of_a_point_per_amount():
    (earned,) = outcomes(EarnPerAmount(Fraction(1, 10), 100), facts(line(195, 3)))
    assert earned == EarnPoints("points", {0: Fraction(585, 1000)})


def test_points_per_amount_look_at_what_the_lanes_before_left():
    (earned,) = outcomes(EarnPerAmount(Fraction(1), 100), facts(line(1000), nets=(714,)))
    assert earned == EarnPoints("points", {0: Fraction(714, 100)})


def test_the_part_paid_with_points_earns_nothing():
    basket = facts(line(3000), line(1000), tender=1000)
    (earned,) = outcomes(EarnPerAmount(Fraction(1), 100), basket, (0,))
    assert earned == EarnPoints("points", {0: Fraction(2250, 100)})


def test_what_costs_nothing_earns_nothing_by_amount():
    assert outcomes(EarnPerAmount(Fraction(1), 100), facts(line(0))) == []


def test_with_carry_the_sum_and_the_step_are_handed_over():
    basket = facts(line(700), line(450), line(30))
    (earned,) = outcomes(EarnPerAmount(Fraction(2), 1000, "stamps", carry=True), basket, (0, 2))
    assert earned == EarnPoints(
        "stamps",
        {0: Fraction(7, 5), 2: Fraction(3, 50)},
        carry_step=1000,
        carry_points=2,
        basis=730,
    )


def test_fixed_points_belong_to_no_line():
    assert outcomes(EarnFixed(100), facts(line(1), line(2))) == [
        EarnPoints("points", fixed=Fraction(100))
    ]


def test_fixed_points_need_a_line():
    assert outcomes(EarnFixed(100), facts(line(1)), ()) == []


def test_points_by_the_piece_and_by_weight():
    basket = facts(line(1, 3), line(1, "0.5"), line(0, 0))
    assert outcomes(EarnPerUnit(Fraction(1)), basket) == [
        EarnPoints("points", {0: Fraction(3), 1: Fraction(1, 2)})
    ]
    assert outcomes(EarnPerUnit(Fraction(5), 2000, "stamps"), basket, (0,)) == [
        EarnPoints("stamps", {0: Fraction(15, 2)})
    ]
    assert outcomes(EarnPerUnit(Fraction(1)), basket, (2,)) == []


def test_a_multiplier_names_its_lines_and_comes_after_the_rest():
    double = Multiply(Fraction(3, 2))
    assert double.multiplies
    assert outcomes(double, facts(line(1), line(1), line(1)), (0, 2)) == [
        MultiplyPoints("points", Fraction(3, 2), frozenset({0, 2}))
    ]


def test_a_message_speaks_each_language():
    message = ShowMessage('{"en": "Well done", "fr": "Bravo"}')
    assert outcomes(message, facts()) == [Message({"en": "Well done", "fr": "Bravo"})]


@pytest.mark.parametrize(
    "make",
    [
        lambda: EarnPerAmount(Fraction(0), 100),
        lambda: EarnPerAmount(Fraction(1), 0),
        lambda: EarnPerAmount(Fraction(1, 2), 100, carry=True),
        lambda: EarnFixed(0),
        lambda: EarnPerUnit(Fraction(-1)),
        lambda: EarnPerUnit(Fraction(1), 0),
        lambda: Multiply(Fraction(1, 2)),
        lambda: PercentageOff(0),
        lambda: PercentageOff(1000, 0),
        lambda: AmountOff(0),
        lambda: AmountOffEach(-1),
        lambda: PayFor(2, 2),
        lambda: PayFor(3, 0),
    ],
)
def test_arguments_without_sense_are_refused(make):
    with pytest.raises(ValueError, match="must be"):
        make()


@given(
    nets=st.lists(st.integers(0, 10**9), min_size=1, max_size=8),
    points=st.fractions(Fraction(1, 100), 100, max_denominator=100),
    per=st.integers(1, 10**6),
)
def test_points_per_amount_do_not_depend_on_how_a_basket_is_cut_into_lines(
    nets: list[int], points: Fraction, per: int
):
    effect = EarnPerAmount(points, per)
    cut = outcomes(effect, facts(*map(line, nets)))
    whole = outcomes(effect, facts(line(sum(nets))))
    assert exact(cut) == exact(whole) == points * sum(nets) / per


def exact(earned: list) -> Fraction:
    return sum((sum(each.by_line.values()) for each in earned), Fraction(0))
