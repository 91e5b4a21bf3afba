"""Rows to baskets: who, when, where, and how many points were spent and received."""

from collections.abc import Sequence
from typing import Final

from loyalty_engine.imports.lines import UNREADABLE, Head, LineReader
from loyalty_engine.imports.mapping import Column, Kind, PointColumns, SourceMapping, Written
from loyalty_engine.imports.source import SourceBasket
from loyalty_engine.imports.tables import Row, found
from loyalty_engine.imports.values import (
    Unreadable,
    id_of,
    instant_reader,
    name_of,
    points_of,
    text_of,
)
from loyalty_engine.storage.sql.instants import micros

NOT_SOLD: Final = "adjustment, nothing was sold"


class BasketReader:
    """Makes baskets by a mapping. `decimals` are those of the currency's amounts."""

    def __init__(self, mapping: SourceMapping, decimals: int) -> None:
        self._mapping = mapping
        self._instant = instant_reader(mapping.zone, mapping.time_format)
        self._lines = LineReader(mapping, decimals if mapping.written is Written.MAJOR else 0)

    def basket(self, row: Row, lines: Sequence[Row] | None, number: int) -> SourceBasket:
        """The basket of a row, or of the first row of its lines; never raises for what it holds."""
        columns = self._mapping.basket
        name, faults = "", []
        at, head = 0, Head(Kind.SALE, None, None)
        try:
            name = id_of(text_of(found(row, columns.id), columns.id.clean))
            at = micros(self._instant(found(row, columns.at)))
            head = self._head(row)
        except Unreadable as fault:
            faults.append(str(fault))
        if not name:
            faults.append("the basket has no id")
        if lines is None:
            faults.append("the column of its lines holds no lines")
        spent, received = self._points(row, faults)
        made = self._lines.lines(lines or (), head, faults)
        return SourceBasket(
            id=name,
            row=number,
            at=at,
            lines=made,
            member=head.member,
            store=name_of(text_of(found(row, columns.store), columns.store.clean)),
            touchpoint=text_of(found(row, columns.touchpoint), columns.touchpoint.clean),
            currency=text_of(found(row, columns.currency), columns.currency.clean),
            total=head.total,
            spent=spent if head.member else {},
            received=received,
            left_out=UNREADABLE if faults else NOT_SOLD if head.kind is Kind.ADJUSTMENT else "",
            detail="; ".join(faults),
        )

    def _head(self, row: Row) -> Head:
        columns = self._mapping.basket
        said = text_of(found(row, columns.kind.column), columns.kind.column.clean)
        kind = columns.kind.kind_of(said)
        if kind is None:
            raise Unreadable(f"no kind of basket is called {said!r}")
        member = id_of(text_of(found(row, columns.member), columns.member.clean))
        total = found(row, columns.total)
        return Head(kind, member or None, None if total in {None, ""} else self._lines.minor(total))

    def _points(self, row: Row, faults: list[str]) -> tuple[dict[str, int], dict[str, int]]:
        spent, received = {}, {}
        for it in self._mapping.points:
            try:
                if points := self._points_in(row, it.spent, it):
                    spent[it.unit] = points
                if points := self._points_in(row, it.received, it):
                    received[it.unit] = points
            except Unreadable as fault:
                faults.append(f"{it.unit}: {fault}")
        return spent, received

    def _points_in(self, row: Row, column: Column, it: PointColumns) -> int:
        return points_of(found(row, column), self._mapping.decimal_mark, it.for_one)
