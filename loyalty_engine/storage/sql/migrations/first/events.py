"""What happened beside purchases, as of the first revision."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    op.create_table(
        "events",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state IN ('recorded', 'cancelled')", name=op.f("events_state")),
        sa.PrimaryKeyConstraint("program", "member", "event", name=op.f("events_pkey")),
    )
    op.create_index("events_in_time", "events", ["program", "kind", "occurred_at"], unique=False)
