"""Codes made by the million: into a file first, then into the database, both at the same time."""

import os
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import TextIO

from loyalty_engine.cli.shared.errors import FOUND, Stopped
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Voucher
from loyalty_engine.rulebook.vouchers import VoucherKind
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.voucher_batches import add_batch, writing_codes
from loyalty_engine.use_cases.codes import Codes
from loyalty_engine.use_cases.vouchers.generate_vouchers import made_codes

BLOCK = 50_000
"""So many codes are written at a time; each block is in the file before it is in the database."""


def make_codes(
    storage: SqlStorage,
    codes: Codes,
    program: Program,
    kind: VoucherKind,
    count: int,
    file: TextIO,
    at: datetime,
    *,
    by: str,
    worth: int | None = None,
    reached: Callable[[int], object] = lambda _: None,
) -> None:
    """Make the codes block by block: first in the file and on disk, then in the database.

    While the database takes one block the next one is made. Raises `Stopped` with how many there
    are when a block cannot be written.
    """
    batch = add_batch(storage, program.name, kind.id, at, by)
    ends_at = kind.ends_at(at, program)
    like = Voucher("", kind.id, at, batch=batch, ends_at=ends_at, worth=worth)
    with (
        writing_codes(storage, program.name, like) as write,
        ThreadPoolExecutor(1, thread_name_prefix="codes") as beside,
    ):
        written, under_way = 0, 0
        writing: Future[None] | None = None

        def finish() -> None:
            nonlocal written
            try:
                if writing is not None:
                    writing.result()
            except Exception as error:
                told = f"The first {written:,} codes of the file are good; then: {error}"
                raise Stopped(told, FOUND) from error
            written += under_way
            reached(written)

        left = count
        while left:
            some = min(BLOCK, left)
            told, kept = made_codes(codes, program.name, kind, some, secrets.token_bytes)
            finish()
            file.write("\n".join(told) + "\n")
            file.flush()
            os.fsync(file.fileno())
            writing, under_way = beside.submit(write, kept), some
            left -= some
        finish()
