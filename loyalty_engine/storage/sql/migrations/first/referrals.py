"""Members who came by others, and what they were seen with, as of the first revision."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    op.create_table(
        "referral_codes",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("good_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("program", "member", name=op.f("referral_codes_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "referrals",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("referrer", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("cleared", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=True),
        sa.Column("qualified_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("rewarded_at", sa.BigInteger(), nullable=True),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('joined', 'waiting', 'rewarded', 'taking_back', 'refused')",
            name=op.f("referrals_state"),
        ),
        sa.CheckConstraint("member <> referrer", name=op.f("referrals_two_members")),
        sa.CheckConstraint("held IN (0, 1)", name=op.f("referrals_held")),
        sa.CheckConstraint("cleared IN (0, 1)", name=op.f("referrals_cleared")),
        sa.CheckConstraint("round >= 0", name=op.f("referrals_round")),
        sa.PrimaryKeyConstraint("program", "member", name=op.f("referrals_pkey")),
        sqlite_with_rowid=False,
        postgresql_with={"fillfactor": 80},
    )
    op.create_index(
        "referrals_by", "referrals", ["program", "referrer", "claimed_at"], unique=False
    )
    _partial("referrals_due", "referrals", ["program", "due_at", "member"], "due_at IS NOT NULL")
    _partial("referrals_held", "referrals", ["program", "member"], "held = 1")
    op.create_table(
        "signals",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("program", "kind", "value", "member", name=op.f("signals_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index("signals_of_member", "signals", ["program", "member"], unique=False)
    _partial("signals_gone", "signals", ["program", "gone_at"], "gone_at IS NOT NULL")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=False,
        postgresql_where=sa.text(where),
        sqlite_where=sa.text(where),
    )
