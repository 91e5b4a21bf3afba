"""The sums of a programme's ledger: what was issued, what became of it, and what is owed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from loyalty_engine.storage.sql.engines import LONG_PATIENCE_SECONDS
from loyalty_engine.storage.sql.instants import micros
from loyalty_engine.storage.sql.integrity.checks import written
from loyalty_engine.storage.sql.statements import Statement
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.wire import Wire

LAST = 2**63 - 1
FIRST = -(2**63)
PAGE_ROWS = 5000
"""So many rows of a table make a page, give or take one account."""

_MOVED = Statement(
    text(
        written(
            """
            SELECT unit, source, destination, {sum:amount} FROM entries
            WHERE {page} AND recorded_at <= :as_of GROUP BY unit, source, destination
            """
        )
    ),
    "program",
    "after",
    "upto",
    "as_of",
    prepared=False,
)


@dataclass(slots=True)
class Totals:
    """Points of one unit; `outstanding` is what members have, less what they owe.

    `transferred` is what went to other accounts less what came from there: none, over all accounts.
    """

    issued: int = 0
    redeemed: int = 0
    expired: int = 0
    adjusted: int = 0
    clawed: int = 0
    transferred: int = 0
    outstanding: int = 0

    def add(self, source: str, destination: str, amount: int) -> None:
        """Count entries that move `amount` between two ledger accounts."""
        for account, sign in ((source, -1), (destination, 1)):
            if account in _OF_MEMBERS:
                self.outstanding += sign * amount
            elif account in _OF_PROGRAM:
                given = -sign if account in _GIVING else sign
                setattr(self, account, getattr(self, account) + given * amount)

    @property
    def difference(self) -> int:
        """What came in less what went out less what is there: zero, or points were made up."""
        gone = self.redeemed + self.expired + self.clawed
        return self.issued + self.adjusted - gone - self.transferred - self.outstanding


_GIVING = frozenset({"issued", "adjusted"})
_OF_PROGRAM = frozenset({"issued", "redeemed", "expired", "adjusted", "clawed", "transferred"})
_OF_MEMBERS = frozenset({"pending", "available", "held", "debt"})


def totals(storage: SqlStorage, program: str, as_of: datetime | None = None) -> dict[str, Totals]:
    """The sums by unit, over all that was recorded by `as_of`, in one look at the database."""
    until = LAST if as_of is None else micros(as_of)
    found: dict[str, Totals] = {}
    with storage.wire(writes=False, patience=LONG_PATIENCE_SECONDS) as wire:
        for after, upto in pages(wire, program, "account", ("entries",)):
            for row in wire.ask((_MOVED, (program, after, upto, until)))[0].rows:
                unit, source, destination, amount = row
                found.setdefault(unit, Totals()).add(source, destination, amount)
    return found


def pages(
    wire: Wire, program: str, column: str, tables: tuple[str, ...], after: int = FIRST
) -> Iterator[tuple[int, int]]:
    """Ranges of account or member numbers that together are all there are after `after`.

    A range holds about `PAGE_ROWS` rows of each table, so that no question takes long.
    """
    while after < LAST:
        ends = [wire.ask((_page_end(column, table), (program, after)))[0].rows for table in tables]
        upto = min((rows[0][0] for rows in ends if rows), default=LAST)
        yield after, upto
        after = upto


_ends: dict[tuple[str, str], Statement] = {}


def _page_end(column: str, table: str) -> Statement:
    found = _ends.get((column, table))
    if found is None:
        found = _ends[column, table] = Statement(
            text(
                f"SELECT {column} FROM {table} "  # noqa: S608 - names of ours
                f"WHERE program = :program AND {column} > :after "
                f"ORDER BY {column} LIMIT 1 OFFSET {PAGE_ROWS}"
            ),
            "program",
            "after",
        )
    return found
