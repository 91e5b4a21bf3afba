"""Rewards that were taken, as of the first revision."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    op.create_table(
        "redemptions",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("redemption", sa.Text(), nullable=False),
        sa.Column("reward", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("money", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("spent", sa.LargeBinary(), nullable=False),
        sa.Column("counted", sa.LargeBinary(), nullable=False),
        sa.Column("gave", sa.LargeBinary(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('taken', 'cancelled')", name=op.f("redemptions_state")),
        sa.CheckConstraint("money >= 0 AND cost >= 0", name=op.f("redemptions_amounts")),
        sa.PrimaryKeyConstraint("program", "member", "redemption", name=op.f("redemptions_pkey")),
    )
