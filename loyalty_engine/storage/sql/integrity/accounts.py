"""What must hold for every account: versions, lots and balances."""

from functools import partial

from loyalty_engine.storage.sql.integrity.checks import check_of_page

_check = partial(check_of_page, "account")

ACCOUNT_CHECKS = (
    _check(
        "entry_shape",
        """
        SELECT account, version, source, destination, amount FROM entries WHERE {page} AND (
            amount <= 0 OR source = destination
            OR source NOT IN {system} AND source NOT IN {members}
            OR destination NOT IN {system} AND destination NOT IN {members}
            OR source IN {system} AND destination IN {system}
            OR lot IS NULL AND (source IN {in_lots} OR destination IN {in_lots})
        )
        """,
        "account {0}, version {1}",
        "moves {4} from {2} to {3}, which no entry may",
    ),
    _check(
        "version_gap",
        """
        SELECT account, {sum:stored}, {sum:written}, max(last) FROM (
            SELECT account, version AS stored, skipped AS written, 0 AS last
            FROM accounts WHERE {page}
            UNION ALL
            SELECT account, 0, count(*), max(version) FROM entries WHERE {page} GROUP BY account
        ) AS numbered
        GROUP BY account HAVING sum(stored) <> sum(written) OR max(last) > sum(stored)
        """,
        "account {0}",
        "stands at version {1} with {2} entries, the last numbered {3}",
    ),
    _check(
        "balance_of_entries",
        """
        SELECT account, unit, {sum:a}, {sum:p}, {sum:h}, {sum:d} FROM (
            SELECT account, unit, available AS a, pending AS p, held AS h, debt AS d
            FROM balances WHERE {page}
            UNION ALL
            SELECT account, unit, {out_of:available}, {out_of:pending},
                {out_of:held}, {into:debt}
            FROM entries WHERE {page}
        ) AS sides
        GROUP BY account, unit
        HAVING sum(a) <> 0 OR sum(p) <> 0 OR sum(h) <> 0 OR sum(d) <> 0
        """,
        "account {0}, {1}",
        "the balance exceeds its entries by {2} available, {3} pending, {4} held, {5} debt",
    ),
    _check(
        "balance_of_lots",
        """
        SELECT account, unit, {sum:a}, {sum:p}, {sum:h} FROM (
            SELECT account, unit, available AS a, pending AS p, held AS h
            FROM balances WHERE {page}
            UNION ALL
            SELECT account, unit, CASE WHEN pending = 0 THEN held - remaining ELSE 0 END,
                CASE WHEN pending = 1 THEN held - remaining ELSE 0 END, -held
            FROM lots WHERE {page}
        ) AS sides
        GROUP BY account, unit HAVING sum(a) <> 0 OR sum(p) <> 0 OR sum(h) <> 0
        """,
        "account {0}, {1}",
        "the balance exceeds its lots by {2} available, {3} pending, {4} held",
    ),
    _check(
        "lot_of_entries",
        """
        SELECT account, lot, unit, {sum:g}, {sum:r}, {sum:h}, {sum:c} FROM (
            SELECT account, lot, unit, granted AS g, remaining AS r, held AS h, clawed AS c
            FROM lots WHERE {page}
            UNION ALL
            SELECT account, lot, unit, CASE WHEN version = lot THEN -amount ELSE 0 END,
                CASE WHEN source IN {in_lots} AND destination IN {in_lots} THEN 0
                    WHEN source IN {in_lots} THEN amount
                    WHEN destination IN {in_lots} THEN -amount ELSE 0 END,
                {out_of:held}, {out_of:clawed}
            FROM entries WHERE {page} AND lot IS NOT NULL
        ) AS sides
        GROUP BY account, lot, unit
        HAVING sum(g) <> 0 OR sum(r) <> 0 OR sum(h) <> 0 OR sum(c) <> 0
        """,
        "account {0}, lot {1}, {2}",
        "exceeds its entries by {3} granted, {4} remaining, {5} held, {6} clawed",
    ),
    _check(
        "transfer_twins",
        """
        SELECT account, version, source, destination, amount, twins FROM (
            SELECT e.account, e.version, e.source, e.destination, e.amount, (
                SELECT count(*) FROM transfers t, entries o
                WHERE t.program = e.program AND t.account = e.account AND t.version = e.version
                    AND o.program = e.program AND o.account = t.from_account
                    AND o.version = t.from_version AND o.unit = e.unit AND o.amount = e.amount
                    AND o.account <> e.account
                    AND (o.source = 'transferred' AND e.destination = 'transferred'
                        OR o.destination = 'transferred' AND e.source = 'transferred')
            ) + (
                SELECT count(*) FROM transfers t, entries o
                WHERE t.program = e.program AND t.from_account = e.account
                    AND t.from_version = e.version
                    AND o.program = e.program AND o.account = t.account
                    AND o.version = t.version AND o.unit = e.unit AND o.amount = e.amount
                    AND o.account <> e.account
                    AND (o.source = 'transferred' AND e.destination = 'transferred'
                        OR o.destination = 'transferred' AND e.source = 'transferred')
            ) AS twins
            FROM entries e
            WHERE {page:e} AND (e.source = 'transferred' OR e.destination = 'transferred')
        ) AS moved
        WHERE twins <> 1
        """,
        "account {0}, version {1}",
        "moves {4} from {2} to {3}, with {5} entries of other accounts as its other half",
    ),
    _check(
        "lot_bounds",
        """
        SELECT account, lot, granted, remaining, held, clawed, pending FROM lots
        WHERE {page} AND NOT (
            granted > 0 AND remaining BETWEEN 0 AND granted AND held BETWEEN 0 AND remaining
            AND clawed BETWEEN 0 AND granted - remaining AND pending IN (0, 1)
            AND (pending = 0 OR held = 0)
        )
        """,
        "account {0}, lot {1}",
        "granted {2}, remaining {3}, held {4}, clawed {5}, pending {6}",
    ),
    _check(
        "debt_beside_points",
        """
        SELECT account, unit, available, pending, held, debt FROM balances WHERE {page} AND (
            available < 0 OR pending < 0 OR held < 0 OR debt < 0
            OR debt > 0 AND available + pending > 0
        )
        """,
        "account {0}, {1}",
        "available {2}, pending {3}, held {4}, debt {5}",
    ),
    _check(
        "next_change_missed",
        """
        SELECT account, unit, max(stored), min(due) FROM (
            SELECT account, unit, next_change_at AS stored, {never} AS due
            FROM balances WHERE {page}
            UNION ALL
            SELECT account, unit, NULL,
                CASE WHEN pending = 1 AND waits_for IS NULL AND active_from IS NOT NULL
                    THEN active_from ELSE expires_at END
            FROM lots WHERE {page} AND remaining > held
        ) AS sides
        GROUP BY account, unit HAVING min(due) < {never} AND coalesce(max(stored), {never}) > min(due)
        """,
        "account {0}, {1}",
        "is said to change at {2}, but a lot changes at {3} (microseconds since 1970)",
    ),
)
