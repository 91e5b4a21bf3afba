"""Members, their addresses and tiers, as of the first revision."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    op.create_table(
        "addresses",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "length(value) BETWEEN 1 AND 512", name=op.f("addresses_address_length")
        ),
        sa.PrimaryKeyConstraint("program", "kind", "value", name=op.f("addresses_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "addresses_of_member",
        "addresses",
        ["program", "member"],
        unique=False,
        postgresql_where=sa.text("kind != 'purchase'"),
        sqlite_where=sa.text("kind != 'purchase'"),
    )
    op.create_table(
        "members",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("touchpoint", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("preferred_channel", sa.Text(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("tier_due", sa.BigInteger(), nullable=True),
        sa.Column("tier_state", sa.Text(), nullable=False),
        sa.Column("purchases", sa.BigInteger(), nullable=False),
        sa.Column("last_purchase_at", sa.BigInteger(), nullable=True),
        sa.Column("referred", sa.BigInteger(), nullable=False),
        sa.Column("renamed_at", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("step_up", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('active', 'frozen', 'left', 'erased', 'merged')",
            name=op.f("members_status"),
        ),
        sa.CheckConstraint("purchases >= 0", name=op.f("members_purchases")),
        sa.CheckConstraint("referred IN (0, 1, 2)", name=op.f("members_referred")),
        sa.CheckConstraint("step_up IN (0, 1)", name=op.f("members_step_up")),
        sa.PrimaryKeyConstraint("program", "member", name=op.f("members_pkey")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index(
        "members_to_review",
        "members",
        ["program", "tier_due", "member"],
        unique=False,
        postgresql_where=sa.text("tier_due IS NOT NULL"),
        sqlite_where=sa.text("tier_due IS NOT NULL"),
    )
    op.create_table(
        "standings",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("program", "member", "ordinal", name=op.f("standings_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tier_grants",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "mode IN ('floor', 'wins', 'ignored_at_review')", name=op.f("tier_grants_mode")
        ),
        sa.PrimaryKeyConstraint("program", "member", "from_at", name=op.f("tier_grants_pkey")),
    )
