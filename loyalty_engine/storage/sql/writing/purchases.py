"""Writing purchases, returns, reservations, and the limits and sums they count in."""

from sqlalchemy import case, update

from loyalty_engine.domain.facts import Carry
from loyalty_engine.ports import CounterKey, Reservation, StoredPurchase, StoredReturn
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.rows import json_text, purchase_row, reservation_row, return_row
from loyalty_engine.storage.sql.statements import (
    Rows,
    Statement,
    insert_one,
    number_var,
    upsert,
    var,
)
from loyalty_engine.storage.sql.tables import carries, counters, purchases, reservations, returns

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
_CARRIES = Rows(carries, upsert(carries))
_COUNTER = (
    here(counters),
    counters.c.owner == var("p_owner"),
    counters.c.counter == var("p_counter"),
    counters.c.period == var("p_period"),
)
_COUNT = Rows(
    counters,
    lambda statement: statement.on_conflict_do_update(
        index_elements=["program", "owner", "counter", "period"],
        set_={
            "used": counters.c.used + statement.excluded.used,
            "ceiling": statement.excluded.ceiling,
        },
    ),
)
# What is given back keeps the ceiling it was used under, should a lower one hold by now.
_GIVE_BACK = Statement(
    update(counters)
    .where(*_COUNTER)
    .values(
        used=counters.c.used - number_var("p_amount"),
        ceiling=case(
            (counters.c.ceiling > number_var("p_ceiling"), counters.c.ceiling),
            else_=number_var("p_ceiling"),
        ),
    ),
    "p_program",
    "p_owner",
    "p_counter",
    "p_period",
    "p_amount",
    "p_ceiling",
)


class WritesPurchases(Room):
    """Purchases and what they use up."""

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

    def use(self, key: CounterKey, amount: int, ceiling: int) -> None:
        where = (self.program, key.owner, key.counter, key.period)
        if amount < 0:
            self._wire.tell(_GIVE_BACK, (*where, -amount, ceiling), touches=1, wait=True)
            return
        for statement, values in _COUNT.batches([(*where, amount, ceiling)]):
            self._wire.tell(statement, values)

    def save_carry(self, member: int, rule: str, carry: Carry) -> None:
        row = (self.program, member, rule, carry.basis, carry.given)
        for statement, values in _CARRIES.batches([row]):
            self._wire.tell(statement, values)
