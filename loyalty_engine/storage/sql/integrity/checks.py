"""What a check is: SQL that returns what should not be, and words for it.

Every check is plain SQL and shares nothing with the code that writes, so that both would have to
be wrong in the same way for a fault to stay unseen.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import LargeBinary, bindparam, text

from loyalty_engine.storage.sql.statements import Statement
from loyalty_engine.storage.sql.wire import Row

HASHED = "code"
"""The column whose pages are ranges of hashes; of all others they are ranges of numbers."""

MOST_OF_A_KIND = 20
"""How many findings one check reports from one page."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be: which promise is broken, where, and how."""

    check: str
    where: str
    detail: str


class Check:
    """`where` and `detail` are formats over the columns of a row, by their places."""

    def __init__(self, name: str, statement: Statement, where: str, detail: str) -> None:
        self.name = name
        self.statement = statement
        self._where = where
        self._detail = detail

    def findings(self, rows: Sequence[Row]) -> list[Finding]:
        return [
            Finding(self.name, self._where.format(*row), self._detail.format(*row)) for row in rows
        ]


def of_page(column: str, sql: str) -> Statement:
    """A question about the rows of one page; its values are programme, `after` and `upto`."""
    asked = text(written(sql, column))
    if column == HASHED:
        asked = asked.bindparams(*(bindparam(it, type_=LargeBinary) for it in ("after", "upto")))
    return Statement(asked, "program", "after", "upto", prepared=False)


def check_of_page(column: str, name: str, sql: str, where: str, detail: str) -> Check:
    """A check of one page of account or member numbers or of codes (`column` says which)."""
    limited = f"{sql} LIMIT {MOST_OF_A_KIND}"
    return Check(name, of_page(column, limited), where, detail)


_PLACE = re.compile(r"\{(\w+)(?::([^{}]*))?\}")
_WORDS = {
    "system": "('issued', 'redeemed', 'expired', 'adjusted', 'clawed', 'transferred')",
    "members": "('pending', 'available', 'held', 'debt')",
    "in_lots": "('pending', 'available', 'held')",
    "spent": "('redeemed', 'held', 'adjusted')",
    "never": str(2**63 - 1),
}


def written(sql: str, column: str = "account") -> str:
    """The text with its places filled: `{page}` or `{page:x}` (for an alias x) bounds rows to a
    page, `{sum:x}` is a sum as a 64-bit integer (PostgreSQL would make a numeric), `{into:x}` and
    `{out_of:x}` are what an entry adds to and takes from a ledger account.
    """

    def fill(place: re.Match[str]) -> str:
        word, of = place[1], place[2] or ""
        dot = f"{of}." if of else ""
        match word:
            case "page":
                bounds = f"{dot}{column} > :after AND {dot}{column} <= :upto"
                return f"{dot}program = :program AND {bounds}"
            case "sum":
                return f"CAST(sum({of}) AS BIGINT)"
            case "into":
                return _moved(of, "amount", "-amount")
            case "out_of":
                return _moved(of, "-amount", "amount")
        return _WORDS[word]

    return _PLACE.sub(fill, sql)


def _moved(account: str, into: str, out: str) -> str:
    return (
        f"CASE WHEN destination = '{account}' THEN {into} "
        f"WHEN source = '{account}' THEN {out} ELSE 0 END"
    )
