"""Exact arithmetic on money and points: declared roundings and shares that add up.

Money is an integer in minor units of its currency, points an integer in the smallest step of
their unit; everything in between is a `Fraction`.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from fractions import Fraction
from math import lcm

MILLI = 1000
"""Quantities are integers in thousandths, so that weighed goods stay exact."""


class Rounding(StrEnum):
    """How an exact figure becomes an integer; the only three ways there are."""

    DOWN = "down"
    UP = "up"
    HALF_UP = "half_up"


def round_to_int(exact: Fraction | int, rounding: Rounding) -> int:
    """Round `exact` once. `down` is towards minus infinity, halves go up, never to even."""
    return round_ratio(exact.numerator, exact.denominator, rounding)


def round_ratio(above: int, below: int, rounding: Rounding) -> int:
    """The same of `above` / `below`, which need not be without a common divisor."""
    whole, rest = divmod(above, below)
    if rest == 0 or rounding is Rounding.DOWN:
        return whole
    if rounding is Rounding.UP:
        return whole + 1
    return whole + (2 * rest >= below)


def exact_sum(parts: Iterable[Fraction | int], start: Fraction | int = 0) -> Fraction:
    """What `sum` gives, with one fraction made instead of one for each part."""
    above, below = start.numerator, start.denominator
    for part in parts:
        top, bottom = part.numerator, part.denominator
        if bottom != below:
            common = lcm(below, bottom)
            above, top, below = above * (common // below), top * (common // bottom), common
        above += top
    return Fraction(above, below)


def times_quantity(unit_price: int, quantity_milli: int) -> int:
    """The price of a quantity in minor units, half up: 2.99 for 0.333 kg is 1.00."""
    return (2 * unit_price * quantity_milli + MILLI) // (2 * MILLI)


def share_out(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split `total` in proportion to `weights` by largest remainder, ties to the first.

    The parts always add up to `total`; with no weight at all the first part takes everything.
    Every part stays within one of its exact share. `total` and weights are not negative.
    """
    if not weights:
        assert total == 0, "nothing to give a share to"
        return ()
    assert total >= 0 and min(weights) >= 0, (total, weights)
    whole = sum(weights)
    if whole == 0:
        return (total, *([0] * (len(weights) - 1)))
    parts = [total * weight // whole for weight in weights]
    missing = total - sum(parts)
    if missing:
        remainders = [total * weight % whole for weight in weights]
        if missing == 1:
            parts[remainders.index(max(remainders))] += 1
            return tuple(parts)
        # Sorting leaves equals in their order, also the other way round.
        largest = sorted(range(len(parts)), key=remainders.__getitem__, reverse=True)
        for index in largest[:missing]:
            parts[index] += 1
    return tuple(parts)


def share_kept(amount: int, quantity_milli: int, kept_milli: int) -> int:
    """What part of a line's frozen `amount` stays with `kept_milli` of its `quantity_milli`.

    A function of what is kept only, so returns in any split agree. Whole units carry the shares
    that `share_out` gives to equal units (the first ones take the extra cent) and the last unit
    goes first; a weighed quantity carries its proportion, rounded up.
    """
    assert 0 <= kept_milli <= quantity_milli, (kept_milli, quantity_milli)
    if kept_milli == quantity_milli:
        return amount
    if quantity_milli % MILLI == 0 and kept_milli % MILLI == 0:
        each, extra = divmod(amount, quantity_milli // MILLI)
        kept = kept_milli // MILLI
        return each * kept + min(extra, kept)
    return -(-amount * kept_milli // quantity_milli)
