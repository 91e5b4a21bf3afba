"""`ports.Storage` on SQLite and PostgreSQL."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import event

from loyalty_engine.storage.errors import Retry
from loyalty_engine.storage.sql.engines import (
    PATIENCE_SECONDS,
    database_url,
    is_in_memory,
    make_engine,
    widen_cache,
)
from loyalty_engine.storage.sql.pages import SqlPage
from loyalty_engine.storage.sql.sqlite_wire import SqliteWire
from loyalty_engine.storage.sql.statements import SQLITE
from loyalty_engine.storage.sql.tables import metadata
from loyalty_engine.storage.sql.wire import Answer, Row, Sent, Tally, Wire
from loyalty_engine.storage.sql.work import SqlView, SqlWork

TRIES = 5
"""How often a small write of the service's own is tried against others."""


class SqlStorage:
    """Units of work on one database. May be shared by threads, not across a fork.

    `tally` counts statements and round trips of everything that goes through this storage.
    """

    def __init__(self, url: str, *, pooler: str | None = None, pool_size: int = 5) -> None:
        self.url = database_url(url)
        self.database = self.url.get_backend_name()
        self.pooler = pooler
        self.engine = make_engine(self.url, pooler=pooler, pool_size=pool_size)
        self.tally = Tally()
        self._writing = Lock()
        self._inherited: Any = None
        self._in_memory = self.database == SQLITE and is_in_memory(self.url)
        self._make_wire: Callable[[bool, float], Wire] = (
            self._sqlite_wire if self.database == SQLITE else self._postgres_wires()
        )

    @contextmanager
    def begin(self, program: str, now: datetime, *, sure: bool = False) -> Iterator[SqlWork]:
        """A transaction that writes: commits on leaving, rolls back on an exception.

        Raises `Retry` when it may be done again at once, `Unavailable` when the database is away.
        """
        with self.wire(writes=True) as wire:
            yield SqlWork(program, wire, now, sure=sure)
            wire.commit()

    @contextmanager
    def begin_page(self, program: str, now: datetime, numbers: Sequence[int]) -> Iterator[SqlPage]:
        """A transaction that writes for many members; commits on leaving, like `begin`."""
        with self.wire(writes=True) as wire:
            page = SqlPage(program, wire, now, numbers)
            yield page
            page.finish()
            wire.commit()

    @contextmanager
    def read(self, program: str) -> Iterator[SqlView]:
        """A transaction that only reads, all of it as of one moment."""
        with self.wire(writes=False) as wire:
            yield SqlView(program, wire)

    @contextmanager
    def wire(self, *, writes: bool, patience: float = PATIENCE_SECONDS) -> Iterator[Wire]:
        """A bare transaction for statements that belong to no programme. The caller commits.

        `patience` is in seconds, for each round trip.
        """
        wire = self._make_wire(writes, patience)
        try:
            yield wire
        except BaseException:
            wire.close()
            raise
        wire.end()

    def ask(self, question: Sent) -> Sequence[Row]:
        """One question in a transaction of its own, in one round trip."""
        with self.wire(writes=False) as wire:
            return wire.ask(question)[0].rows

    def write(self, *questions: Sent) -> list[Answer]:
        """Some statements in a transaction of their own, in one round trip.

        Done again when another transaction was faster, so they must not depend on earlier reads.
        """
        for _ in range(TRIES - 1):
            with suppress(Retry), self.wire(writes=True) as wire:
                return wire.ask_and_commit(*questions)
        with self.wire(writes=True) as wire:
            return wire.ask_and_commit(*questions)

    def _sqlite_wire(self, writes: bool, patience: float) -> Wire:
        turn = self._writing if writes or self._in_memory else None
        return SqliteWire(self.engine, self.tally, turn, writes=writes)

    def _postgres_wires(self) -> Callable[[bool, float], Wire]:
        # The driver is an extra: who stays with SQLite need not have it.
        from loyalty_engine.storage.sql.postgres_wire import PostgresWire

        pooled = self.pooler is not None

        def make(writes: bool, patience: float) -> Wire:
            return PostgresWire(
                self.engine, self.tally, patience, writes=writes, keeps_session=not pooled
            )

        return make

    def create_schema(self) -> None:
        """Make all tables at once, for throw-away databases; others are migrated."""
        metadata.create_all(self.engine)

    def expect_much(self) -> None:
        """Before one process writes a lot: let SQLite keep more pages at hand."""
        if self.database == SQLITE and not self._in_memory:
            event.listen(self.engine, "connect", widen_cache)
            self.engine.dispose()

    def reset_after_fork(self) -> None:
        """Forget the parent's connections without closing them; call it first in a child."""
        # Kept, because SQLite would tidy up the parent's files when they are collected.
        self._inherited = self.engine.pool
        self.engine.dispose(close=False)
        self._writing = Lock()

    def close(self) -> None:
        """Close all connections that are not in use."""
        self.engine.dispose()
