"""Transfers between accounts and merges of members, as of the first revision."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    op.create_table(
        "transfers",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("from_account", sa.BigInteger(), nullable=False),
        sa.Column("from_version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("program", "account", "version", name=op.f("transfers_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "transfers_from", "transfers", ["program", "from_account", "from_version"], unique=False
    )
    op.create_table(
        "merges",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("into_member", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("program", "member", name=op.f("merges_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index("merges_into", "merges", ["program", "into_member"], unique=False)
    op.create_table(
        "households",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("program", "account", name=op.f("households_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "memberships",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("program", "member", "since", name=op.f("memberships_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "memberships_now",
        "memberships",
        ["program", "account", "member"],
        unique=False,
        postgresql_where=sa.text("until IS NULL"),
        sqlite_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "invitations",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("by_member", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("program", "account", "member", name=op.f("invitations_pkey")),
        sqlite_with_rowid=False,
    )
