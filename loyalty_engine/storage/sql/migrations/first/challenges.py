"""Challenges: cards, what they gave, and who takes part, as of the first revision."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    op.create_table(
        "challenge_cards",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("total >= 0", name=op.f("challenge_cards_total")),
        sa.CheckConstraint(
            "since IS NULL OR until IS NULL OR since < until", name=op.f("challenge_cards_window")
        ),
        sa.CheckConstraint(
            "closed_at IS NULL OR next_at IS NULL", name=op.f("challenge_cards_closed")
        ),
        sa.PrimaryKeyConstraint(
            "program", "member", "period", "challenge", name=op.f("challenge_cards_pkey")
        ),
        sqlite_with_rowid=False,
        postgresql_with={"fillfactor": 80},
    )
    op.create_index(
        "challenge_cards_due",
        "challenge_cards",
        ["program", "next_at", "member"],
        unique=False,
        postgresql_where=sa.text("next_at IS NOT NULL"),
        sqlite_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_table(
        "challenge_prizes",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("goal", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("receiver", sa.BigInteger(), nullable=False),
        sa.Column("purchase", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("gave", sa.Text(), nullable=False),
        sa.Column("counted", sa.Text(), nullable=False),
        sa.Column("late", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('given', 'withdrawn', 'owed', 'refused')",
            name=op.f("challenge_prizes_state"),
        ),
        sa.CheckConstraint(
            "goal >= 0 AND round >= 1 AND times >= 1", name=op.f("challenge_prizes_numbers")
        ),
        sa.CheckConstraint("late IN (0, 1)", name=op.f("challenge_prizes_late_flag")),
        sa.PrimaryKeyConstraint(
            "program", "member", "period", "challenge", "goal", "round",
            name=op.f("challenge_prizes_pkey"),
        ),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "challenge_entries",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("until IS NULL OR since <= until", name=op.f("challenge_entries_span")),
        sa.PrimaryKeyConstraint(
            "program", "member", "challenge", "since", name=op.f("challenge_entries_pkey")
        ),
        sqlite_with_rowid=False,
    )
