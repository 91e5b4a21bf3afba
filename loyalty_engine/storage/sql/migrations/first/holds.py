"""Points set aside at a till, as of the first revision."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    op.create_table(
        "holds",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("hold", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("portions", sa.LargeBinary(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("purchase", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'captured', 'released', 'lapsed')", name=op.f("holds_state")
        ),
        sa.CheckConstraint("points > 0", name=op.f("holds_points")),
        sa.CheckConstraint(
            "captured BETWEEN 0 AND points AND (state = 'captured') = (captured > 0)",
            name=op.f("holds_captured"),
        ),
        sa.PrimaryKeyConstraint("program", "member", "hold", name=op.f("holds_pkey")),
    )
    op.create_index(
        "holds_open",
        "holds",
        ["program", "member", "expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
