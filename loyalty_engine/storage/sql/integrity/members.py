"""What must hold for every member, guest and purchase, and for every limit.

Other tables are looked up by scalar subqueries: they use the whole key whatever the planner thinks
of the tables' sizes, where a join of tables without statistics once compared all rows with all.
"""

from functools import partial

from sqlalchemy import text

from loyalty_engine.storage.sql.integrity.checks import Check, check_of_page
from loyalty_engine.storage.sql.statements import Statement

_check = partial(check_of_page, "member")

MEMBER_CHECKS = (
    _check(
        "purchase_refund",
        """
        SELECT member, purchase, revision, refunded, paid FROM purchases
        WHERE {page} AND (refunded < 0 OR refunded > paid)
        """,
        "member {0}, purchase {1}, revision {2}",
        "{3} refunded of {4} paid",
    ),
    _check(
        "member_purchases",
        """
        SELECT member, {sum:stored}, {sum:counted} FROM (
            SELECT member, 1 AS known, purchases AS stored, 0 AS counted
            FROM members WHERE {page}
            UNION ALL
            SELECT member, 0, 0, visits FROM purchases WHERE {page}
        ) AS sides
        GROUP BY member HAVING sum(known) = 1 AND sum(stored) <> sum(counted)
        """,
        "member {0}",
        "is said to have made {1} purchases, {2} count",
    ),
    _check(
        "purchase_address",
        """
        SELECT member, purchase, revision, state, leads_to FROM (
            SELECT p.member, p.purchase, p.revision, p.state, (
                SELECT a.member FROM addresses a WHERE a.program = p.program
                    AND a.kind = 'purchase' AND a.value = p.purchase
            ) AS leads_to
            FROM purchases p WHERE {page:p}
        ) AS found
        WHERE leads_to IS NULL
            OR leads_to <> member AND state NOT IN ('claimed', 'superseded')
        """,
        "member {0}, purchase {1}, revision {2}",
        "is {3}, and its address leads to {4}",
    ),
    _check(
        "purchase_event",
        """
        SELECT p.member, p.purchase, p.revision, p.state FROM purchases p
        WHERE {page:p} AND (
            SELECT count(*) FROM outbox o WHERE o.program = p.program
                AND o.member IN (
                    SELECT p.member
                    UNION ALL
                    SELECT m.member FROM merges m
                    WHERE m.program = p.program AND m.into_member = p.member
                )
                AND o.event IN (
                    'purchase_recorded:' || p.purchase || ':' || CAST(p.revision AS TEXT),
                    'purchase_corrected:' || p.purchase || ':' || CAST(p.revision AS TEXT),
                    'purchase_claimed:' || p.purchase || ':' || CAST(p.revision AS TEXT),
                    'event_recorded:' || p.purchase || ':' || CAST(p.revision AS TEXT)
                )
        ) = 0 AND NOT (
            p.state = 'superseded' AND p.account IS NULL AND EXISTS (
                SELECT 1 FROM members m WHERE m.program = p.program AND m.member = p.member
            )
        )
        """,
        "member {0}, purchase {1}, revision {2}",
        "is {3}, and no event tells of it",
    ),
    _check(
        "purchase_without_member",
        """
        SELECT p.member, p.purchase, p.revision, p.account FROM purchases p
        WHERE {page:p} AND p.account IS NOT NULL AND (
            SELECT m.member FROM members m WHERE m.program = p.program AND m.member = p.member
        ) IS NULL
        """,
        "member {0}, purchase {1}, revision {2}",
        "has account {3} and no member",
    ),
    _check(
        "event_without_decision",
        """
        SELECT e.member, e.event, e.state FROM events e
        WHERE {page:e} AND coalesce((
            SELECT CASE WHEN p.state = 'cancelled' THEN p.state ELSE 'recorded' END
            FROM purchases p WHERE p.program = e.program AND p.member = e.member
                AND p.purchase = 'event ' || e.event AND p.revision = 1
        ), '') <> e.state
        """,
        "member {0}, event {1}",
        "is {2}, and what was decided about it is not",
    ),
    _check(
        "return_without_purchase",
        """
        SELECT r.member, r.purchase, r."return" FROM returns r
        WHERE {page:r} AND (
            SELECT p.member FROM purchases p WHERE p.program = r.program AND p.member = r.member
                AND p.purchase = r.purchase AND p.revision = r.revision
        ) IS NULL
        """,
        "member {0}, purchase {1}",
        "return {2} is of a revision that was never recorded",
    ),
    _check(
        "member_without_account",
        """
        SELECT m.member, m.account FROM members m
        WHERE {page:m} AND (
            SELECT a.account FROM accounts a WHERE a.program = m.program AND a.account = m.account
        ) IS NULL
        """,
        "member {0}",
        "account {1} does not exist",
    ),
    _check(
        "member_address",
        """
        SELECT m.member FROM members m
        WHERE {page:m} AND m.id IS NOT NULL AND coalesce((
            SELECT a.member FROM addresses a WHERE a.program = m.program
                AND a.kind = 'member' AND a.value = m.id
        ), -1) <> m.member
        """,
        "member {0}",
        "is not found by the caller's id",
    ),
    _check(
        "address_without_member",
        """
        SELECT a.member, a.kind FROM addresses a
        WHERE {page:a} AND a.kind NOT IN ('purchase', 'reservation', 'household', 'value_hold') AND (
            SELECT m.member FROM members m WHERE m.program = a.program AND m.member = a.member
        ) IS NULL
        """,
        "member {0}",
        "does not exist, but an address of kind {1} leads there",
    ),
)

COUNTER_CHECK = Check(
    "counter_overrun",
    Statement(
        text(
            "SELECT owner, counter, period, used, ceiling FROM counters "
            "WHERE program = :program AND (used < 0 OR used > ceiling) LIMIT 20"
        ),
        "program",
    ),
    "{0}, {1}, {2}",
    "{3} used of {4}",
)
