"""Inserts of one row, or of as many as there are, and what happens to those that are there already."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    Table,
    bindparam,
    insert,
)
from sqlalchemy.sql.expression import Executable

from loyalty_engine.storage.sql.statements import Refusal, Statement, Values

LARGEST_GROUP = 50
"""How many rows one statement writes at most."""


class Rows:
    """Inserts of as many rows as there are, each count a statement of its own, made once.

    `finish` may add what happens on a conflict. Values are given row by row in column order.
    """

    def __init__(
        self,
        table: Table,
        finish: Callable[[Any], Executable] = lambda statement: statement,
        *,
        unique: Refusal | None = None,
    ) -> None:
        self._table = table
        self._finish = finish
        self._unique = unique
        self._sized: dict[int, Statement] = {}

    def batches(self, rows: Sequence[Values]) -> list[tuple[Statement, Values]]:
        """The statements that write these rows, with their values."""
        if len(rows) == 1:
            return [(self._of(1), rows[0])]
        groups = [rows[at : at + LARGEST_GROUP] for at in range(0, len(rows), LARGEST_GROUP)]
        return [
            (self._of(len(group)), [value for row in group for value in row]) for group in groups
        ]

    def _of(self, size: int) -> Statement:
        found = self._sized.get(size)
        if found is None:
            found = self._sized[size] = self._make(size)
        return found

    def _make(self, size: int) -> Statement:
        columns = [column.name for column in self._table.columns]
        names = [f"{column}_{row}" for row in range(size) for column in columns]

        def build(insert_: Callable[[Table], Any]) -> Executable:
            values: list[dict[str, BindParameter[Any]]] = [
                # Told the type, which follows from the column for the first row alone.
                {
                    it.name: bindparam(f"{it.name}_{row}", type_=it.type)
                    for it in self._table.columns
                }
                for row in range(size)
            ]
            return self._finish(insert_(self._table).values(values))

        return Statement(build, *names, unique=self._unique)


def insert_one(
    table: Table, *, unique: Refusal | None = None, ignore_known: bool = False
) -> Statement:
    """An insert of one row, values in column order; a known key is an error or left alone."""
    names = [column.name for column in table.columns]
    if ignore_known:
        return Statement(lambda insert_: insert_(table).on_conflict_do_nothing(), *names)
    return Statement(insert(table), *names, unique=unique)


def upsert(table: Table, *, stays: Sequence[str] = ()) -> Callable[[Any], Executable]:
    """For `Rows`: a known key takes the new values of all other columns but those that stay."""
    keys = [column.name for column in table.primary_key.columns]
    others = [it.name for it in table.columns if it.name not in keys and it.name not in stays]

    def finish(statement: Any) -> Executable:
        new = {name: statement.excluded[name] for name in others}
        done: Executable = statement.on_conflict_do_update(index_elements=keys, set_=new)
        return done

    return finish
