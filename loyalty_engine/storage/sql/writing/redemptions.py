"""Writing rewards that were taken."""

from loyalty_engine.ports import Redemption
from loyalty_engine.storage.sql.inserts import Rows, upsert
from loyalty_engine.storage.sql.instants import micros, micros_or_none
from loyalty_engine.storage.sql.reading.room import Room
from loyalty_engine.storage.sql.tables import redemptions

_REDEMPTIONS = Rows(redemptions, upsert(redemptions))


class WritesRedemptions(Room):
    """Redemptions."""

    def save_redemption(self, redemption: Redemption) -> None:
        it = redemption
        row = (
            self.program, it.member, it.id, it.reward, it.kind, it.state, it.store,
            micros(it.taken_at), it.rulebook, it.money, it.cost, it.fingerprint, it.spent,
            it.counted, it.gave, it.receipt, micros_or_none(it.cancelled_at),
            it.account,
        )  # fmt: skip
        for statement, values in _REDEMPTIONS.batches([row]):
            self._wire.tell(statement, values)
