"""What the service needs beside members: operations, events, rulebooks, keys, leases."""

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table

from loyalty_engine.storage.sql.tables.parts import (
    BY_MEMBER,
    BY_VALUE,
    REFERENCE,
    blob,
    metadata,
    number,
    one_of,
    text,
)

operations = Table(
    "operations",
    metadata,
    text("program"),
    text("client"),
    text("key"),
    blob("fingerprint"),
    number("at"),
    number("status"),
    text("resource"),
    blob("answer", null=True),
    PrimaryKeyConstraint("program", "client", "key"),
    CheckConstraint("length(key) BETWEEN 1 AND 255", name="key_length"),
    Index("operations_by_age", "program", "at"),
    info=BY_VALUE,
)
"""Writes by their Idempotency-Key: the answer itself, or the resource that holds it."""

outbox = Table(
    "outbox",
    metadata,
    text("program"),
    number("member"),
    text("event"),
    number("version"),
    text("kind"),
    blob("body"),
    number("at"),
    number("due_at"),
    number("claimed_until"),
    text("claimed_by"),
    number("attempts"),
    text("state"),
    text("done_by"),
    number("shown"),
    PrimaryKeyConstraint("program", "member", "event"),
    CheckConstraint(one_of("state", ("waiting", "done", "parked")), name="state"),
    CheckConstraint("shown IN (0, 1)", name="shown"),
    info=BY_MEMBER,
)
"""What happened, for those who react to it; written in the transaction it tells of.

`done_by` (JSON list) names the reactions that have taken it, so a retry calls only the others.
`shown` is 0 until the balance kept for look-ups is known to be at least as new as the event.
"""

Index(
    "outbox_waiting",
    outbox.c.program,
    outbox.c.member,
    outbox.c.version,
    postgresql_where=outbox.c.state == "waiting",
    sqlite_where=outbox.c.state == "waiting",
)
Index(
    "outbox_unshown",
    outbox.c.program,
    outbox.c.member,
    postgresql_where=outbox.c.shown == 0,
    sqlite_where=outbox.c.shown == 0,
)

rulebooks = Table(
    "rulebooks",
    metadata,
    text("program"),
    text("hash"),
    blob("source"),
    number("recorded_at"),
    PrimaryKeyConstraint("program", "hash"),
    info=REFERENCE,
)
"""Every rulebook that ever decided, whole (JSON of file name to text)."""

rulebook_periods = Table(
    "rulebook_periods",
    metadata,
    text("program"),
    number("live_from"),
    text("hash"),
    text("by"),
    PrimaryKeyConstraint("program", "live_from"),
    info=REFERENCE,
)
"""From when on which rulebook was in force."""

api_keys = Table(
    "api_keys",
    metadata,
    text("program"),
    text("key"),
    blob("secret_hash"),
    text("scopes"),
    text("label"),
    number("created_at"),
    number("expires_at", null=True),
    number("revoked_at", null=True),
    PrimaryKeyConstraint("program", "key"),
    info=REFERENCE,
)
"""Keys of callers: only the SHA-256 of the secret is kept."""

Index("api_keys_by_key", api_keys.c.key)

leases = Table(
    "leases",
    metadata,
    text("program"),
    text("job"),
    text("holder"),
    number("until"),
    number("last_run_at", null=True),
    text("progress"),
    number("succeeded_at", null=True),
    number("done"),
    number("failed"),
    PrimaryKeyConstraint("program", "job"),
    info=REFERENCE,
)
"""Which worker does which job until when; how often it was done and failed in all.

`succeeded_at` is when a round last came to its end without a failure.
"""
