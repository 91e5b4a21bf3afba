"""Baskets as a file tells them, before the engine has seen them."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from loyalty_engine.domain.money import MILLI, share_out, times_quantity
from loyalty_engine.domain.purchase import LineKind, Scalar
from loyalty_engine.imports.values import id_of


class SourceLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A line as the file tells it. `value` is what it is worth in minor units, below zero for what
    comes back (`back`); `left_out` says why it is no purchase of anything, empty where it is one.

    A Struct because hundreds of thousands of them go to a scratch file and come back.
    """

    id: str
    sku: str
    milli: int
    price: int
    discount: int
    value: int
    category: str = ""
    brand: str = ""
    attributes: dict[str, Scalar] = {}
    back: bool = False
    left_out: str = ""
    detail: str = ""
    kind: LineKind = LineKind.GOODS


class SourceBasket(msgspec.Struct, frozen=True, array_like=True):
    """A basket as the file tells it; `at` in microseconds since 1970. `row` counts from 1.

    `left_out` says why nothing of it can be played, empty where it can. `total` is what the file
    says was due for all of it, minor units.
    """

    id: str
    row: int
    at: int
    lines: list[SourceLine]
    member: str | None = None
    store: str = ""
    touchpoint: str = ""
    currency: str = ""
    total: int | None = None
    spent: dict[str, int] = {}
    received: dict[str, int] = {}
    left_out: str = ""
    detail: str = ""


def shared(lines: Sequence[SourceLine], total: int) -> list[SourceLine]:
    """The lines with a basket's total, minor units, shared out to them by quantity, exactly.

    A share that is no whole price for each unit gets the next higher price, and the few minor
    units too many are a discount of the line.
    """
    shares = share_out(abs(total), [line.milli for line in lines]) if lines else ()
    return [_priced(line, share) for line, share in zip(lines, shares, strict=True)]


def _priced(line: SourceLine, share: int) -> SourceLine:
    if not line.milli:
        return replace(line, value=-share if line.back else share)
    price = -(-share * MILLI // line.milli)
    discount = times_quantity(price, line.milli) - share
    value = -share if line.back else share
    return replace(line, price=price, discount=discount, value=value)


def numbered(lines: list[SourceLine]) -> list[SourceLine]:
    """Every line with an id of its own: its own number where the file gives none or one twice."""
    seen: set[str] = set()
    made = []
    for number, line in enumerate(lines, start=1):
        name = line.id or str(number)
        if name in seen:
            name = next(it for it in _more(name) if it not in seen)
        seen.add(name)
        made.append(line if name == line.id else replace(line, id=name))
    return made


def _more(name: str) -> Iterable[str]:
    number = 2
    while True:
        yield id_of(f"{name}~{number}")
        number += 1
