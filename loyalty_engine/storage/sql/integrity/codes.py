"""What must hold for codes: as often used as something uses them, given as receipts say, and held
for reservations that are open.

Codes are kept by their hashes, so a page of them is a range of hashes, told by its first seven bytes.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial

from sqlalchemy import LargeBinary, bindparam, text

from loyalty_engine.storage.sql.integrity.checks import (
    MOST_OF_A_KIND,
    Finding,
    check_of_page,
    of_page,
)
from loyalty_engine.storage.sql.integrity.sums import FIRST, LAST, PAGE_ROWS, pages
from loyalty_engine.storage.sql.statements import POSTGRESQL, Statement
from loyalty_engine.storage.sql.wire import Wire

_check = partial(check_of_page, "code")

CODE_CHECKS = (
    _check(
        "voucher_uses",
        """
        SELECT kind, batch, uses, used FROM (
            SELECT v.kind, coalesce(v.batch, 0) AS batch, v.uses, (
                SELECT count(*) FROM voucher_uses u
                WHERE u.program = v.program AND u.code = v.code AND u.undone_at IS NULL
            ) AS used
            FROM vouchers v WHERE {page:v}
        ) AS counted WHERE uses <> used
        """,
        "a code of {0}, batch {1}",
        "is said to be used {2} times; {3} purchases and redemptions use it",
    ),
    _check(
        "voucher_overrun",
        """
        SELECT kind, coalesce(batch, 0), uses, most FROM vouchers
        WHERE {page} AND (uses < 0 OR uses > most)
        """,
        "a code of {0}, batch {1}",
        "is used {2} of {3} times",
    ),
    _check(
        "voucher_held",
        """
        SELECT kind, coalesce(batch, 0), held_by, state FROM (
            SELECT v.kind, v.batch, v.held_by, v.held_until, (
                SELECT r.state || '|' || CAST(r.expires_at AS TEXT) FROM reservations r
                WHERE r.program = v.program AND r.reservation = v.held_by AND r.member = (
                    SELECT a.member FROM addresses a WHERE a.program = v.program
                        AND a.kind = 'reservation' AND a.value = v.held_by
                )
            ) AS state
            FROM vouchers v WHERE {page:v} AND v.held_by IS NOT NULL
        ) AS held
        WHERE state IS NULL OR state <> 'open|' || CAST(held_until AS TEXT)
        """,
        "a code of {0}, batch {1}",
        "is held for reservation {2}, which is {3}",
    ),
    _check(
        "voucher_of_undone_purchase",
        """
        SELECT kind, purchase FROM (
            SELECT v.kind, v.purchase, (
                SELECT count(*) FROM purchases p WHERE p.program = v.program
                    AND p.purchase = v.purchase AND p.state IN ('recorded', 'partly_returned')
                    AND p.member = (
                        SELECT a.member FROM addresses a WHERE a.program = v.program
                            AND a.kind = 'purchase' AND a.value = v.purchase
                    )
            ) AS standing
            FROM vouchers v WHERE {page:v} AND v.purchase IS NOT NULL AND v.withdrawn = 0
        ) AS given WHERE standing = 0
        """,
        "a code of {0}",
        "is good, and purchase {1}, which gave it, does not stand",
    ),
    _check(
        "use_of_other_code",
        """
        SELECT kind, used, said FROM (
            SELECT u.kind, u.use AS used, (
                SELECT v.kind FROM vouchers v WHERE v.program = u.program AND v.code = u.code
            ) AS said, (
                SELECT count(*) FROM voucher_batches b
                WHERE b.program = u.program AND b.kind = u.kind
            ) AS batches
            FROM voucher_uses u WHERE {page:u}
        ) AS uses WHERE said <> kind OR said IS NULL AND batches > 0
        """,
        "{1}",
        "uses a code of {0} that is kept as one of {2}",
    ),
    _check(
        "use_without_purchase",
        """
        SELECT kind, used FROM (
            SELECT u.kind, u.use AS used, (
                SELECT a.member FROM addresses a WHERE a.program = u.program
                    AND a.kind = 'purchase' AND a.value = substr(u.use, 10)
            ) AS leads_to
            FROM voucher_uses u WHERE {page:u} AND u.use LIKE 'purchase:%'
        ) AS uses WHERE leads_to IS NULL
        """,
        "{1}",
        "uses a code of {0} and was never recorded",
    ),
)

_BATCHES = Statement(
    text(
        """
        SELECT kind, batch, CAST(sum(said) AS BIGINT), CAST(sum(found) AS BIGINT) FROM (
            SELECT kind, batch, codes AS said, 0 AS found
            FROM voucher_batches WHERE program = :program
            UNION ALL
            SELECT kind, batch, 0, count(*) FROM vouchers
            WHERE program = :program AND batch IS NOT NULL GROUP BY kind, batch
        ) AS sides GROUP BY kind, batch HAVING sum(said) <> sum(found) LIMIT 20
        """
    ),
    "program",
    prepared=False,
)
_GIVEN = of_page(
    "code",
    """
    SELECT seed, kind, coalesce(purchase, rule) FROM vouchers
    WHERE {page} AND seed IS NOT NULL AND (
        purchase IS NOT NULL OR rule LIKE 'reward:%' OR rule LIKE 'challenge:%'
    )
    """,
)
_WON = of_page("member", "SELECT challenge, gave FROM challenge_prizes WHERE {page}")
_SEED = b'"seed":'.hex()
_TOLD = {
    database: (
        of_page("member", f"SELECT purchase, decision FROM purchases WHERE {{page}} AND {has}"),  # noqa: S608 - texts of ours
        of_page(
            "member",
            f"SELECT redemption, gave FROM redemptions WHERE {{page}} AND {has.replace('decision', 'gave')}",  # noqa: S608
        ),
    )
    for database, has in (
        (POSTGRESQL, f"position(decode('{_SEED}', 'hex') IN decision) > 0"),
        ("sqlite", f"instr(decision, x'{_SEED}') > 0"),
    )
}


def wrong_codes(wire: Wire, program: str) -> list[Finding]:
    """Batches with more or fewer codes than were made, and gifts that receipts and codes tell apart."""
    found = [
        Finding("batch_count", f"{kind}, batch {batch}", f"{said} were made, {there} are there")
        for kind, batch, said, there in wire.ask((_BATCHES, (program,)))[0].rows
    ]
    with closing(sqlite3.connect("")) as gifts:
        gifts.execute("CREATE TABLE gifts (seed INT PRIMARY KEY, place TEXT, told INT, made INT)")
        gifts.executemany(
            "INSERT INTO gifts VALUES (?, ?, 1, 0) ON CONFLICT DO NOTHING", _told(wire, program)
        )
        gifts.executemany(
            "INSERT INTO gifts VALUES (?, ?, 0, 1) ON CONFLICT DO UPDATE SET made = 1",
            _made(wire, program),
        )
        rows = gifts.execute(
            "SELECT place, made FROM gifts WHERE told <> made ORDER BY place LIMIT ?",
            (MOST_OF_A_KIND,),
        ).fetchall()
    says = {True: "has a code that no receipt tells of", False: "gave a code that is not there"}
    return found + [Finding("voucher_given", place, says[bool(made)]) for place, made in rows]


def _told(wire: Wire, program: str) -> Iterator[tuple[int, str]]:
    """The seeds of the codes that receipts tell of, those of older revisions among them."""
    purchases, redemptions = _TOLD[wire.database]
    for after, upto in pages(wire, program, "member", ("purchases",)):
        for purchase, decision in wire.ask((purchases, (program, after, upto)))[0].rows:
            for it in json.loads(bytes(decision)).get("vouchers", ()):
                if it.get("seed") is not None:
                    yield it["seed"], f"purchase {purchase}"
    for after, upto in pages(wire, program, "member", ("redemptions",)):
        for redemption, gave in wire.ask((redemptions, (program, after, upto)))[0].rows:
            yield json.loads(bytes(gave))["code"]["seed"], f"redemption {redemption}"
    for after, upto in pages(wire, program, "member", ("challenge_prizes",)):
        for challenge, gave in wire.ask((_WON, (program, after, upto)))[0].rows:
            for it in json.loads(gave).get("vouchers", ()):
                if it.get("seed") is not None:
                    yield it["seed"], f"challenge {challenge}"


def _made(wire: Wire, program: str) -> Iterator[tuple[int, str]]:
    after = FIRST
    while after < LAST:
        upto = next_code(wire, program, after)
        page = (program, code_at(after), code_at(upto))
        for seed, kind, by in wire.ask((_GIVEN, page))[0].rows:
            yield seed, f"{kind} of {by}"
        after = upto


def ends_of_pages(rows: int) -> list[Statement]:
    """Where a page of so many rows ends, of codes and of their uses."""
    return [
        Statement(
            text(
                f"SELECT code FROM {table} WHERE program = :program AND code > :after "  # noqa: S608 - names of ours
                f"ORDER BY code LIMIT 1 OFFSET {rows}"
            ).bindparams(bindparam("after", type_=LargeBinary)),
            "program",
            "after",
            prepared=False,
        )
        for table in ("vouchers", "voucher_uses")
    ]


_ENDS = ends_of_pages(PAGE_ROWS)
_PREFIX, _WHOLE = 7, 16


def next_code(wire: Wire, program: str, after: int) -> int:
    """Where a page of codes ends that begins after `after`."""
    answers = wire.ask(*[(it, (program, code_at(after))) for it in _ENDS])
    ends = [bytes(it.rows[0][0])[:_PREFIX] for it in answers if it.rows]
    return min((int.from_bytes(it, "big") for it in ends), default=LAST)


def code_at(place: int) -> bytes:
    """The last hash that belongs to a place, the first seven bytes of a hash as a number."""
    if place < 0:
        return b""
    if place == LAST:
        return b"\xff" * (_WHOLE + 1)
    return place.to_bytes(_PREFIX, "big") + b"\xff" * (_WHOLE - _PREFIX)
