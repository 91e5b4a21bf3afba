"""Codes that carry a right, who has used them, and who has guessed wrongly.

A code itself is kept nowhere: `code` is its keyed hash, the first 16 bytes of an HMAC-SHA-256.
"""

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table

from loyalty_engine.storage.sql.tables.parts import (
    BY_OWNER,
    BY_VALUE,
    CHANGES_OFTEN,
    KEPT_IN_KEY,
    REFERENCE,
    blob,
    metadata,
    number,
    text,
)

vouchers = Table(
    "vouchers",
    metadata,
    text("program"),
    blob("code"),
    text("kind"),
    number("batch", null=True),
    number("member", null=True),
    number("seed", null=True),
    text("purchase", null=True),
    text("rule", null=True),
    number("given_at"),
    number("ends_at", null=True),
    number("uses"),
    number("most"),
    number("withdrawn"),
    text("held_by", null=True),
    number("held_until", null=True),
    number("worth", null=True),
    PrimaryKeyConstraint("program", "code"),
    CheckConstraint("uses >= 0", name="uses"),
    CheckConstraint("uses <= most", name="never_overrun"),
    CheckConstraint("withdrawn IN (0, 1)", name="withdrawn_flag"),
    CheckConstraint("(held_by IS NULL) = (held_until IS NULL)", name="held"),
    CheckConstraint("worth > 0", name="worth"),
    info=BY_VALUE,
    **CHANGES_OFTEN,
    **KEPT_IN_KEY,
)
"""A code that was made, `most` times to be used. `seed` is what the code of a member's follows
from, with the service's secret; `purchase` and `rule` are what gave it; `worth` what it takes off
where its voucher leaves that to each code. One that was `withdrawn` after it was used is not good
again when what used it is undone.
"""

Index(
    "vouchers_of_member",
    vouchers.c.program,
    vouchers.c.member,
    vouchers.c.given_at,
    postgresql_where=vouchers.c.member.is_not(None),
    sqlite_where=vouchers.c.member.is_not(None),
)

voucher_batches = Table(
    "voucher_batches",
    metadata,
    text("program"),
    text("kind"),
    number("batch"),
    number("codes"),
    number("at"),
    text("by"),
    PrimaryKeyConstraint("program", "kind", "batch"),
    CheckConstraint("codes >= 0", name="codes"),
    info=REFERENCE,
)
"""How many codes were made at a time; their sum tells how likely a guess is."""

voucher_uses = Table(
    "voucher_uses",
    metadata,
    text("program"),
    blob("code"),
    text("use"),
    text("kind"),
    number("member", null=True),
    number("discount"),
    text("counted"),
    number("at"),
    number("undone_at", null=True),
    PrimaryKeyConstraint("program", "code", "use"),
    CheckConstraint("discount >= 0", name="discount"),
    info=BY_VALUE,
    **KEPT_IN_KEY,
)
"""What used a code: `purchase:<id>` or `redemption:<id>`. `counted` (JSON) is what a redemption
without a purchase counts against limits; a purchase keeps that itself.
"""

failures = Table(
    "failures",
    metadata,
    text("program"),
    text("owner"),
    number("since"),
    number("failed"),
    PrimaryKeyConstraint("program", "owner"),
    CheckConstraint("failed > 0", name="failed"),
    info=BY_OWNER,
    **CHANGES_OFTEN,
    **KEPT_IN_KEY,
)
"""Codes that were guessed wrongly in the hour that began at `since`: by a key, a member, a shopper."""
