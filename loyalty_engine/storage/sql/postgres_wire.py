"""The wire to PostgreSQL: a transaction as a few round trips, and what its refusals mean."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import pq
from sqlalchemy import Engine, exc

from loyalty_engine.storage.errors import DatabaseUnavailable, Retry, StorageBug
from loyalty_engine.storage.sql.engines import PATIENCE_SECONDS, SESSION_LIMITS
from loyalty_engine.storage.sql.postgres_link import Link, Lost
from loyalty_engine.storage.sql.statements import POSTGRESQL, Form, Values
from loyalty_engine.storage.sql.wire import Answer, Sent, Tally, Wire


def plain(name: str, text: str) -> Form:
    """A statement without values."""
    return Form(text, text.encode(), name.encode(), None, ())


BEGIN_WRITING = plain("begin", "BEGIN")
BEGIN_READING = plain("begin_reading", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")


def _limits(**limits: int) -> Form:
    """A statement that sets limits, in milliseconds, for one transaction."""
    settings = {**SESSION_LIMITS, **limits}
    parts = [f"set_config('{name}', '{value}', true)" for name, value in settings.items()]
    return plain(f"limits_{settings['statement_timeout']}", f"SELECT {', '.join(parts)}")


SET_LIMITS = _limits()
COMMIT = plain("commit", "COMMIT")
ROLLBACK = plain("rollback", "ROLLBACK")

_FAILED = pq.ExecStatus.FATAL_ERROR
_FIELD = pq.DiagnosticField
UNIQUE, CHECK = "23505", "23514"
_LOST_RACES = {"40001", "40P01"}
_ENDS_THE_SESSION = ("08", "57P", "25P03", "25P04", "26")
_PASSING = ("55P03", "57014", "53", *_ENDS_THE_SESSION)
"""SQLSTATEs, or how they begin, after which the same unit of work may simply be sent again."""


class PostgresWire(Wire):
    """A transaction on a connection of the pool, taken when the first message is sent.

    Where that connection turns out to be dead (the server was restarted), another one is taken:
    nothing has happened yet. `patience` is how many seconds a round trip may take. Where a pooler
    hands sessions around, `keeps_session` is False: nothing is prepared, and each transaction sets
    its limits.
    """

    def __init__(
        self,
        engine: Engine,
        tally: Tally,
        patience: float,
        *,
        writes: bool,
        keeps_session: bool,
    ) -> None:
        super().__init__(POSTGRESQL, tally)
        self._engine = engine
        begin = BEGIN_WRITING if writes else BEGIN_READING
        self._opening: list[tuple[Form, Values]] = [(begin, ())]
        if patience != PATIENCE_SECONDS:
            self._opening.append((_limits(statement_timeout=int(patience * 1000)), ()))
        elif not keeps_session:
            self._opening.append((SET_LIMITS, ()))
        self._prepares = keeps_session
        self._patience = patience
        self._lent: Any = None
        self._begun = False

    @property
    def begun(self) -> bool:
        return self._begun

    def _send(self, batch: Sequence[Sent], *, commit: bool) -> list[Answer]:
        messages: list[tuple[Form, Values]] = [
            (statement.form(POSTGRESQL), values) for statement, values in batch
        ]
        before = [] if self._begun else self._opening
        after: list[tuple[Form, Values]] = [(COMMIT, ())] if commit else []
        results = self._exchange_on_a_live_link([*before, *messages, *after], commit=commit)
        self._begun = True
        self._refuse(results, batch, len(before))
        if commit:
            assert results[-1].command_status == b"COMMIT", results[-1].command_status
            self._begun = False
        link = self._link
        return [
            Answer(link.rows(result), result.command_tuples or 0)
            for result in results[len(before) : len(before) + len(batch)]
        ]

    # --- connections -----------------------------------------------------------------------

    @property
    def _link(self) -> Link:
        link: Link = self._lent.info["link"]
        return link

    def _take(self) -> bool:
        """Take a connection that seems to live; answers whether it has been used before."""
        while True:
            self._lent = self._checkout()
            used = "link" in self._lent.info
            if not used:
                self._lent.info["link"] = Link(
                    self._lent.driver_connection, prepares=self._prepares
                )
            if self._link.alive():
                return used
            self._drop()

    def _drop(self) -> None:
        lent, self._lent = self._lent, None
        lent.invalidate()

    def _checkout(self) -> Any:
        try:
            return self._engine.raw_connection()
        except (exc.SQLAlchemyError, psycopg.Error) as error:
            raise DatabaseUnavailable(
                f"no connection to the database: {str(error).strip()}", effect="none"
            ) from error

    def _exchange_on_a_live_link(
        self, messages: Sequence[tuple[Form, Values]], *, commit: bool
    ) -> list[Any]:
        used = self._take() if self._lent is None else False
        try:
            return self._link.exchange(messages, self._patience)
        except Lost as lost:
            if used and not commit:
                self._drop()
                self._take()
                return self._again(messages)
            raise self._gone(lost, len(messages), commit=commit) from lost

    def _again(self, messages: Sequence[tuple[Form, Values]]) -> list[Any]:
        try:
            return self._link.exchange(messages, self._patience)
        except Lost as lost:
            raise self._gone(lost, len(messages), commit=False) from lost

    @staticmethod
    def _gone(lost: Lost, sent: int, *, commit: bool) -> DatabaseUnavailable:
        """Whether a lost connection has committed is unknown, unless a refusal came before."""
        refused = any(state for state in _states(lost.results[: sent - 1]))
        effect = "unknown" if commit and not refused else "none"
        return DatabaseUnavailable(f"the connection to the database is lost: {lost}", effect=effect)

    # --- refusals --------------------------------------------------------------------------

    def _refuse(self, results: Sequence[Any], batch: Sequence[Sent], offset: int) -> None:
        for place, result in enumerate(results):
            if result.status == _FAILED:
                index = place - offset
                sent = batch[index] if 0 <= index < len(batch) else None
                raise self._meaning(result, sent)

    def _meaning(self, result: Any, sent: Sent | None) -> Exception:
        state = _text(result, _FIELD.SQLSTATE)
        message = _text(result, _FIELD.MESSAGE_PRIMARY)
        if state.startswith(_ENDS_THE_SESSION):
            self._link.broken = True
        if state in _LOST_RACES:
            return Retry(f"another transaction was faster: {message}")
        if state.startswith(_PASSING):
            return DatabaseUnavailable(f"the database cannot answer: {message}", effect="none")
        if sent is not None:
            statement, values = sent
            if state == UNIQUE and statement.unique:
                return statement.unique(values)
            if state == CHECK and statement.check:
                return statement.check(values)
        text = sent[0].form(POSTGRESQL).sql if sent else "the transaction"
        return StorageBug(f"{state} {message} by {text}")

    def close(self) -> None:
        if self._lent is None:
            return
        lent, self._lent = self._lent, None
        link: Link | None = lent.info.get("link")
        if link is not None and self._begun and not link.broken:
            link.end(ROLLBACK)
        self._begun = False
        if link is None or link.broken:
            lent.invalidate()
        lent.close()

    def end(self) -> None:
        if self._begun and not self._link.broken:
            self._link.end(COMMIT)
            self._begun = False
        self.close()


def _states(results: Sequence[Any]) -> list[str]:
    return [_text(result, _FIELD.SQLSTATE) for result in results if result.status == _FAILED]


def _text(result: Any, field: pq.DiagnosticField) -> str:
    raw: bytes | None = result.error_field(field)
    return raw.decode(errors="replace") if raw else ""
