"""How a programme works discounts out where good programmes differ, and the arithmetic of it."""

from collections.abc import Sequence
from enum import StrEnum

from loyalty_engine.domain.money import MILLI, share_out

WHOLE = 10_000
"""A hundred per cent, in basis points."""

NO_ATTRIBUTE = "none"
"""Written where no attribute of a line says its lowest price."""


class Percentages(StrEnum):
    """What several percentages on one product are taken of."""

    REST = "rest"
    ORIGINAL = "original"
    BEST = "best"


class PercentageRounding(StrEnum):
    """Where a percentage discount is rounded: see `percent_of`."""

    DISCOUNT = "discount"
    BASKET = "basket"
    PRICE = "price"


class ExtraCent(StrEnum):
    """Who takes the cent that is left over when a discount is spread."""

    LARGEST_REMAINDER = "largest_remainder"
    FIRST_LINE = "first_line"
    LAST_LINE = "last_line"
    FIRST_UNIT = "first_unit"


class FreeUnit(StrEnum):
    """Which unit of a multi-buy is the one that costs less."""

    CHEAPEST = "cheapest"
    DEAREST = "dearest"


class FreeGoods(StrEnum):
    """Where the free units of a multi-buy come from."""

    IN_BASKET = "in_basket"
    ADDED = "added"


class BasketDiscounts(StrEnum):
    """Whether a discount on the whole basket lowers what some lines of it earn by themselves."""

    SPREAD = "spread"
    NOT_SPREAD = "not_spread"


def percent_of(amount: int, percent: int, rounding: PercentageRounding) -> int:
    """The discount of `percent` basis points on `amount`, minor units, by itself.

    `DISCOUNT` rounds the discount half up, `PRICE` the price that results, `BASKET` down.
    """
    if rounding is PercentageRounding.DISCOUNT:
        return (2 * amount * percent + WHOLE) // (2 * WHOLE)
    if rounding is PercentageRounding.BASKET:
        return amount * percent // WHOLE
    return amount - (2 * amount * (WHOLE - percent) + WHOLE) // (2 * WHOLE)


def spread(
    total: int, weights: Sequence[int], quantities: Sequence[int], extra: ExtraCent
) -> tuple[int, ...]:
    """Split `total` over lines in proportion to `weights`, the cents left over as declared.

    `quantities` are those of the lines in thousandths; a weighed line is one unit. `total` is not
    more than all weights together; the parts add up to it and none exceeds its weight.
    """
    whole = sum(weights)
    assert total <= whole, (total, weights)
    if extra is ExtraCent.LARGEST_REMAINDER or not total:
        return share_out(total, weights)
    if extra is ExtraCent.FIRST_UNIT:
        return _by_unit(total, weights, quantities)
    parts = [total * weight // whole for weight in weights]
    missing = total - sum(parts)
    order = range(len(weights))
    for index in order if extra is ExtraCent.FIRST_LINE else reversed(order):
        more = min(missing, weights[index] - parts[index])
        parts[index] += more
        missing -= more
    return tuple(parts)


def _by_unit(total: int, weights: Sequence[int], quantities: Sequence[int]) -> tuple[int, ...]:
    """Each unit's share is rounded down; the first units take a cent each of what is left."""
    whole = sum(weights)
    units = [milli // MILLI if milli % MILLI == 0 and milli else 1 for milli in quantities]
    parts = [
        count * (total * weight // (whole * count))
        for weight, count in zip(weights, units, strict=True)
    ]
    missing = total - sum(parts)
    while missing:
        for index, weight in enumerate(weights):
            more = min(missing, units[index], weight - parts[index])
            parts[index] += more
            missing -= more
    return tuple(parts)
