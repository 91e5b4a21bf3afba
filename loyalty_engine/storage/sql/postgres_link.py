"""A PostgreSQL connection that stays in pipeline mode: many statements, one round trip.

This speaks libpq through psycopg's own wrapper instead of its cursors, which cost four times the
processor time for a purchase; and it can stop waiting for a server that has gone silent.
"""

import select
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

import psycopg
from psycopg import pq
from psycopg.adapt import Transformer

from loyalty_engine.storage.sql.statements import Form, Values
from loyalty_engine.storage.sql.wire import Row

MOST_PREPARED = 400
"""Beyond so many different statements on one connection, further ones are sent unprepared."""

_ROWS = pq.ExecStatus.TUPLES_OK
_DONE = pq.ExecStatus.COMMAND_OK
_SYNC = pq.ExecStatus.PIPELINE_SYNC
_READ, _BOTH = select.POLLIN, select.POLLIN | select.POLLOUT


class Lost(Exception):
    """The connection is gone; `results` are those that had come before."""

    def __init__(self, detail: str, results: list[Any]) -> None:
        super().__init__(detail)
        self.results = results


class Link:
    """What a pooled connection needs to be talked to; kept beside it in the pool.

    After an exchange that ended with an exception other than `Lost` the link is `broken` too:
    answers may still be under way, and the connection must not be used again.
    """

    def __init__(self, connection: "psycopg.Connection[Any]", *, prepares: bool) -> None:
        self._pgconn = connection.pgconn
        self._pgconn.enter_pipeline_mode()
        self._prepares = prepares
        self._prepared: set[bytes] = set()
        self._reader = Transformer(connection)
        self._poll = select.poll()
        self._poll.register(self._pgconn.socket, _READ)
        self._owed = 0
        self.broken = False

    def alive(self) -> bool:
        """Whether nothing speaks against the connection, without asking the server."""
        try:
            for _ in range(4):
                if not self._poll.poll(0):
                    break
                self._pgconn.consume_input()
        except psycopg.OperationalError:
            self.broken = True
        return not self.broken and self._pgconn.status == pq.ConnStatus.OK

    def exchange(self, batch: Sequence[tuple[Form, Values]], patience: float) -> list[Any]:
        """One round trip; the raw result of each statement. Raises `Lost`.

        `patience` is in seconds. The first failed statement is followed by skipped ones.
        """
        self.broken = True
        results: list[Any] = []
        try:
            new = self._write(batch, prepares=self._prepares)
            self._flush(monotonic() + patience)
            self._collect(results, monotonic() + patience)
        except psycopg.OperationalError as error:
            raise Lost(str(error).strip(), results) from error
        self.broken = False
        return self._without_prepares(results, new) if new else results

    def end(self, form: Form) -> None:
        """Send a last statement whose answer nobody waits for; the next exchange skips it."""
        self.broken = True
        try:
            # Not prepared: nobody would look whether that succeeded.
            self._write([(form, ())], prepares=False)
            done = self._pgconn.flush() == 0
        except psycopg.OperationalError:
            return
        self._owed += 1
        self.broken = not done

    def rows(self, result: Any) -> list[Row]:
        """The rows of a result as tuples of int, str, bytes and None."""
        if result.status != _ROWS or not result.ntuples:
            return []
        self._reader.set_pgresult(result)
        return self._reader.load_rows(0, result.ntuples, tuple)

    # --- sending ---------------------------------------------------------------------------

    def _write(self, batch: Sequence[tuple[Form, Values]], *, prepares: bool) -> dict[int, bytes]:
        """Queue the statements; answers at which places of the results a preparation stands."""
        pgconn = self._pgconn
        prepared = self._prepared
        new: dict[int, bytes] = {}
        place = 0
        most = MOST_PREPARED if prepares else 0
        for form, values in batch:
            params = _encoded(form.arrange(values)) if values else None
            formats = form.formats if params else None
            name = form.name
            known = name in prepared or name in new.values()
            if not known and name and len(prepared) + len(new) < most:
                pgconn.send_prepare(name, form.raw)
                new[place] = name
                place += 1
                known = True
            if known:
                pgconn.send_query_prepared(name, params, formats, 1)
            else:
                pgconn.send_query_params(form.raw, params, None, formats, 1)
            place += 1
        pgconn.pipeline_sync()
        return new

    def _flush(self, deadline: float) -> None:
        """Send all of it, and read meanwhile: a server that cannot write would stop reading."""
        if self._pgconn.flush() == 0:
            return
        self._poll.modify(self._pgconn.socket, _BOTH)
        while self._pgconn.flush():
            ready = self._wait(deadline)
            if ready & _READ:
                self._pgconn.consume_input()
        self._poll.modify(self._pgconn.socket, _READ)

    def _wait(self, deadline: float) -> int:
        left = deadline - monotonic()
        ready = self._poll.poll(left * 1000) if left > 0 else []
        if not ready:
            raise psycopg.OperationalError("the server has not answered in time")
        return ready[0][1]

    # --- receiving -------------------------------------------------------------------------

    def _collect(self, results: list[Any], deadline: float) -> None:
        pgconn = self._pgconn
        while True:
            while pgconn.is_busy():
                self._wait(deadline)
                pgconn.consume_input()
            result = pgconn.get_result()
            if result is None:
                if pgconn.status != pq.ConnStatus.OK:
                    raise psycopg.OperationalError("the connection was closed")
            elif result.status != _SYNC:
                results.append(result)
            elif self._owed:
                self._owed -= 1
                results.clear()
            else:
                return

    def _without_prepares(self, results: list[Any], new: dict[int, bytes]) -> list[Any]:
        """Drop what preparing answered, unless it failed: then that is the statement's answer."""
        kept = []
        for place, result in enumerate(results):
            if place not in new:
                kept.append(result)
            elif result.status == _DONE:
                self._prepared.add(new[place])
            elif result.status == pq.ExecStatus.FATAL_ERROR:
                kept.append(result)
        return kept


class _Encoders(dict[type, Callable[[Any], bytes | None]]):
    """How values go over the wire, by their type; a subclass goes as what it derives from."""

    def __missing__(self, kind: type) -> Callable[[Any], bytes | None]:
        base = next(base for base in (int, str, bytes) if issubclass(kind, base))
        found = self[kind] = self[base]
        return found


_ENCODERS = _Encoders(
    {int: b"%d".__mod__, str: str.encode, bytes: lambda value: value, type(None): lambda _: None}
)


def _encoded(values: Values) -> list[bytes | None]:
    encoders = _ENCODERS
    return [encoders[type(value)](value) for value in values]
