"""Reading balances, lots and entries."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, case, cast, func, or_, select

from loyalty_engine.domain.ledger import Entry
from loyalty_engine.domain.lots import Balance, Lot
from loyalty_engine.storage.sql.instants import instant, micros
from loyalty_engine.storage.sql.reading.places import AT_ADDRESS, account_of
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.rows.ledger import balances_of, entry_of, lot_of
from loyalty_engine.storage.sql.statements import Statement, const, number_var, var
from loyalty_engine.storage.sql.tables import balances, entries, lots

FOREVER = 2**63 - 1

_BALANCE_COLUMNS = [it for it in balances.columns if it.name not in {"program", "account"}]
_LOT_COLUMNS = [it for it in lots.columns if it.name not in {"program", "account"}]
_ENTRY_COLUMNS = [it for it in entries.columns if it.name not in {"program", "account"}]

BALANCES_AT = Statement(
    select(*_BALANCE_COLUMNS).where(here(balances), balances.c.account == account_of(AT_ADDRESS)),
    "p_program",
    "p_kind",
    "p_value",
)
"""The balances of the member at an address. Not part of the statement that locks: what is not
locked there would be read as it was before the wait for the lock."""

_BALANCES = Statement(
    select(*_BALANCE_COLUMNS).where(here(balances), balances.c.account == var("p_account")),
    "p_program",
    "p_account",
)
_OF_ACCOUNT = (here(lots), lots.c.account == var("p_account"))
_OPEN_LOTS = Statement(
    select(*_LOT_COLUMNS).where(*_OF_ACCOUNT, lots.c.remaining > const(0)).order_by(lots.c.lot),
    "p_program",
    "p_account",
)
_PAID_FOR = select(entries.c.lot).where(
    here(entries),
    entries.c.account == var("p_account"),
    entries.c.purchase == var("p_purchase"),
    entries.c.lot.is_not(None),
)
_LOTS_WITH_PURCHASE = Statement(
    select(*_LOT_COLUMNS)
    .where(
        *_OF_ACCOUNT,
        or_(
            lots.c.remaining > const(0),
            lots.c.purchase == var("p_purchase"),
            lots.c.lot.in_(_PAID_FOR),
        ),
    )
    .order_by(lots.c.lot),
    "p_program",
    "p_account",
    "p_purchase",
)
_LOT = Statement(
    select(*_LOT_COLUMNS).where(*_OF_ACCOUNT, lots.c.lot == var("p_lot")),
    "p_program",
    "p_account",
    "p_lot",
)
_IN_EXPIRED = cast(
    func.sum(
        case(
            (entries.c.destination == const("expired"), entries.c.amount),
            (entries.c.source == const("expired"), -entries.c.amount),
            else_=const(0),
        )
    ),
    BigInteger,
)
_OF_UNIT = (
    here(entries),
    entries.c.account == var("p_account"),
    entries.c.unit == var("p_unit"),
)
_EXPIRED = Statement(select(_IN_EXPIRED).where(*_OF_UNIT), "p_program", "p_account", "p_unit")
_EXPIRED_LOTS = Statement(
    select(entries.c.lot, _IN_EXPIRED)
    .where(
        *_OF_UNIT,
        entries.c.kind.in_([const("expire"), const("revive")]),
        entries.c.at > var("p_since"),
    )
    .group_by(entries.c.lot)
    .having(const(0) < _IN_EXPIRED),
    "p_program",
    "p_account",
    "p_unit",
    "p_since",
)
_ENTRIES = Statement(
    select(*_ENTRY_COLUMNS)
    .where(
        here(entries),
        entries.c.account == var("p_account"),
        entries.c.version > var("p_after"),
        entries.c.recorded_at <= var("p_until"),
    )
    .order_by(entries.c.version)
    .limit(number_var("p_limit"))
    .offset(const(0)),
    "p_program",
    "p_account",
    "p_after",
    "p_until",
    "p_limit",
)


class ReadsLedger(Room):
    """Accounts from within."""

    def balances(self, account: int) -> Mapping[str, Balance]:
        return balances_of(self._rows(_BALANCES, account))

    def open_lots(self, account: int, purchase: str | None = None) -> Sequence[Lot]:
        if purchase is None:
            return [lot_of(row) for row in self._rows(_OPEN_LOTS, account)]
        return [lot_of(row) for row in self._rows(_LOTS_WITH_PURCHASE, account, purchase)]

    def lots_numbered(self, account: int, numbers: Iterable[int]) -> Sequence[Lot]:
        questions = [(_LOT, (self.program, account, number)) for number in sorted(set(numbers))]
        if not questions:
            return []
        return [lot_of(row) for answer in self._wire.ask(*questions) for row in answer.rows]

    def expired_points(self, account: int, unit: str) -> int:
        return int(self._rows(_EXPIRED, account, unit)[0][0] or 0)

    def expired_since(self, account: int, unit: str, since: datetime) -> Mapping[int, int]:
        rows = self._rows(_EXPIRED_LOTS, account, unit, micros(since))
        return {row[0]: int(row[1]) for row in rows if row[0] is not None}

    def entries(
        self, account: int, after: int = 0, limit: int = 100, until: datetime | None = None
    ) -> Sequence[tuple[Entry, datetime]]:
        last = FOREVER if until is None else micros(until)
        rows = self._rows(_ENTRIES, account, after, last, limit)
        return [(entry_of(row[:-1]), instant(row[-1])) for row in rows]
