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
