"""Cards of challenges are the sums of what purchases and events keep; their prizes stand once.

A card says what it is the sum of: the total, and how much of it by key. Both are added up anew from
what is kept with each purchase, in a file that nobody else sees and that is gone in the end.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing

from loyalty_engine.storage.sql.integrity.checks import MOST_OF_A_KIND, Finding, of_page
from loyalty_engine.storage.sql.integrity.sums import pages
from loyalty_engine.storage.sql.statements import POSTGRESQL
from loyalty_engine.storage.sql.wire import Wire

Sum = tuple[str, str, int, int]
"""A card, a key of it (empty for the total), what purchases keep, what the card says."""

_SOME = b'"steps":{"'.hex()
_KEPT = {
    database: of_page(
        "member",
        "SELECT kept FROM purchases "  # noqa: S608 - texts of ours
        f"WHERE {{page}} AND state IN ('recorded', 'partly_returned') AND {has}",
    )
    for database, has in (
        (POSTGRESQL, f"position(decode('{_SOME}', 'hex') IN kept) > 0"),
        ("sqlite", f"instr(kept, x'{_SOME}') > 0"),
    )
}
_CARDS = of_page(
    "member",
    "SELECT challenge || '|' || period || '|' || CAST(member AS TEXT), total, keys, given "
    "FROM challenge_cards WHERE {page}",
)
_STANDING = of_page(
    "member",
    "SELECT challenge || '|' || period || '|' || CAST(member AS TEXT), goal, count(*) "
    "FROM challenge_prizes WHERE {page} AND state <> 'withdrawn' "
    "GROUP BY challenge, period, member, goal",
)


def wrong_cards(wire: Wire, program: str) -> list[Finding]:
    """Cards that are not the sum of their steps, or whose prizes are not as they say."""
    with closing(sqlite3.connect("")) as sums:
        sums.execute(
            "CREATE TABLE sums (card TEXT, key TEXT, kept INT, said INT, PRIMARY KEY (card, key)) "
            "WITHOUT ROWID"
        )
        for some in (_kept(wire, program), _said(wire, program), _standing(wire, program)):
            _add(sums, some)
        rows = sums.execute(
            "SELECT card, key, kept, said FROM sums WHERE kept <> said ORDER BY card, key LIMIT ?",
            (MOST_OF_A_KIND,),
        ).fetchall()
    return [_finding(*row) for row in rows]


def _add(sums: sqlite3.Connection, some: Iterable[Sum]) -> None:
    sums.executemany(
        "INSERT INTO sums VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
        "SET kept = kept + excluded.kept, said = said + excluded.said",
        some,
    )


def _kept(wire: Wire, program: str) -> Iterator[Sum]:
    for after, upto in pages(wire, program, "member", ("purchases",)):
        for (kept,) in wire.ask((_KEPT[wire.database], (program, after, upto)))[0].rows:
            for card, step in json.loads(bytes(kept))["steps"].items():
                yield card, "", step["amount"], 0
                yield from ((card, f"step {key}", n, 0) for key, n in step["keys"].items())


def _said(wire: Wire, program: str) -> Iterator[Sum]:
    for after, upto in pages(wire, program, "member", ("challenge_cards",)):
        for card, total, keys, given in wire.ask((_CARDS, (program, after, upto)))[0].rows:
            yield card, "", 0, total
            yield from ((card, f"step {key}", 0, n) for key, n in json.loads(keys).items())
            yield from (
                (card, f"prizes of goal {goal}", 0, n) for goal, n in enumerate(json.loads(given))
            )


def _standing(wire: Wire, program: str) -> Iterator[Sum]:
    for after, upto in pages(wire, program, "member", ("challenge_prizes",)):
        for card, goal, times in wire.ask((_STANDING, (program, after, upto)))[0].rows:
            yield card, f"prizes of goal {goal}", times, 0


def _finding(card: str, key: str, kept: int, said: int) -> Finding:
    challenge, period, owner = card.split("|")
    where = f"{owner}, challenge {challenge}, {period or 'for life'}"
    what = key or "the total"
    detail = f"{what}: the card says {said}; what is kept of it comes to {kept}"
    return Finding("challenge_card", where, detail)
