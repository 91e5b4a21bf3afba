"""Reading what became of a write under an Idempotency-Key."""

from sqlalchemy import select

from loyalty_engine.ports import Operation
from loyalty_engine.storage.sql.inserts import insert_one
from loyalty_engine.storage.sql.reading.room import Room, all_of, here
from loyalty_engine.storage.sql.rows.operations import operation_of
from loyalty_engine.storage.sql.statements import Statement, var
from loyalty_engine.storage.sql.tables import operations

REMEMBER = insert_one(operations, ignore_known=True)
"""Inserts the operation. A twin waits here for the first one's commit, then touches no row."""

_OPERATION = Statement(
    select(*all_of(operations)).where(
        here(operations), operations.c.client == var("p_client"), operations.c.key == var("p_key")
    ),
    "p_program",
    "p_client",
    "p_key",
)


class ReadsOperations(Room):
    """Operations by client and key."""

    def operation(self, client: str, key: str) -> Operation | None:
        rows = self._rows(_OPERATION, client, key)
        return operation_of(rows[0]) if rows else None
