"""Rows of balances, lots and entries, in the order of the columns."""

from collections.abc import Mapping
from typing import Any

from loyalty_engine.domain.ledger import Entry
from loyalty_engine.domain.lots import Balance, Lot
from loyalty_engine.storage.sql.instants import (
    instant,
    instant_or_none,
    micros,
    micros_or_none,
)
from loyalty_engine.storage.sql.statements import Values


def balance_row(program: str, account: int, unit: str, balance: Balance) -> Values:
    return (
        program, account, unit, balance.available, balance.pending, balance.held, balance.debt,
        micros_or_none(balance.next_change_at), micros_or_none(balance.next_expiry_at),
        balance.next_expiry_points,
    )  # fmt: skip


def balances_of(rows: Any) -> Mapping[str, Balance]:
    """From the columns of `balances` after the account."""
    return {
        unit: Balance(
            available, pending, held, debt, instant_or_none(change), instant_or_none(expiry), points
        )
        for unit, available, pending, held, debt, change, expiry, points in rows
    }


def lot_row(program: str, account: int, lot: Lot) -> Values:
    return (
        program, account, lot.number, lot.unit, lot.granted, lot.remaining, lot.held, lot.clawed,
        micros_or_none(lot.active_from), micros_or_none(lot.expires_at), int(lot.pending),
        lot.waits_for, lot.purchase, lot.rule, lot.member,
    )  # fmt: skip


def lot_of(row: Any) -> Lot:
    """From the columns of `lots` after the account."""
    (
        number, unit, granted, remaining, held, clawed, active_from, expires_at, pending,
        waits_for, purchase, rule, member,
    ) = row  # fmt: skip
    return Lot(
        number=number,
        unit=unit,
        granted=granted,
        remaining=remaining,
        member=member,
        active_from=instant_or_none(active_from),
        expires_at=instant_or_none(expires_at),
        pending=bool(pending),
        waits_for=waits_for,
        held=held,
        clawed=clawed,
        purchase=purchase,
        rule=rule,
    )


def entry_row(program: str, account: int, entry: Entry, recorded_at: int) -> Values:
    return (
        program, account, entry.version, entry.unit, entry.source, entry.destination, entry.amount,
        entry.lot, entry.kind, entry.purchase, entry.rule, entry.reason, entry.by, entry.member,
        micros(entry.at), recorded_at,
    )  # fmt: skip


def entry_of(row: Any) -> Entry:
    """From the columns of `entries` after the account, without `recorded_at`."""
    (
        version, unit, source, destination, amount, lot, kind, purchase, rule, reason, by, member,
        at,
    ) = row  # fmt: skip
    return Entry(
        version, unit, source, destination, amount, lot, kind, member, instant(at), purchase,
        rule, reason, by,
    )  # fmt: skip
