"""Codes made by the million: written in blocks, each with the count of its batch."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import func, select, update

from loyalty_engine.ports import Voucher
from loyalty_engine.storage.sql.instants import micros
from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.reading.vouchers import voucher_row
from loyalty_engine.storage.sql.statements import POSTGRESQL, Statement, insert_one, number_var, var
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.tables import voucher_batches, vouchers
from loyalty_engine.storage.sql.work import SqlWork

_ADD = insert_one(voucher_batches)
_LAST = Statement(
    select(func.max(voucher_batches.c.batch)).where(
        here(voucher_batches), voucher_batches.c.kind == var("p_kind")
    ),
    "p_program",
    "p_kind",
)
_MADE = Statement(
    select(voucher_batches.c.kind, func.sum(voucher_batches.c.codes))
    .where(here(voucher_batches))
    .group_by(voucher_batches.c.kind),
    "p_program",
)
_COUNT = Statement(
    update(voucher_batches)
    .where(
        here(voucher_batches),
        voucher_batches.c.kind == var("p_kind"),
        voucher_batches.c.batch == var("p_batch"),
    )
    .values(codes=voucher_batches.c.codes + number_var("p_codes")),
    "p_program",
    "p_kind",
    "p_batch",
    "p_codes",
)


class Block(Protocol):
    """Writes a block of codes of one batch, all of it or nothing."""

    def __call__(self, made: Sequence[Voucher]) -> None: ...


def made_so_far(storage: SqlStorage, program: str) -> Mapping[str, int]:
    """How many codes have been made in batches, by kind of voucher."""
    return {kind: int(codes) for kind, codes in storage.ask((_MADE, (program,)))}


def add_batch(storage: SqlStorage, program: str, kind: str, at: datetime, by: str) -> int:
    """Begin a batch without codes; answers its number."""
    with storage.wire(writes=True) as wire:
        last = wire.ask((_LAST, (program, kind)))[0].rows[0][0]
        number: int = (last or 0) + 1
        wire.tell(_ADD, (program, kind, number, 0, micros(at), by))
        wire.commit()
    return number


@contextmanager
def writing_codes(
    storage: SqlStorage, program: str, kind: str, batch: int, at: datetime
) -> Iterator[Block]:
    """What writes the codes of a batch, block by block; PostgreSQL takes them by COPY."""
    if storage.database != POSTGRESQL:
        yield lambda made: _write(storage, program, kind, batch, at, made)
        return
    # The driver is an extra: who stays with SQLite need not have it.
    import psycopg

    url = storage.url.set(drivername="postgresql")
    text = url.render_as_string(hide_password=False)
    with psycopg.connect(text, cursor_factory=psycopg.RawCursor) as link:
        yield lambda made: _copy(link, program, kind, batch, made)


def _write(
    storage: SqlStorage, program: str, kind: str, batch: int, at: datetime, made: Sequence[Voucher]
) -> None:
    with storage.wire(writes=True) as wire:
        SqlWork(program, wire, at).add_vouchers(made)
        wire.tell(_COUNT, (program, kind, batch, len(made)), touches=1)
        wire.commit()


def _digest(it: Voucher) -> str:
    return it.code


_COPY = f"COPY vouchers ({', '.join(it.name for it in vouchers.columns)}) FROM STDIN"


def _copy(link: Any, program: str, kind: str, batch: int, made: Sequence[Voucher]) -> None:
    with link.transaction(), link.cursor() as cursor:
        with cursor.copy(_COPY) as copy:
            for it in sorted(made, key=_digest):  # in the index's order, which is quicker
                copy.write_row(voucher_row(program, it))
        form = _COUNT.form(POSTGRESQL)
        values = form.arrange((program, kind, batch, len(made)))
        cursor.execute(form.sql, values)
