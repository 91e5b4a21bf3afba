"""Members who came by others, and the keyed hashes by which accounts are known to be one's."""

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table

from loyalty_engine.storage.sql.tables.parts import (
    BY_MEMBER,
    BY_VALUE,
    CHANGES_OFTEN,
    KEPT_IN_KEY,
    blob,
    metadata,
    number,
    one_of,
    text,
)

referral_codes = Table(
    "referral_codes",
    metadata,
    text("program"),
    number("member"),
    number("given_at"),
    number("good_until", null=True),
    PrimaryKeyConstraint("program", "member"),
    info=BY_MEMBER,
    **KEPT_IN_KEY,
)
"""Who may be named as a referrer, until when; an address of kind `referral` leads there."""

referrals = Table(
    "referrals",
    metadata,
    text("program"),
    number("member"),
    number("referrer"),
    number("number"),
    text("rulebook"),
    text("state"),
    number("claimed_at"),
    number("held"),
    number("cleared"),
    text("reason"),
    text("occasion", null=True),
    number("qualified_at", null=True),
    number("due_at", null=True),
    number("rewarded_at", null=True),
    number("round"),
    text("decided_by"),
    text("decided_why"),
    PrimaryKeyConstraint("program", "member"),
    CheckConstraint(
        one_of("state", ("joined", "waiting", "rewarded", "taking_back", "refused")), name="state"
    ),
    CheckConstraint("member <> referrer", name="two_members"),
    CheckConstraint("held IN (0, 1)", name="held"),
    CheckConstraint("cleared IN (0, 1)", name="cleared"),
    CheckConstraint("round >= 0", name="round"),
    info=BY_MEMBER,
    **CHANGES_OFTEN,
    **KEPT_IN_KEY,
)
"""That a member came by another one, once, and what has become of it (see `ports.Referral`)."""

Index(
    "referrals_by",
    referrals.c.program,
    referrals.c.referrer,
    referrals.c.claimed_at,
)
Index(
    "referrals_due",
    referrals.c.program,
    referrals.c.due_at,
    referrals.c.member,
    postgresql_where=referrals.c.due_at.is_not(None),
    sqlite_where=referrals.c.due_at.is_not(None),
)
Index(
    "referrals_held",
    referrals.c.program,
    referrals.c.member,
    postgresql_where=referrals.c.held == 1,
    sqlite_where=referrals.c.held == 1,
)

signals = Table(
    "signals",
    metadata,
    text("program"),
    text("kind"),
    blob("value"),
    number("member"),
    number("since"),
    number("gone_at", null=True),
    PrimaryKeyConstraint("program", "kind", "value", "member"),
    info=BY_VALUE,
    **KEPT_IN_KEY,
)
"""Which members were seen with the same e-mail address, device and the like: `value` is a keyed
hash, the first 16 bytes of an HMAC-SHA-256."""

Index("signals_of_member", signals.c.program, signals.c.member)
Index(
    "signals_gone",
    signals.c.program,
    signals.c.gone_at,
    postgresql_where=signals.c.gone_at.is_not(None),
    sqlite_where=signals.c.gone_at.is_not(None),
)
