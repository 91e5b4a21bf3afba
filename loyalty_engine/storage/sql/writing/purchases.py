"""Writing purchases, returns and reservations."""

from sqlalchemy import update

from loyalty_engine.ports import Reservation, StoredPurchase, StoredReturn
from loyalty_engine.storage.sql.inserts import Rows, insert_one, upsert
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.rows.purchases import purchase_row, reservation_row, return_row
from loyalty_engine.storage.sql.rows.texts import json_text
from loyalty_engine.storage.sql.statements import Statement, var
from loyalty_engine.storage.sql.tables import purchases, reservations, returns

_ADD_PURCHASE = insert_one(purchases)
_CHANGING = ("state", "kept", "spend", "visits", "measures", "refunded")
_SAVE_PURCHASE = Statement(
    update(purchases)
    .where(
        here(purchases),
        purchases.c.member == var("p_member"),
        purchases.c.purchase == var("p_purchase"),
        purchases.c.revision == var("p_revision"),
    )
    .values({name: var(f"p_{name}") for name in _CHANGING}),
    "p_program",
    "p_member",
    "p_purchase",
    "p_revision",
    *[f"p_{name}" for name in _CHANGING],
)
_ADD_RETURN = insert_one(returns)
_RESERVATIONS = Rows(reservations, upsert(reservations))


class WritesPurchases(Room):
    """Purchases, and what comes back of them or is promised."""

    def add_purchase(self, purchase: StoredPurchase) -> None:
        self._wire.tell(_ADD_PURCHASE, purchase_row(self.program, purchase))

    def save_purchase(self, purchase: StoredPurchase) -> None:
        it = purchase
        self._wire.tell(
            _SAVE_PURCHASE,
            (
                self.program, it.member, it.purchase, it.revision, it.state, it.kept, it.spend,
                it.visits, json_text(dict(it.measures)), it.refunded,
            ),
            touches=1,
        )  # fmt: skip

    def add_return(self, record: StoredReturn) -> None:
        self._wire.tell(_ADD_RETURN, return_row(self.program, record))

    def save_reservation(self, reservation: Reservation) -> None:
        for statement, values in _RESERVATIONS.batches(
            [reservation_row(self.program, reservation)]
        ):
            self._wire.tell(statement, values)
