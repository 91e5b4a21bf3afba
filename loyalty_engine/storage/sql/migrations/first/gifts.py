"""Points that members gave each other, as of the first revision."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    op.create_table(
        "gifts",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("gift", sa.Text(), nullable=False),
        sa.Column("to_member", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("portions", sa.LargeBinary(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('given', 'cancelled')", name=op.f("gifts_state")),
        sa.CheckConstraint(
            "points > 0 AND returned BETWEEN 0 AND points", name=op.f("gifts_amounts")
        ),
        sa.PrimaryKeyConstraint("program", "member", "gift", name=op.f("gifts_pkey")),
    )
    op.create_index("gifts_received", "gifts", ["program", "to_member", "given_at"], unique=False)
