"""Purchases and what they use up, as of the first revision."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    op.create_table(
        "purchases",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("purchase", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("spend", sa.BigInteger(), nullable=False),
        sa.Column("visits", sa.BigInteger(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("kept", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("decision", sa.LargeBinary(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "state IN ('recorded', 'partly_returned', 'returned', 'cancelled', 'superseded', 'claimed')",
            name=op.f("purchases_state"),
        ),
        sa.CheckConstraint("refunded BETWEEN 0 AND paid", name=op.f("purchases_refunded")),
        sa.CheckConstraint("revision > 0", name=op.f("purchases_revision")),
        sa.CheckConstraint("visits IN (0, 1)", name=op.f("purchases_visits")),
        sa.PrimaryKeyConstraint(
            "program", "member", "purchase", "revision", name=op.f("purchases_pkey")
        ),
    )
    op.create_index(
        "purchases_in_time", "purchases", ["program", "member", "occurred_at"], unique=False
    )
    op.create_table(
        "returns",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("purchase", sa.Text(), nullable=False),
        sa.Column("return", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "program", "member", "purchase", "return", name=op.f("returns_pkey")
        ),
    )
    op.create_table(
        "reservations",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("reservation", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("decision", sa.LargeBinary(), nullable=False),
        sa.Column("held", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'used', 'released', 'lapsed')", name=op.f("reservations_state")
        ),
        sa.PrimaryKeyConstraint("program", "member", "reservation", name=op.f("reservations_pkey")),
    )
    op.create_index(
        "reservations_open",
        "reservations",
        ["program", "member", "expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "counters",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("slice", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("used <= ceiling", name=op.f("counters_never_overrun")),
        sa.CheckConstraint("used >= 0", name=op.f("counters_not_negative")),
        sa.CheckConstraint("slice >= 0", name=op.f("counters_slice")),
        sa.PrimaryKeyConstraint(
            "program", "owner", "counter", "period", "slice", name=op.f("counters_pkey")
        ),
        postgresql_with={"fillfactor": 80},
        sqlite_with_rowid=False,
    )
    op.create_table(
        "carries",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("basis", sa.BigInteger(), nullable=False),
        sa.Column("given", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("basis >= 0", name=op.f("carries_basis")),
        sa.PrimaryKeyConstraint("program", "member", "rule", "terms", name=op.f("carries_pkey")),
        postgresql_with={"fillfactor": 80},
        sqlite_with_rowid=False,
    )
