"""Writing points set aside at a till."""

from loyalty_engine.ports import Hold
from loyalty_engine.storage.sql.inserts import Rows, upsert
from loyalty_engine.storage.sql.instants import micros
from loyalty_engine.storage.sql.reading.room import Room
from loyalty_engine.storage.sql.tables import holds

_HOLDS = Rows(holds, upsert(holds))


class WritesHolds(Room):
    """Holds."""

    def save_hold(self, hold: Hold) -> None:
        it = hold
        row = (
            self.program, it.member, it.id, it.unit, it.points, it.state, micros(it.placed_at),
            micros(it.expires_at), it.fingerprint, it.portions, it.captured, it.purchase,
        )  # fmt: skip
        for statement, values in _HOLDS.batches([row]):
            self._wire.tell(statement, values)
