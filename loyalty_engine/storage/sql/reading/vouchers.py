"""Reading codes, their uses, and who has guessed wrongly."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from loyalty_engine.ports import Failures, Voucher, VoucherUse
from loyalty_engine.storage.sql.instants import instant, instant_or_none, micros, micros_or_none
from loyalty_engine.storage.sql.reading.room import Room, all_of, here
from loyalty_engine.storage.sql.rows.texts import json_text, json_value
from loyalty_engine.storage.sql.statements import Statement, Values, const, var
from loyalty_engine.storage.sql.tables import failures, voucher_uses, vouchers
from loyalty_engine.storage.sql.wire import Row, Sent

_COLUMNS = all_of(vouchers)
_AT = select(*_COLUMNS).where(here(vouchers), vouchers.c.code == var("p_code"))
_VOUCHER = (
    Statement(_AT, "p_program", "p_code"),
    Statement(_AT.with_for_update(), "p_program", "p_code"),
)
_OF_MEMBER = Statement(
    select(*_COLUMNS)
    .where(here(vouchers), vouchers.c.member == var("p_member"))
    .order_by(vouchers.c.given_at.desc(), vouchers.c.code)
    .limit(var("p_limit"))
    .offset(const(0)),
    "p_program",
    "p_member",
    "p_limit",
)
_USE = Statement(
    select(*all_of(voucher_uses)).where(
        here(voucher_uses),
        voucher_uses.c.code == var("p_code"),
        voucher_uses.c.use == var("p_use"),
    ),
    "p_program",
    "p_code",
    "p_use",
)
_FAILURES = Statement(
    select(failures.c.since, failures.c.failed).where(
        here(failures), failures.c.owner == var("p_owner")
    ),
    "p_program",
    "p_owner",
)


class ReadsVouchers(Room):
    """Codes by their keyed hashes."""

    def vouchers(self, codes: Iterable[str]) -> Mapping[str, Voucher]:
        wanted = sorted(set(codes))
        if not wanted:
            return {}
        statement = _VOUCHER[self._locks]
        questions: list[Sent] = [(statement, (self.program, bytes.fromhex(it))) for it in wanted]
        answers = self._wire.ask(*questions)
        found = (voucher_of(answer.rows[0]) for answer in answers if answer.rows)
        return {it.code: it for it in found}

    def vouchers_of(self, member: int, limit: int) -> Sequence[Voucher]:
        return [voucher_of(row) for row in self._rows(_OF_MEMBER, member, limit)]

    def voucher_use(self, code: str, use: str) -> VoucherUse | None:
        rows = self._rows(_USE, bytes.fromhex(code), use)
        return use_of(rows[0]) if rows else None

    def failures(self, askers: Sequence[str]) -> Mapping[str, Failures]:
        questions: list[Sent] = [(_FAILURES, (self.program, who)) for who in askers]
        answers = self._wire.ask(*questions)
        return {
            who: Failures(instant(answer.rows[0][0]), answer.rows[0][1])
            for who, answer in zip(askers, answers, strict=True)
            if answer.rows
        }


def voucher_of(row: Row) -> Voucher:
    """A row of `vouchers` without its programme."""
    (
        code, kind, batch, member, seed, purchase, rule, given_at, ends_at, uses, most,
        withdrawn, held_by, held_until, worth,
    ) = row  # fmt: skip
    return Voucher(
        bytes(code).hex(), kind, instant(given_at), member, seed, batch, purchase, rule,
        instant_or_none(ends_at), uses, most, bool(withdrawn), held_by,
        instant_or_none(held_until), worth,
    )  # fmt: skip


def voucher_row(program: str, it: Voucher) -> Values:
    """The row of a code, in the order of the columns."""
    return (
        program, bytes.fromhex(it.code), it.kind, it.batch, it.member, it.seed, it.purchase,
        it.rule, micros(it.given_at), micros_or_none(it.ends_at), it.uses, it.most,
        int(it.withdrawn), it.held_by, micros_or_none(it.held_until), it.worth,
    )  # fmt: skip


def use_of(row: Row) -> VoucherUse:
    """A row of `voucher_uses` without its programme."""
    code, use, kind, member, discount, counted, at, undone_at = row
    return VoucherUse(
        bytes(code).hex(), use, kind, instant(at), member, discount, json_value(counted),
        instant_or_none(undone_at),
    )  # fmt: skip


def use_row(program: str, it: VoucherUse) -> Values:
    """The row of a use, in the order of the columns."""
    return (
        program, bytes.fromhex(it.code), it.use, it.kind, it.member, it.discount,
        json_text(dict(it.counted)), micros(it.at), micros_or_none(it.undone_at),
    )  # fmt: skip
