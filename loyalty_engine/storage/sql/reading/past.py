"""Balances as of a past instant, from the entries known by then."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, select

from loyalty_engine.domain.lots import Balance, Lot
from loyalty_engine.storage.sql.instants import instant_or_none, micros
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.statements import Statement, const, var
from loyalty_engine.storage.sql.tables import entries, lots


def _in_minus_out(account: str) -> ColumnElement[int]:
    name = const(account)
    signed = case(
        (entries.c.destination == name, entries.c.amount),
        (entries.c.source == name, -entries.c.amount),
        else_=const(0),
    )
    return cast(func.sum(signed), BigInteger)


_KNOWN_BY = Statement(
    select(
        entries.c.unit,
        entries.c.lot,
        func.max(entries.c.version),
        _in_minus_out("pending"),
        _in_minus_out("available"),
        _in_minus_out("held"),
        _in_minus_out("debt"),
        lots.c.active_from,
        lots.c.expires_at,
        lots.c.waits_for,
    )
    .select_from(
        entries.outerjoin(
            lots,
            and_(
                lots.c.program == entries.c.program,
                lots.c.account == entries.c.account,
                lots.c.lot == entries.c.lot,
            ),
        )
    )
    .where(
        here(entries),
        entries.c.account == var("p_account"),
        entries.c.recorded_at <= var("p_at"),
    )
    .group_by(
        entries.c.unit, entries.c.lot, lots.c.active_from, lots.c.expires_at, lots.c.waits_for
    ),
    "p_program",
    "p_account",
    "p_at",
)


class ReadsPast(Room):
    """What was known then. Lots expire and become available by their dates, settled or not."""

    def balances_as_of(self, account: int, at: datetime) -> tuple[int, Mapping[str, Balance]]:
        version = 0
        debts: dict[str, int] = {}
        found: dict[str, list[Lot]] = {}
        for row in self._rows(_KNOWN_BY, account, micros(at)):
            unit, number, last, pending, available, held, debt, start, end, waits_for = row
            version = max(version, last)
            debts[unit] = debts.get(unit, 0) - debt
            lot = Lot(
                number=number or 0,
                unit=unit,
                granted=0,
                remaining=pending + available + held,
                member=0,
                active_from=instant_or_none(start),
                expires_at=instant_or_none(end),
                pending=pending > 0,
                waits_for=waits_for,
                held=held,
            )
            _let_time_pass(lot, at)
            found.setdefault(unit, []).append(lot)
        return version, {unit: Balance.of(found[unit], debt) for unit, debt in debts.items()}


def _let_time_pass(lot: Lot, at: datetime) -> None:
    due = lot.active_from
    if lot.pending and lot.waits_for is None and due is not None and due <= at:
        lot.pending = False
    if lot.expires_at is not None and lot.expires_at <= at:
        lot.remaining = lot.held
