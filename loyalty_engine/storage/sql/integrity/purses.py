"""What must hold for every gift card and store credit, and what they come to."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy import text

from loyalty_engine.storage.sql.integrity.checks import check_of_page, written
from loyalty_engine.storage.sql.statements import Statement
from loyalty_engine.storage.sql.storage import SqlStorage

_check = partial(check_of_page, "purse")

PURSE_CHECKS = (
    _check(
        "purse_sums",
        """
        SELECT purse, {sum:available}, {sum:held}, {sum:loaded}, {sum:expired}, {sum:version}
        FROM (
            SELECT purse, available, held, loaded, expired, version FROM purses WHERE {page}
            UNION ALL
            SELECT purse, -(CASE WHEN destination = 'available' THEN amount
                    WHEN source = 'available' THEN -amount ELSE 0 END),
                -(CASE WHEN destination = 'held' THEN amount
                    WHEN source = 'held' THEN -amount ELSE 0 END),
                -(CASE WHEN source IN ('sold', 'given', 'moved') THEN amount
                    WHEN destination IN ('sold', 'given', 'moved') THEN -amount ELSE 0 END),
                -(CASE WHEN destination = 'expired' THEN amount
                    WHEN source = 'expired' THEN -amount ELSE 0 END),
                -1
            FROM value_entries WHERE {page}
        ) AS sides
        GROUP BY purse
        HAVING sum(available) <> 0 OR sum(held) <> 0 OR sum(loaded) <> 0 OR sum(expired) <> 0
            OR sum(version) <> 0
        """,
        "purse {0}",
        "differs from its entries: {1} available, {2} held, {3} loaded, {4} expired, {5} entries",
    ),
    _check(
        "purse_holds",
        """
        SELECT purse, {sum:held}, {sum:set_aside} FROM (
            SELECT purse, held, 0 AS set_aside FROM purses WHERE {page}
            UNION ALL
            SELECT purse, 0, amount FROM value_holds WHERE {page} AND state = 'open'
        ) AS sides
        GROUP BY purse HAVING sum(held) <> sum(set_aside)
        """,
        "purse {0}",
        "{1} are held, open holds set {2} aside",
    ),
    _check(
        "purse_never_below",
        """
        SELECT purse, version, there FROM (
            SELECT purse, version, CAST(sum(
                CASE WHEN destination IN ('available', 'held') THEN amount ELSE 0 END
                - CASE WHEN source IN ('available', 'held') THEN amount ELSE 0 END
            ) OVER (PARTITION BY purse ORDER BY version) AS BIGINT) AS there
            FROM value_entries WHERE {page}
        ) AS running WHERE there < 0
        """,
        "purse {0}, version {1}",
        "stood at {2}",
    ),
)
_SUMS = Statement(
    text(
        written(
            """
            SELECT currency, {sum:loaded}, {sum:expired}, {sum:available + held}
            FROM purses WHERE program = :program GROUP BY currency ORDER BY currency
            """
        )
    ),
    "program",
)


@dataclass(frozen=True, slots=True)
class ValueTotals:
    """Stored value in one currency, minor units: what was issued and what became of it.

    It is money that customers have paid in advance, and never part of what is owed in points.
    """

    issued: int
    used: int
    expired: int
    outstanding: int


def value_totals(storage: SqlStorage, program: str) -> dict[str, ValueTotals]:
    """The stored value of a programme by currency, in one question."""
    return {
        currency: ValueTotals(loaded, loaded - expired - there, expired, there)
        for currency, loaded, expired, there in storage.ask((_SUMS, (program,)))
    }
