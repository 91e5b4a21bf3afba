"""The wire to SQLite: statements run one by one inside this process."""

import sqlite3
from collections.abc import Sequence
from threading import Lock
from typing import Any

from sqlalchemy import Engine, exc

from loyalty_engine.storage.errors import DatabaseUnavailable, StorageBug
from loyalty_engine.storage.sql.engines import BUSY_SECONDS
from loyalty_engine.storage.sql.statements import SQLITE, Statement, Values
from loyalty_engine.storage.sql.wire import Answer, Sent, Tally, Wire

# What a caller may simply try again; all else is a bug of ours or a broken file.
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_INTERRUPT,
}


class SqliteWire(Wire):
    """A transaction on a SQLite connection; a writer holds the database's one write lock.

    Threads of this process queue for their `turn` instead of polling for that lock.
    """

    def __init__(self, engine: Engine, tally: Tally, turn: "Lock | None", *, writes: bool) -> None:
        super().__init__(SQLITE, tally)
        self._engine = engine
        self._begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
        self._turn = turn
        self._lent: Any = None

    @property
    def begun(self) -> bool:
        return self._lent is not None and bool(self._lent.driver_connection.in_transaction)

    def _send(self, batch: Sequence[Sent], *, commit: bool) -> list[Answer]:
        if self._lent is None:
            self._take()
        connection: sqlite3.Connection = self._lent.driver_connection
        if not connection.in_transaction:
            self._run(connection, self._begin)
        answers = []
        for statement, values in batch:
            form = statement.form(SQLITE)
            try:
                cursor = connection.execute(form.sql, form.arrange(values))
                answers.append(Answer(cursor.fetchall(), cursor.rowcount))
            except sqlite3.Error as error:
                raise self._meaning(error, statement, values) from error
        if commit:
            self._run(connection, "COMMIT")
        return answers

    def _take(self) -> None:
        if self._turn is not None and not self._turn.acquire(timeout=BUSY_SECONDS):
            self._turn = None
            raise DatabaseUnavailable("the database is busy writing", effect="none")
        try:
            self._lent = self._engine.raw_connection()
        except BaseException as error:
            if self._turn is not None:
                self._turn.release()
            if isinstance(error, exc.SQLAlchemyError | sqlite3.Error):
                raise DatabaseUnavailable(f"no connection: {error}", effect="none") from error
            raise

    def _run(self, connection: sqlite3.Connection, text: str) -> None:
        try:
            connection.execute(text)
        except sqlite3.Error as error:
            raise self._meaning(error) from error

    def _meaning(
        self, error: sqlite3.Error, statement: Statement | None = None, values: Values = ()
    ) -> Exception:
        code = getattr(error, "sqlite_errorcode", 0)
        if code & 0xFF in _PASSING:
            return DatabaseUnavailable(f"the database cannot answer: {error}", effect="none")
        text = statement.form(SQLITE).sql if statement else "the transaction"
        if statement is not None:
            unique = {sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE}
            if code in unique and statement.unique:
                return statement.unique(values)
            if code == sqlite3.SQLITE_CONSTRAINT_CHECK and statement.check:
                return statement.check(values)
        return StorageBug(f"{error} by {text}")

    def close(self) -> None:
        turn, self._turn = self._turn, None
        lent, self._lent = self._lent, None
        if lent is None:
            return
        try:
            if lent.driver_connection.in_transaction:
                lent.driver_connection.execute("ROLLBACK")
        except sqlite3.Error:
            lent.invalidate()
        finally:
            lent.close()
            if turn is not None:
                turn.release()
