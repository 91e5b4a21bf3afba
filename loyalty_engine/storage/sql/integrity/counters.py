"""What limits count is what purchases, prizes and rewards use of them, and reservations hold.

All of it is read as of one moment, for purchases move it all the time. The sums stand in a file that
nobody else sees and that is gone in the end: there may be as many as there are members.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from typing import Any

from sqlalchemy import text

from loyalty_engine.storage.sql.integrity.checks import MOST_OF_A_KIND, Finding, of_page
from loyalty_engine.storage.sql.integrity.sums import pages
from loyalty_engine.storage.sql.statements import Statement
from loyalty_engine.storage.sql.wire import Wire

Sum = tuple[str, int, int]
"""A place, what is said to be used there, what is counted there."""

_KEPT = of_page(
    "member",
    "SELECT kept FROM purchases WHERE {page} AND state NOT IN ('superseded', 'claimed')",
)
_TAKEN = of_page(
    "member",
    "SELECT counted FROM redemptions WHERE {page} AND state = 'taken'",
)
_WON = of_page(
    "member",
    "SELECT counted FROM challenge_prizes WHERE {page} AND state IN ('given', 'owed')",
)
_COUNTED = Statement(
    text(
        "SELECT counter || '|' || period || '|' || CAST(slice AS TEXT) || '|' || owner, used "
        "FROM counters WHERE program = :program AND used <> 0"
    ),
    "program",
    prepared=False,
)
_HELD = Statement(
    text("SELECT held FROM reservations WHERE program = :program AND state = 'open'"),
    "program",
    prepared=False,
)


_REDEEMED = Statement(
    text(
        "SELECT counted FROM voucher_uses "
        "WHERE program = :program AND undone_at IS NULL AND counted <> '{}'"
    ),
    "program",
    prepared=False,
)


def wrong_counters(wire: Wire, program: str) -> list[Finding]:
    """Counters that are not what is used of them, the first few."""
    with closing(sqlite3.connect("")) as sums:
        sums.execute(
            "CREATE TABLE sums (place TEXT PRIMARY KEY, said INT, there INT) WITHOUT ROWID"
        )
        ways = (_said, _taken, _redeemed, _won, _held, _there)
        for some in (way(wire, program) for way in ways):
            _add(sums, some)
        rows = sums.execute(
            "SELECT place, said, there FROM sums WHERE said <> there ORDER BY place LIMIT ?",
            (MOST_OF_A_KIND,),
        ).fetchall()
    return [_finding(*row) for row in rows]


def _add(sums: sqlite3.Connection, some: Iterable[Sum]) -> None:
    sums.executemany(
        "INSERT INTO sums VALUES (?, ?, ?) ON CONFLICT DO UPDATE "
        "SET said = said + excluded.said, there = there + excluded.there",
        some,
    )


def _said(wire: Wire, program: str) -> Iterator[Sum]:
    for after, upto in pages(wire, program, "member", ("purchases",)):
        for (kept,) in wire.ask((_KEPT, (program, after, upto)))[0].rows:
            counted = _read(kept).get("counted", {}) if b'"counted":{}' not in kept else {}
            yield from ((place, amount, 0) for place, amount in counted.items())


def _taken(wire: Wire, program: str) -> Iterator[Sum]:
    for after, upto in pages(wire, program, "member", ("redemptions",)):
        for (counted,) in wire.ask((_TAKEN, (program, after, upto)))[0].rows:
            yield from _uses(json.loads(bytes(counted)))


def _redeemed(wire: Wire, program: str) -> Iterator[Sum]:
    """What codes count that were redeemed without a purchase, which keeps its own."""
    for (counted,) in wire.ask((_REDEEMED, (program,)))[0].rows:
        yield from ((place, amount, 0) for place, amount in json.loads(counted).items())


def _won(wire: Wire, program: str) -> Iterator[Sum]:
    for after, upto in pages(wire, program, "member", ("challenge_prizes",)):
        for (counted,) in wire.ask((_WON, (program, after, upto)))[0].rows:
            yield from _uses(json.loads(counted))


def _held(wire: Wire, program: str) -> Iterator[Sum]:
    for (held,) in wire.ask((_HELD, (program,)))[0].rows:
        yield from _uses(_read(held).get("counted", ()))


def _uses(counted: Iterable[Mapping[str, Any]]) -> Iterator[Sum]:
    for it in counted:
        key = it["key"]
        place = f"{key['counter']}|{key['period']}|{key['slice']}|{key['owner']}"
        yield place, it["amount"], 0


def _there(wire: Wire, program: str) -> Iterator[Sum]:
    for place, used in wire.ask((_COUNTED, (program,)))[0].rows:
        yield place, 0, used


def _read(data: bytes) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(bytes(data))
    return found


def _finding(place: str, said: int, there: int) -> Finding:
    counter, period, part, owner = place.split("|", 3)
    where = f"{owner}, {counter}, {period or 'for life'}, slice {part}"
    detail = f"{there} are counted; purchases, rewards, codes and open reservations use {said}"
    return Finding("counter_use", where, detail)
