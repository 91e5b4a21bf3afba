"""Rows of operations, in the order of the columns."""

from typing import Any

from loyalty_engine.ports import Operation
from loyalty_engine.storage.sql.instants import (
    instant,
    micros,
)
from loyalty_engine.storage.sql.statements import Values


def operation_row(program: str, it: Operation) -> Values:
    return (
        program, it.client, it.key, it.fingerprint, micros(it.at), it.status, it.resource,
        it.answer,
    )  # fmt: skip


def operation_of(row: Any) -> Operation:
    """From the columns of `operations` after the programme."""
    client, key, fingerprint, at, status, resource, answer = row
    return Operation(client, key, fingerprint, instant(at), status, resource, answer)
