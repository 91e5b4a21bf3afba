"""Codes, their uses and wrong guesses, as of the first revision."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    op.create_table(
        "vouchers",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=True),
        sa.Column("member", sa.BigInteger(), nullable=True),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("purchase", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn", sa.BigInteger(), nullable=False),
        sa.Column("held_by", sa.Text(), nullable=True),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("worth", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("uses >= 0", name=op.f("vouchers_uses")),
        sa.CheckConstraint("uses <= most", name=op.f("vouchers_never_overrun")),
        sa.CheckConstraint("withdrawn IN (0, 1)", name=op.f("vouchers_withdrawn_flag")),
        sa.CheckConstraint("(held_by IS NULL) = (held_until IS NULL)", name=op.f("vouchers_held")),
        sa.CheckConstraint("worth > 0", name=op.f("vouchers_worth")),
        sa.PrimaryKeyConstraint("program", "code", name=op.f("vouchers_pkey")),
        postgresql_with={"fillfactor": 80},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "vouchers_of_member",
        "vouchers",
        ["program", "member", "given_at"],
        unique=False,
        postgresql_where=sa.text("member IS NOT NULL"),
        sqlite_where=sa.text("member IS NOT NULL"),
    )
    op.create_table(
        "voucher_batches",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("codes", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("codes >= 0", name=op.f("voucher_batches_codes")),
        sa.PrimaryKeyConstraint("program", "kind", "batch", name=op.f("voucher_batches_pkey")),
    )
    op.create_table(
        "voucher_uses",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=True),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("discount >= 0", name=op.f("voucher_uses_discount")),
        sa.PrimaryKeyConstraint("program", "code", "use", name=op.f("voucher_uses_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "failures",
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("failed > 0", name=op.f("failures_failed")),
        sa.PrimaryKeyConstraint("program", "owner", name=op.f("failures_pkey")),
        postgresql_with={"fillfactor": 80},
        sqlite_with_rowid=False,
    )
