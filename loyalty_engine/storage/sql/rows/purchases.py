"""Rows of purchases, returns and reservations, in the order of the columns."""

from typing import Any

from loyalty_engine.ports import Reservation, StoredPurchase, StoredReturn
from loyalty_engine.storage.sql.instants import (
    instant,
    micros,
)
from loyalty_engine.storage.sql.rows.texts import json_text, json_value
from loyalty_engine.storage.sql.statements import Values


def purchase_row(program: str, it: StoredPurchase) -> Values:
    return (
        program, it.member, it.purchase, it.revision, it.account, it.state,
        micros(it.occurred_at), micros(it.recorded_at), it.rulebook, it.spend, it.visits,
        json_text(dict(it.measures)), it.paid, it.refunded, it.fingerprint, it.kept, it.body,
        it.facts, it.decision, it.receipt,
    )  # fmt: skip


def purchase_of(row: Any) -> StoredPurchase:
    """From the columns of `purchases` after the programme."""
    (
        member, purchase, revision, account, state, occurred_at, recorded_at, rulebook, spend,
        visits, measures, paid, refunded, fingerprint, kept, body, facts, decision, receipt,
    ) = row  # fmt: skip
    return StoredPurchase(
        member, purchase, revision, account, state, instant(occurred_at), instant(recorded_at),
        fingerprint, body, facts, decision, receipt, kept, rulebook, spend, visits,
        json_value(measures), paid, refunded,
    )  # fmt: skip


def return_row(program: str, it: StoredReturn) -> Values:
    return (
        program, it.member, it.purchase, it.id, it.revision, micros(it.occurred_at),
        micros(it.recorded_at), it.fingerprint, it.body, it.receipt,
    )  # fmt: skip


def return_of(row: Any) -> StoredReturn:
    """From the columns of `returns` after the programme."""
    member, purchase, id_, revision, occurred_at, recorded_at, fingerprint, body, receipt = row
    return StoredReturn(
        member, purchase, id_, revision, instant(occurred_at), instant(recorded_at), fingerprint,
        body, receipt,
    )  # fmt: skip


def reservation_row(program: str, it: Reservation) -> Values:
    return (
        program, it.member, it.id, it.state, micros(it.expires_at), it.body, it.decision, it.held,
    )  # fmt: skip


def reservation_of(row: Any) -> Reservation:
    """From the columns of `reservations` after the programme."""
    member, id_, state, expires_at, body, decision, held = row
    return Reservation(member, id_, state, instant(expires_at), body, decision, held)
