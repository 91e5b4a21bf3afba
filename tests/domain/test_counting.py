"""What of a purchase counts: tax in and out, kinds, and the part that was paid by what earns nothing."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.counting import USUAL, Counting, Tax, earning, tax_left
from loyalty_engine.domain.purchase import Line, Payment

LINES = st.builds(
    lambda price, units, tax, off: Line(
        "", "A", units * 1000, price, tax=price * units * tax // 100, discount=price * units * off // 100
    ),
    st.integers(0, 10_000), st.integers(1, 5), st.integers(0, 25), st.integers(0, 100),
)  # fmt: skip
BASKETS = st.lists(LINES, min_size=1, max_size=5).flatmap(
    lambda lines: st.tuples(
        st.just(lines), st.tuples(*(st.integers(0, line.net) for line in lines))
    )
)


@given(BASKETS, st.sampled_from(Tax), st.sampled_from(Tax))
def test_amounts_differ_from_prices_by_the_tax_and_nothing_else(basket, prices, basis):
    lines, nets = basket
    amounts = Counting(prices, basis).amounts(lines, nets)
    for line, net, amount in zip(lines, nets, amounts, strict=True):
        by = 0 if prices is basis else tax_left(line, net)
        assert amount == max(0, net - by if basis is Tax.EXCLUDED else net + by)
        exact = Fraction(line.tax * net, line.net) if line.net else Fraction(0)
        assert abs(tax_left(line, net) - exact) <= Fraction(1, 2)
    due = Counting(prices, basis).due(lines, nets)
    assert due == (nets if prices is Tax.INCLUDED else Counting(prices).amounts(lines, nets))


@given(BASKETS, st.integers(0, 60_000), st.integers(0, 1000))
def test_what_earns_shrinks_with_what_pays_without_earning(basket, paid, more):
    lines, nets = basket
    amounts, due = USUAL.amounts(lines, nets), USUAL.due(lines, nets)
    assert earning(amounts, due, 0) == amounts == nets
    less = earning(amounts, due, paid)
    assert sum(less) == max(0, sum(nets) - paid)
    assert sum(earning(amounts, due, paid + more)) <= sum(less)
    without = Counting(basis=Tax.EXCLUDED).amounts(lines, nets)
    left = earning(without, due, paid)
    assert all(0 <= part <= amount for part, amount in zip(left, without, strict=True))
    assert earning(without, due, sum(due)) == (0,) * len(lines)


def test_only_declared_means_of_payment_earn_nothing():
    payments = (Payment("card", 5), Payment("gift_card", 7), Payment("store_credit", 11))
    assert USUAL.paid_otherwise(payments) == 0
    assert Counting(not_earning=frozenset(("gift_card",))).paid_otherwise(payments) == 7
