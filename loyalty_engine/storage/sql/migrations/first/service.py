"""Operations, events, rulebooks, keys and leases, as of the first revision."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    op.create_table(
        "operations",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("length(key) BETWEEN 1 AND 255", name=op.f("operations_key_length")),
        sa.PrimaryKeyConstraint("program", "client", "key", name=op.f("operations_pkey")),
    )
    op.create_index("operations_by_age", "operations", ["program", "at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.Column("shown", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'done', 'parked')", name=op.f("outbox_state")),
        sa.CheckConstraint("shown IN (0, 1)", name=op.f("outbox_shown")),
        sa.PrimaryKeyConstraint("program", "member", "event", name=op.f("outbox_pkey")),
    )
    op.create_index(
        "outbox_waiting",
        "outbox",
        ["program", "member", "version"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "outbox_unshown",
        "outbox",
        ["program", "member"],
        unique=False,
        postgresql_where=sa.text("shown = 0"),
        sqlite_where=sa.text("shown = 0"),
    )
    op.create_table(
        "rulebooks",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("program", "hash", name=op.f("rulebooks_pkey")),
    )
    op.create_table(
        "rulebook_periods",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("live_from", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("program", "live_from", name=op.f("rulebook_periods_pkey")),
    )
    op.create_table(
        "api_keys",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("program", "key", name=op.f("api_keys_pkey")),
    )
    op.create_index("api_keys_by_key", "api_keys", ["key"], unique=False)
    op.create_table(
        "leases",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("last_run_at", sa.BigInteger(), nullable=True),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("succeeded_at", sa.BigInteger(), nullable=True),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("program", "job", name=op.f("leases_pkey")),
    )
