"""The lines of a basket: what each is, what it is worth, and which are no purchase of anything."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Any, Final

from msgspec.structs import replace

from loyalty_engine.domain.money import MILLI, times_quantity
from loyalty_engine.domain.purchase import LineKind, Scalar
from loyalty_engine.imports.mapping import (
    AttributeColumn,
    AttributeType,
    Buyer,
    Kind,
    LeaveOut,
    Negative,
    Price,
    SourceMapping,
    Zero,
)
from loyalty_engine.imports.source import SourceLine, numbered, shared
from loyalty_engine.imports.tables import Row, found
from loyalty_engine.imports.values import (
    Unreadable,
    id_of,
    milli_of,
    minor_of,
    name_of,
    path_of,
    text_of,
)

UNREADABLE: Final = "cannot be read"
NO_QUANTITY: Final = "quantity of zero"
BELOW_ZERO: Final = "price below zero"
TAKEN_OUT: Final = "negative quantity in a sale"
REMEMBERED: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Head:
    """What is told once for a basket, read before its lines."""

    kind: Kind
    member: str | None
    total: int | None


class LineReader:
    """Makes lines by a mapping. `decimals` are those of the file's amounts."""

    def __init__(self, mapping: SourceMapping, decimals: int) -> None:
        self._mapping = mapping
        mark, finer = mapping.decimal_mark, mapping.finer
        # Prices and quantities repeat; typed, because 1, 1.0 and True are the same key otherwise.
        self.minor: Callable[[Any], int] = lru_cache(REMEMBERED, typed=True)(
            lambda value: minor_of(value, mark, decimals, finer)
        )
        self._milli: Callable[[Any], int] = lru_cache(REMEMBERED, typed=True)(
            lambda value: milli_of(value, mark)
        )
        self._category = lru_cache(REMEMBERED)(self._category_of)
        self._kind = lru_cache(REMEMBERED)(self._kind_of)
        self._left_out = [_leaves_out(it) for it in mapping.leave_out]

    def lines(self, rows: Sequence[Row], head: Head, faults: list[str]) -> list[SourceLine]:
        """The lines of one basket; what is wrong with all of them is added to `faults`."""
        made = [self._line(row, head) for row in rows]
        if self._mapping.lines.share_total:
            if head.total is None:
                faults.append("the basket has no total to share out")
            else:
                made = shared(made, head.total)
        return numbered([self._judged(line, head) for line in made])

    def _line(self, row: Row, head: Head) -> SourceLine:
        columns = self._mapping.lines
        name = sku = ""
        milli = price = 0
        fault = ""
        try:
            name = id_of(text_of(found(row, columns.id), columns.id.clean))
            sku = name_of(text_of(found(row, columns.sku), columns.sku.clean))
            milli = self._milli(found(row, columns.quantity))
            if not columns.share_total:
                price = self.minor(found(row, columns.unit_price))
        except Unreadable as problem:
            fault = str(problem)
        if milli == 0 and columns.zero_quantity is Zero.ONE:
            milli = MILLI
        back = milli < 0 or head.kind is Kind.RETURN
        value = times_quantity(abs(price), abs(milli))
        return SourceLine(
            id=name,
            sku=sku,
            milli=abs(milli),
            price=price,
            discount=0,
            value=-value if back != (price < 0) else value,
            category=self._category(found(row, columns.category.column), sku),
            brand=name_of(text_of(found(row, columns.brand), columns.brand.clean)),
            attributes=_attributes(row, columns.attributes) if columns.attributes else {},
            back=back,
            left_out=UNREADABLE if fault or not sku else "",
            kind=self._kind(sku),
            detail=fault or ("" if sku else "the line has no product"),
        )

    def _category_of(self, said: object, sku: str) -> str:
        column = self._mapping.lines.category
        if text := text_of(said, column.column.clean):
            return path_of(text, column.separator)
        for category, patterns in column.by_sku.items():
            if any(fnmatchcase(sku, pattern) for pattern in patterns):
                return category
        return column.otherwise

    def _kind_of(self, sku: str) -> LineKind:
        for kind, patterns in self._mapping.lines.kinds.items():
            if any(fnmatchcase(sku, pattern) for pattern in patterns):
                return kind
        return LineKind.GOODS

    def _judged(self, line: SourceLine, head: Head) -> SourceLine:
        """The line with the reason why it is no purchase of anything, if it is none."""
        if line.left_out:
            return line
        for reason, fits in self._left_out:
            if fits(line, head):
                return replace(line, left_out=reason)
        if line.milli == 0:
            return replace(line, left_out=NO_QUANTITY)
        if line.price < 0:
            return replace(line, left_out=BELOW_ZERO)
        wanted = self._mapping.negative_in_sale is Negative.RETURN
        if line.back and head.kind is Kind.SALE and not wanted:
            return replace(line, left_out=TAKEN_OUT)
        return line


def _attributes(row: Row, columns: Iterable[AttributeColumn]) -> dict[str, Scalar]:
    values: dict[str, Scalar] = {}
    for it in columns:
        text = text_of(found(row, it.column), it.column.clean)
        if text:
            values[it.name] = _scalar(text, it.type)
    return values


@lru_cache(REMEMBERED)
def _scalar(text: str, kind: AttributeType) -> Scalar:
    if kind is AttributeType.BOOLEAN:
        return text.lower() in {"1", "1.0", "true", "yes", "y", "t"}
    if kind is AttributeType.INTEGER and text.lstrip("-").isascii() and text.lstrip("-").isdigit():
        return int(text)
    return name_of(text)


def _leaves_out(it: LeaveOut) -> tuple[str, Callable[[SourceLine, Head], bool]]:
    by_sku = cache(lambda sku: any(fnmatchcase(sku, pattern) for pattern in it.sku))
    price: Mapping[Price | None, Callable[[int], bool]] = {
        None: lambda _: True,
        Price.ZERO: lambda price: price == 0,
        Price.NEGATIVE: lambda price: price < 0,
    }
    priced = price[it.price]

    def fits(line: SourceLine, head: Head) -> bool:
        return (
            (it.kind is None or head.kind is it.kind)
            and (it.member is None or (head.member is None) == (it.member is Buyer.NONE))
            and priced(line.price)
            and (not it.sku or by_sku(line.sku))
        )

    return it.reason, fits
