"""Accounts, balances, lots and entries, as of the first revision."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    op.create_table(
        "accounts",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("skipped", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("skipped BETWEEN 0 AND version", name=op.f("accounts_version")),
        sa.PrimaryKeyConstraint("program", "account", name=op.f("accounts_pkey")),
        postgresql_with={"fillfactor": 80},
        sqlite_with_rowid=False,
    )
    op.create_table(
        "balances",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("debt", sa.BigInteger(), nullable=False),
        sa.Column("next_change_at", sa.BigInteger(), nullable=True),
        sa.Column("next_expiry_at", sa.BigInteger(), nullable=True),
        sa.Column("next_expiry_points", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "available >= 0 AND pending >= 0 AND held >= 0 AND debt >= 0",
            name=op.f("balances_signs"),
        ),
        sa.CheckConstraint(
            "debt = 0 OR (available = 0 AND pending = 0)",
            name=op.f("balances_debt_only_when_empty"),
        ),
        sa.CheckConstraint("next_expiry_points >= 0", name=op.f("balances_next_expiry")),
        sa.PrimaryKeyConstraint("program", "account", "unit", name=op.f("balances_pkey")),
        postgresql_with={"fillfactor": 80},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "balances_due",
        "balances",
        ["program", "next_change_at", "account"],
        unique=False,
        postgresql_where=sa.text("next_change_at IS NOT NULL"),
        sqlite_where=sa.text("next_change_at IS NOT NULL"),
    )
    op.create_table(
        "lots",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("lot", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("granted", sa.BigInteger(), nullable=False),
        sa.Column("remaining", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("clawed", sa.BigInteger(), nullable=False),
        sa.Column("active_from", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.Column("waits_for", sa.Text(), nullable=True),
        sa.Column("purchase", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("clawed BETWEEN 0 AND granted - remaining", name=op.f("lots_clawed")),
        sa.CheckConstraint("granted > 0", name=op.f("lots_granted")),
        sa.CheckConstraint("held BETWEEN 0 AND remaining", name=op.f("lots_held")),
        sa.CheckConstraint("pending = 0 OR held = 0", name=op.f("lots_pending_is_not_held")),
        sa.CheckConstraint("pending IN (0, 1)", name=op.f("lots_pending_flag")),
        sa.CheckConstraint("remaining BETWEEN 0 AND granted", name=op.f("lots_remaining")),
        sa.PrimaryKeyConstraint("program", "account", "lot", name=op.f("lots_pkey")),
        postgresql_with={"fillfactor": 80},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "lots_open",
        "lots",
        ["program", "account", "unit"],
        unique=False,
        postgresql_where=sa.text("remaining > 0"),
        sqlite_where=sa.text("remaining > 0"),
    )
    op.create_table(
        "entries",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("lot", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("purchase", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "destination IN ('issued', 'redeemed', 'expired', 'adjusted', 'clawed', 'transferred', 'pending', 'available', 'held', 'debt')",
            name=op.f("entries_destination"),
        ),
        sa.CheckConstraint(
            "source IN ('issued', 'redeemed', 'expired', 'adjusted', 'clawed', 'transferred', 'pending', 'available', 'held', 'debt')",
            name=op.f("entries_source"),
        ),
        sa.CheckConstraint(
            "source IN ('pending', 'available', 'held', 'debt') OR destination IN ('pending', 'available', 'held', 'debt')",
            name=op.f("entries_touches_the_member"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("entries_amount")),
        sa.CheckConstraint("source <> destination", name=op.f("entries_moves")),
        sa.CheckConstraint("version > 0", name=op.f("entries_version")),
        sa.PrimaryKeyConstraint("program", "account", "version", name=op.f("entries_pkey")),
        sqlite_with_rowid=False,
    )
