"""Gift cards made by the thousand: into a file first, then into the database, block by block."""

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from loyalty_engine.cli.shared.code_files import new_file
from loyalty_engine.cli.shared.errors import FOUND, Stopped
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.stored_value.make_gift_cards import Press, Printed

BLOCK = 5_000
"""So many cards are written at a time; each block is in the file before it is in the database."""

HEAD = "card,code,printed"


def rows_in(path: Path) -> list[str]:
    """The rows that an earlier run has left in its file, but for one that it had not finished.

    Raises `Stopped` for a file that cannot be read, and for one that is not of cards.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise Stopped(f"{path} cannot be gone on with: {error.strerror}.", FOUND) from error
    head, *rows = body.decode("ascii", "replace").split("\n")[:-1] or [""]
    if head != HEAD:
        raise Stopped(f"{path} is no file of gift cards: it begins with no '{HEAD}'.", FOUND)
    return rows


@contextmanager
def card_file(path: Path, rows: Sequence[str] | None) -> Iterator[TextIO]:
    """The file for cards: a new one, or behind the `rows` of an earlier run, whose half row goes."""
    if rows is None:
        with new_file(path) as file:
            file.write(HEAD + "\n")
            yield file
        return
    with path.open("r+", encoding="ascii", newline="\n") as file:
        file.truncate(sum(len(row) + 1 for row in (HEAD, *rows)))
        file.seek(0, os.SEEK_END)
        yield file


def make_cards(
    storage: SqlStorage,
    press: Press,
    count: int,
    file: TextIO,
    rows: Sequence[str],
    now: Callable[[], datetime],
    reached: Callable[[int], object] = lambda _: None,
) -> None:
    """Let so many cards be in the file and in the database; `rows` stand in the file already.

    Raises `Stopped` with how many there are when a block cannot be written.
    """
    known = _read(press, rows)
    if len(known) > count:
        raise Stopped(f"There are {len(known):,} cards in the file, and {count:,} wanted.", FOUND)
    there = 0

    def write(cards: Sequence[Printed]) -> None:
        nonlocal there
        with storage.begin(press.program.name, now()) as work:
            press.put_in(work, cards)
        there += len(cards)
        reached(there)

    try:
        for at in range(0, len(known), BLOCK):
            block = known[at : at + BLOCK]
            if missing := _missing(storage, press, block):
                write(missing)
            there = at + len(block)
            reached(there)
        while there < count:
            cards = press.fresh(min(BLOCK, count - there), secrets.token_bytes)
            file.writelines(f"{it.row}\n" for it in cards)
            file.flush()
            os.fsync(file.fileno())
            write(cards)
    except Exception as error:
        told = f"The first {there:,} cards of the file are good; then: {error}"
        raise Stopped(
            f"{told}\nThe same command with --resume goes on from there.", FOUND
        ) from error


def _read(press: Press, rows: Sequence[str]) -> list[Printed]:
    parts = [it.split(",") for it in rows]
    for place, it in enumerate(parts, 2):
        if len(it) != 3:
            raise Stopped(f"Line {place} of the file is no card.", FOUND)
    cards = press.known([it[1] for it in parts])
    for place, (row, card) in enumerate(zip(rows, cards, strict=True), 2):
        if row != card.row:
            raise Stopped(
                f"Line {place} of the file is no card of {press.program.name}'s under this "
                "LOYALTY_SECRET.",
                FOUND,
            )
    return cards


def _missing(storage: SqlStorage, press: Press, cards: Sequence[Printed]) -> list[Printed]:
    """Those that are not in the database yet."""
    with storage.read(press.program.name) as view:
        there = view.purses(it.number for it in cards)
    return [it for it in cards if it.number not in there]
