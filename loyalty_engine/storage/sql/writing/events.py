"""Writing what happened beside purchases."""

from loyalty_engine.ports import StoredEvent
from loyalty_engine.storage.sql.inserts import Rows, upsert
from loyalty_engine.storage.sql.instants import micros
from loyalty_engine.storage.sql.reading.room import Room
from loyalty_engine.storage.sql.tables import events

_EVENTS = Rows(events, upsert(events))


class WritesEvents(Room):
    """Events that are no purchases."""

    def save_event(self, event: StoredEvent) -> None:
        it = event
        row = (
            self.program, it.member, it.id, it.kind, micros(it.occurred_at), it.state, it.tier,
            it.data,
        )  # fmt: skip
        for statement, values in _EVENTS.batches([row]):
            self._wire.tell(statement, values)
