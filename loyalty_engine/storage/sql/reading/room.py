"""What everything that reads or writes within a transaction stands on."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table

from loyalty_engine.ports import CounterKey
from loyalty_engine.storage.sql.statements import Statement, Value, Values, var
from loyalty_engine.storage.sql.wire import Row, Wire


class Room:
    """A programme and the wire of one transaction; `locks` says whether reading locks members.

    `sure` says whether reading limits locks those that many share, too.
    """

    def __init__(
        self, program: str, wire: Wire, now: datetime | None = None, *, sure: bool = False
    ) -> None:
        self.program = program
        self._wire = wire
        self._locks = now is not None
        self._sure = sure
        self._slices: dict[CounterKey, dict[int, tuple[int, int]]] = {}
        self._held: set[CounterKey] = set()
        self._accounts: set[int] = set()  # locked, as far as it matters in which order
        self._in_order = False
        if now is not None:
            self.now = now

    now: datetime

    @property
    def writes(self) -> int:
        """How many writes have been told so far, sent or not."""
        return self._wire.told

    def _rows(self, statement: Statement, *values: Value) -> "list[Row]":
        given: Values = (self.program, *values)
        return list(self._wire.ask((statement, given))[0].rows)


def here(table: Table) -> ColumnElement[bool]:
    """That a row belongs to the programme: the first value of every statement."""
    return table.c.program == var("p_program")


def all_of(table: Table) -> list[ColumnElement[Any]]:
    """All columns but the programme: what a record is made of."""
    return [it for it in table.columns if it.name != "program"]
