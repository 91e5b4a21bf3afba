"""Writing points that members gave each other."""

from loyalty_engine.ports import Gift
from loyalty_engine.storage.sql.inserts import Rows, upsert
from loyalty_engine.storage.sql.instants import micros, micros_or_none
from loyalty_engine.storage.sql.reading.room import Room
from loyalty_engine.storage.sql.tables import gifts

_GIFTS = Rows(gifts, upsert(gifts))


class WritesGifts(Room):
    """Gifts."""

    def save_gift(self, gift: Gift) -> None:
        it = gift
        row = (
            self.program, it.member, it.id, it.to_member, it.unit, it.points, it.state,
            micros(it.given_at), it.message, it.fingerprint, it.portions, it.returned,
            micros_or_none(it.cancelled_at), it.reason, it.by,
        )  # fmt: skip
        for statement, values in _GIFTS.batches([row]):
            self._wire.tell(statement, values)
