"""Writing an account's book back: entries, lots, balances, and the version that guards them."""

from collections.abc import Sequence

from sqlalchemy import case, update

from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.storage.errors import Retry
from loyalty_engine.storage.sql.bulk import ManyRows
from loyalty_engine.storage.sql.inserts import Rows, upsert
from loyalty_engine.storage.sql.instants import micros
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.rows.ledger import balance_row, entry_row, lot_row
from loyalty_engine.storage.sql.statements import Statement, Values, const, number_var, var
from loyalty_engine.storage.sql.tables import accounts, balances, entries, lots, transfers


def _overtaken(values: Values) -> Exception:
    return Retry(f"account {values[1]!r} was written by somebody else in the meantime")


_ENTRIES = ManyRows(entries, unique=_overtaken)
_LOTS = ManyRows(lots, upsert(lots))
_BALANCES = ManyRows(balances, upsert(balances))
_TRANSFERS = Rows(transfers)

# No version may be negative: an account that has moved on refuses, and the commit with it.
_MOVE_ON = Statement(
    update(accounts)
    .where(here(accounts), accounts.c.account == var("p_account"))
    .values(
        version=case(
            (accounts.c.version == var("p_first"), number_var("p_version")), else_=const(-1)
        )
    ),
    "p_program",
    "p_account",
    "p_first",
    "p_version",
    check=_overtaken,
)
_SKIP = Statement(
    update(accounts)
    .where(here(accounts), accounts.c.account == var("p_account"))
    .values(skipped=accounts.c.skipped + number_var("p_skipped")),
    "p_program",
    "p_account",
    "p_skipped",
)


class WritesLedger(Room):
    """The only way points get into the database."""

    def save_book(self, book: AccountBook) -> None:
        self._save_books([book])

    def _save_books(self, books: Sequence[AccountBook]) -> None:
        """Write books of different accounts, their rows together."""
        for book in books:
            self._move_on(book)
        recorded_at, program = micros(self.now), self.program
        entry_rows = [
            entry_row(program, book.account, entry, recorded_at)
            for book in books
            for entry in book.entries
        ]
        lot_rows = [
            lot_row(program, book.account, lot)
            for book in books
            for lot in (*book.touched.values(), *book.opened.values())
        ]
        balance_rows = [
            balance_row(program, book.account, unit, balance)
            for book in books
            for unit, balance in book.balances.items()
        ]
        for rows, batch in ((_ENTRIES, entry_rows), (_LOTS, lot_rows), (_BALANCES, balance_rows)):
            if batch:
                for statement, values in rows.for_database(batch, self._wire.database):
                    self._wire.tell(statement, values)

    def _move_on(self, book: AccountBook) -> None:
        program, account = self.program, book.account
        moved = book.first_version + len(book.entries) + book.skipped
        assert book.version == moved, "a version for each entry"
        if book.version != book.first_version:
            self._wire.tell(
                _MOVE_ON, (program, account, book.first_version, book.version), touches=1
            )
        if book.skipped:
            self._wire.tell(_SKIP, (program, account, book.skipped), touches=1)
        if book.twins:
            twins = [
                (program, it.account, it.version, it.from_account, it.from_version)
                for it in book.twins
            ]
            for statement, values in _TRANSFERS.batches(twins):
                self._wire.tell(statement, values)
