"""Stored value, its ledger and its holds, as of the first revision."""

import sqlalchemy as sa
from alembic import op

ACCOUNTS = "('available', 'held', 'sold', 'given', 'used', 'expired', 'moved')"


def create() -> None:
    op.create_table(
        "purses",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("purse", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=True),
        sa.Column("member", sa.BigInteger(), nullable=True),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("loaded", sa.BigInteger(), nullable=False),
        sa.Column("expired", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("replaced_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('gift_card', 'store_credit')", name=op.f("purses_kind")),
        sa.CheckConstraint("state IN ('inactive', 'active', 'blocked')", name=op.f("purses_state")),
        sa.CheckConstraint(
            "(kind = 'gift_card') = (code IS NOT NULL) "
            "AND (kind = 'store_credit') = (member IS NOT NULL)",
            name=op.f("purses_whose"),
        ),
        sa.CheckConstraint(
            "available >= 0 AND held >= 0 AND expired >= 0", name=op.f("purses_never_below_zero")
        ),
        sa.CheckConstraint(
            "available + held + expired <= loaded", name=op.f("purses_never_above_loaded")
        ),
        sa.CheckConstraint(
            "state <> 'inactive' OR loaded = 0", name=op.f("purses_inactive_is_empty")
        ),
        sa.CheckConstraint(
            "replaced_by IS NULL OR state = 'blocked'", name=op.f("purses_replaced_is_blocked")
        ),
        sa.CheckConstraint("version >= 0", name=op.f("purses_version")),
        sa.PrimaryKeyConstraint("program", "purse", name=op.f("purses_pkey")),
        sqlite_with_rowid=False,
        postgresql_with={"fillfactor": 80},
    )
    op.create_index(
        "purses_of_member",
        "purses",
        ["program", "member"],
        postgresql_where=sa.text("member IS NOT NULL"),
        sqlite_where=sa.text("member IS NOT NULL"),
    )
    op.create_index(
        "purses_ending",
        "purses",
        ["program", "ends_at", "purse"],
        postgresql_where=sa.text("ends_at IS NOT NULL AND available > 0"),
        sqlite_where=sa.text("ends_at IS NOT NULL AND available > 0"),
    )
    op.create_table(
        "value_entries",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("purse", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("purchase", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("value_entries_version")),
        sa.CheckConstraint("amount > 0", name=op.f("value_entries_amount")),
        sa.CheckConstraint("source <> destination", name=op.f("value_entries_moves")),
        sa.CheckConstraint(f"source IN {ACCOUNTS}", name=op.f("value_entries_source")),
        sa.CheckConstraint(f"destination IN {ACCOUNTS}", name=op.f("value_entries_destination")),
        sa.CheckConstraint(
            "source IN ('available', 'held') OR destination IN ('available', 'held')",
            name=op.f("value_entries_touches_the_purse"),
        ),
        sa.PrimaryKeyConstraint("program", "purse", "version", name=op.f("value_entries_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "value_entries_once",
        "value_entries",
        ["program", "purse", "cause", "kind"],
        unique=True,
        postgresql_where=sa.text("cause IS NOT NULL"),
        sqlite_where=sa.text("cause IS NOT NULL"),
    )
    op.create_table(
        "value_notes",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("purse", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('block', 'replace', 'extend')", name=op.f("value_notes_kind")),
        sa.PrimaryKeyConstraint("program", "purse", "at", "kind", name=op.f("value_notes_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "value_holds",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("purse", sa.BigInteger(), nullable=False),
        sa.Column("hold", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("purchase", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'captured', 'released', 'lapsed')", name=op.f("value_holds_state")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("value_holds_amount")),
        sa.CheckConstraint(
            "captured BETWEEN 0 AND amount AND (state = 'captured') = (captured > 0)",
            name=op.f("value_holds_captured"),
        ),
        sa.PrimaryKeyConstraint("program", "purse", "hold", name=op.f("value_holds_pkey")),
    )
    op.create_index(
        "value_holds_open",
        "value_holds",
        ["program", "expires_at", "purse"],
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
