"""Very many rows in one statement, as PostgreSQL takes them best: a list for each column.

As many single values would cost more to send and to read than the rows cost to write.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ARRAY, BindParameter, Table, Text, bindparam, cast, column, func, select
from sqlalchemy.sql.expression import Executable

from loyalty_engine.storage.sql.inserts import LARGEST_GROUP, Rows
from loyalty_engine.storage.sql.statements import POSTGRESQL, Refusal, Statement, Value, Values

MOST = 5000
"""How many rows one statement writes at most."""


class ManyRows(Rows):
    """Rows that may be very many; few of them, and those for other databases, go as ever."""

    def __init__(
        self,
        table: Table,
        finish: Callable[[Any], Executable] = lambda statement: statement,
        *,
        unique: Refusal | None = None,
    ) -> None:
        super().__init__(table, finish, unique=unique)
        self._many = _listed(table, finish, unique)

    def for_database(
        self, rows: Sequence[Values], database: str
    ) -> Sequence[tuple[Statement, Values]]:
        """The statements that write these rows, with their values."""
        if database != POSTGRESQL or len(rows) <= LARGEST_GROUP:
            return self.batches(rows)
        parts = (rows[at : at + MOST] for at in range(0, len(rows), MOST))
        return [
            (self._many, [array_text(values) for values in zip(*part, strict=True)])
            for part in parts
        ]


def _listed(table: Table, finish: Callable[[Any], Executable], unique: Refusal | None) -> Statement:
    names = [it.name for it in table.columns]

    def build(insert_: Callable[[Table], Any]) -> Executable:
        lists = [cast(_place(it.name), ARRAY(it.type)) for it in table.columns]
        fresh = func.unnest(*lists).table_valued(
            *[column(it.name, it.type) for it in table.columns], name="fresh"
        )
        return finish(insert_(table).from_select(names, select(*fresh.render_derived().c)))

    return Statement(build, *names, unique=unique)


def _place(name: str) -> BindParameter[str]:
    return bindparam(name, type_=Text)


def array_text(values: Sequence[Value]) -> str:
    """A list as PostgreSQL reads it."""
    if set(map(type, values)) == {int}:
        return "{" + ",".join(map(str, values)) + "}"
    if len(set(values)) == 1:
        return "{" + ",".join([_element(values[0])] * len(values)) + "}"
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return f'"\\\\x{value.hex()}"'
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
