"""What of a purchase counts: for minimum amounts, for tiers, and for earning.

A line is worth what it costs by now, on the programme's basis; kinds of line that do not count
are left out of sums, and earn only by rules that name them. All of it is a function of the lines and their amounts, so it follows returns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from loyalty_engine.domain.money import share_out
from loyalty_engine.domain.purchase import Line, LineKind, Payment


class Tax(StrEnum):
    """Whether amounts include the tax on them."""

    INCLUDED = "included"
    EXCLUDED = "excluded"


@dataclass(frozen=True)
class Counting:
    """What a programme counts.

    `prices` is how tills tell prices, `basis` what counts. `kinds` are the kinds of line that
    count; `points_earn` is about the part paid with points, `not_earning` names other means of
    payment whose part earns nothing.
    """

    prices: Tax = Tax.INCLUDED
    basis: Tax = Tax.INCLUDED
    kinds: frozenset[LineKind] = frozenset((LineKind.GOODS,))
    points_earn: bool = False
    not_earning: frozenset[str] = frozenset()

    def amounts(self, lines: Sequence[Line], nets: Sequence[int]) -> tuple[int, ...]:
        """By line, its amount on the basis, minor units; `nets` are prices after discounts."""
        if self.basis is self.prices:
            return tuple(nets)
        taxed = [(net, tax_left(line, net)) for line, net in zip(lines, nets, strict=True)]
        if self.basis is Tax.EXCLUDED:
            return tuple(max(0, net - tax) for net, tax in taxed)
        return tuple(net + tax for net, tax in taxed)

    def due(self, lines: Sequence[Line], nets: Sequence[int]) -> tuple[int, ...]:
        """By line, what is to be paid, tax included, minor units."""
        if self.prices is Tax.INCLUDED:
            return tuple(nets)
        return tuple(net + tax_left(line, net) for line, net in zip(lines, nets, strict=True))

    def paid_otherwise(self, payments: Sequence[Payment]) -> int:
        """What was paid by means that earn nothing, points apart, minor units."""
        return sum(it.amount for it in payments if it.method in self.not_earning)


USUAL: Final = Counting()
"""Goods alone, tax included, paid with anything but points."""


def tax_left(line: Line, net: int) -> int:
    """The tax in (or on) a line that discounts have brought down to `net`: in proportion, half up.

    `line.tax` is the tax of the line before the engine's discounts.
    """
    whole = line.net
    return (2 * line.tax * net + whole) // (2 * whole) if whole > 0 else 0


def earning(amounts: Sequence[int], due: Sequence[int], paid: int) -> tuple[int, ...]:
    """By line, what earns: of its amount the part that was not `paid` by what earns nothing.

    That part is spread over all lines by what is due for them; half up on each line.
    """
    parts = share_out(min(paid, sum(due)), due)
    return tuple(
        (2 * amount * (whole - part) + whole) // (2 * whole) if whole else 0
        for amount, whole, part in zip(amounts, due, parts, strict=True)
    )
