"""Writing operations, events and rulebooks."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import update

from loyalty_engine.ports import Event, Operation
from loyalty_engine.storage.sql.bulk import ManyRows
from loyalty_engine.storage.sql.inserts import Rows, insert_one, upsert
from loyalty_engine.storage.sql.instants import micros
from loyalty_engine.storage.sql.reading.members import ReadsMembers
from loyalty_engine.storage.sql.reading.operations import REMEMBER
from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.reading.sweeps import FORGET_OPERATIONS
from loyalty_engine.storage.sql.rows.operations import operation_row
from loyalty_engine.storage.sql.rows.texts import json_text
from loyalty_engine.storage.sql.statements import Statement, Values, var
from loyalty_engine.storage.sql.tables import operations, outbox, rulebook_periods, rulebooks

_ANSWER = Statement(
    update(operations)
    .where(
        here(operations), operations.c.client == var("p_client"), operations.c.key == var("p_key")
    )
    .values(status=var("p_status"), resource=var("p_resource"), answer=var("p_answer")),
    "p_program",
    "p_client",
    "p_key",
    "p_status",
    "p_resource",
    "p_answer",
)
_ANNOUNCE = ManyRows(outbox)
_KEEP_RULEBOOK = insert_one(rulebooks, ignore_known=True)
_PERIODS = Rows(rulebook_periods, upsert(rulebook_periods))


def _event_row(program: str, event: Event) -> Values:
    at = micros(event.at)
    return (
        program, event.member, event.id, event.version, event.kind, event.body, at, at, 0, "", 0,
        "waiting", "[]", 0,
    )  # fmt: skip


class WritesService(ReadsMembers):
    """What is written beside members and points."""

    def remember(self, operation: Operation) -> Operation | None:
        answer = self._wire.ask((REMEMBER, operation_row(self.program, operation)))[0]
        return None if answer.touched else self._known(operation)

    def answer(self, operation: Operation) -> None:
        it = operation
        self._wire.tell(
            _ANSWER,
            (self.program, it.client, it.key, it.status, it.resource, it.answer),
            touches=1,
        )

    def forget_operations(self, before: datetime, limit: int = 1000) -> int:
        """Drop operations begun before `before`, at most `limit`; answers how many."""
        values = (self.program, micros(before), limit)
        return self._wire.ask((FORGET_OPERATIONS, values))[0].touched

    def announce(self, event: Event) -> None:
        self._announce([event])

    def _announce(self, events: Sequence[Event]) -> None:
        rows = [_event_row(self.program, event) for event in events]
        for statement, values in _ANNOUNCE.for_database(rows, self._wire.database):
            self._wire.tell(statement, values)

    def publish_rulebook(self, hash: str, source: Mapping[str, str], by: str) -> None:
        at = micros(self.now)
        self._wire.tell(_KEEP_RULEBOOK, (self.program, hash, json_text(dict(source)).encode(), at))
        for statement, values in _PERIODS.batches([(self.program, at, hash, by)]):
            self._wire.tell(statement, values)
