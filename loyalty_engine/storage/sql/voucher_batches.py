"""Codes made by the million: written in blocks, each with the count of its batch."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import func, select, text, update

from loyalty_engine.ports import Voucher
from loyalty_engine.storage.sql.inserts import insert_one
from loyalty_engine.storage.sql.instants import micros
from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.reading.vouchers import voucher_row
from loyalty_engine.storage.sql.statements import POSTGRESQL, Statement, const, number_var, var
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.tables import voucher_batches, vouchers

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
_LIVE = Statement(
    select(vouchers.c.kind, func.count())
    .where(here(vouchers), vouchers.c.uses < vouchers.c.most, vouchers.c.withdrawn == const(0))
    .group_by(vouchers.c.kind),
    "p_program",
    prepared=False,
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
    """Writes a block of codes of one batch, by their keyed hashes, all of it or nothing."""

    def __call__(self, digests: Sequence[bytes]) -> None: ...


def made_so_far(storage: SqlStorage, program: str) -> Mapping[str, int]:
    """How many codes have been made in batches, by kind of voucher."""
    return {kind: int(codes) for kind, codes in storage.ask((_MADE, (program,)))}


def live_codes(storage: SqlStorage, program: str) -> Mapping[str, int]:
    """How many codes can be used, by kind of voucher, whoever made them."""
    return {kind: int(codes) for kind, codes in storage.ask((_LIVE, (program,)))}


def add_batch(storage: SqlStorage, program: str, kind: str, at: datetime, by: str) -> int:
    """Begin a batch without codes; answers its number."""
    with storage.wire(writes=True) as wire:
        last = wire.ask((_LAST, (program, kind)))[0].rows[0][0]
        number: int = (last or 0) + 1
        wire.tell(_ADD, (program, kind, number, 0, micros(at), by))
        wire.commit()
    return number


@contextmanager
def writing_codes(storage: SqlStorage, program: str, like: Voucher) -> Iterator[Block]:
    """What writes the codes of a batch, block by block: all are `like` this one but for the code.

    PostgreSQL takes them by COPY.
    """
    if storage.database != POSTGRESQL:
        yield lambda digests: _write(storage, program, like, digests)
        return
    # The driver is an extra: who stays with SQLite need not have it.
    import psycopg

    url = storage.url.set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    with psycopg.connect(address, cursor_factory=psycopg.RawCursor) as link:
        yield lambda digests: _copy(link, program, like, digests)


_COLUMNS = [it.name for it in vouchers.columns]
_CODE = _COLUMNS.index("code")
_HASH = 16
# Each hash is cut out of one long value, which is far quicker than a row of values for each.
_INSERT = Statement(
    text(
        f"INSERT INTO vouchers ({', '.join(_COLUMNS)}) WITH RECURSIVE places (place) AS ("  # noqa: S608 - names of ours
        "SELECT 0 UNION ALL SELECT place + 1 FROM places WHERE place + 1 < :p_count) SELECT "
        + ", ".join(
            f"substr(:p_code, place * {_HASH} + 1, {_HASH})" if it == "code" else f":p_{it}"
            for it in _COLUMNS
        )
        + " FROM places"
    ),
    *(f"p_{it}" for it in _COLUMNS),
    "p_count",
)


def _write(storage: SqlStorage, program: str, like: Voucher, digests: Sequence[bytes]) -> None:
    row = list(voucher_row(program, like))
    row[_CODE] = b"".join(sorted(digests))  # in the order of the key, which is quicker
    with storage.wire(writes=True) as wire:
        wire.tell(_INSERT, (*row, len(digests)), touches=len(digests))
        wire.tell(_COUNT, (program, like.kind, like.batch, len(digests)), touches=1)
        wire.commit()


_COPY = f"COPY vouchers ({', '.join(_COLUMNS)}) FROM STDIN"


def _copy(link: Any, program: str, like: Voucher, digests: Sequence[bytes]) -> None:
    row = [_copied(it) for it in voucher_row(program, like)]
    before = "\t".join([*row[:_CODE], "\\\\x"])
    after = "\t".join(["", *row[_CODE + 1 :]]) + "\n"
    with link.transaction(), link.cursor() as cursor:
        with cursor.copy(_COPY) as copy:
            for some in batched(sorted(it.hex() for it in digests)):
                copy.write("".join(f"{before}{it}{after}" for it in some))
        form = _COUNT.form(POSTGRESQL)
        values = form.arrange((program, like.kind, like.batch, len(digests)))
        cursor.execute(form.sql, values)


def batched(items: Sequence[str], size: int = 2000) -> Iterator[Sequence[str]]:
    """The items, so many at a time."""
    return (items[at : at + size] for at in range(0, len(items), size))


def _copied(value: object) -> str:
    """A value of a column as COPY reads it."""
    if value is None:
        return "\\N"
    told = str(value).replace("\\", "\\\\").replace("\t", "\\t")
    return told.replace("\n", "\\n").replace("\r", "\\r")
