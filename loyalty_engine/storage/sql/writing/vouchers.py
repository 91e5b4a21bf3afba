"""Writing codes, their uses, and wrong guesses."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, null, update

from loyalty_engine.ports import Voucher, VoucherUse
from loyalty_engine.storage.sql.inserts import Rows, upsert
from loyalty_engine.storage.sql.instants import micros, micros_or_none
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.reading.vouchers import use_row, voucher_row
from loyalty_engine.storage.sql.statements import Statement, number_var, var
from loyalty_engine.storage.sql.tables import failures, voucher_uses, vouchers

_ADD = Rows(vouchers)
_AT = (here(vouchers), vouchers.c.code == var("p_code"))
# Counted on from what is there, so that a code used twice is refused by the database itself.
_USE = Statement(
    update(vouchers)
    .where(*_AT)
    .values(
        uses=vouchers.c.uses + number_var("p_times"),
        held_by=null(),
        held_until=null(),
    ),
    "p_program",
    "p_code",
    "p_times",
)
_HOLD = Statement(
    update(vouchers).where(*_AT).values(held_by=var("p_by"), held_until=var("p_until")),
    "p_program",
    "p_code",
    "p_by",
    "p_until",
)
_WITHDRAW = Statement(
    update(vouchers).where(*_AT).values(withdrawn=number_var("p_withdrawn")),
    "p_program",
    "p_code",
    "p_withdrawn",
)
_USES = Rows(voucher_uses, upsert(voucher_uses))
_FAILED = Rows(
    failures,
    lambda statement: statement.on_conflict_do_update(
        index_elements=["program", "owner"],
        set_={
            "since": statement.excluded.since,
            "failed": case(
                (
                    failures.c.since == statement.excluded.since,
                    failures.c.failed + statement.excluded.failed,
                ),
                else_=statement.excluded.failed,
            ),
        },
    ),
)


class WritesVouchers(Room):
    """Codes and what becomes of them."""

    def add_vouchers(self, made: Sequence[Voucher]) -> None:
        for statement, values in _ADD.batches([voucher_row(self.program, it) for it in made]):
            self._wire.tell(statement, values)

    def use_voucher(self, code: str, times: int) -> None:
        self._wire.tell(_USE, (self.program, bytes.fromhex(code), times), touches=1)

    def hold_voucher(self, code: str, by: str | None, until: datetime | None) -> None:
        values = (self.program, bytes.fromhex(code), by, micros_or_none(until))
        self._wire.tell(_HOLD, values, touches=1)

    def withdraw_voucher(self, code: str, withdrawn: bool) -> None:
        values = (self.program, bytes.fromhex(code), int(withdrawn))
        self._wire.tell(_WITHDRAW, values, touches=1)

    def save_voucher_use(self, use: VoucherUse) -> None:
        for statement, values in _USES.batches([use_row(self.program, use)]):
            self._wire.tell(statement, values)

    def count_failures(self, askers: Sequence[str], since: datetime, failed: int) -> None:
        rows = [(self.program, who, micros(since), failed) for who in sorted(askers)]
        for statement, values in _FAILED.batches(rows):
            self._wire.tell(statement, values)
