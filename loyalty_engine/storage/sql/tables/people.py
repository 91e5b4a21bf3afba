"""Who a member is and how a member is found."""

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table

from loyalty_engine.storage.sql.tables.parts import (
    BY_MEMBER,
    BY_VALUE,
    CHANGES_OFTEN,
    KEPT_IN_KEY,
    metadata,
    number,
    one_of,
    text,
)

addresses = Table(
    "addresses",
    metadata,
    text("program"),
    text("kind"),
    text("value"),
    number("member"),
    PrimaryKeyConstraint("program", "kind", "value"),
    CheckConstraint("length(value) BETWEEN 1 AND 512", name="address_length"),
    info=BY_VALUE,
    **KEPT_IN_KEY,
)
"""Which member a value belongs to. Kinds: member, identifier:<kind>, purchase, reservation, hold,
redemption, household, gift."""

Index(
    "addresses_of_member",
    addresses.c.program,
    addresses.c.member,
    postgresql_where=addresses.c.kind != "purchase",
    sqlite_where=addresses.c.kind != "purchase",
)

members = Table(
    "members",
    metadata,
    text("program"),
    number("member"),
    number("account"),
    text("id", null=True),
    text("status"),
    number("enrolled_at"),
    text("touchpoint"),
    text("language"),
    text("preferred_channel"),
    text("attributes"),
    number("recorded_at"),
    text("tier"),
    number("tier_due", null=True),
    text("tier_state"),
    number("purchases"),
    number("last_purchase_at", null=True),
    number("referred"),
    number("renamed_at", null=True),
    number("confirmed_at", null=True),
    number("step_up"),
    PrimaryKeyConstraint("program", "member"),
    CheckConstraint(
        one_of("status", ("active", "frozen", "left", "erased", "merged")), name="status"
    ),
    CheckConstraint("purchases >= 0", name="purchases"),
    CheckConstraint("referred IN (0, 1, 2)", name="referred"),
    CheckConstraint("step_up IN (0, 1)", name="step_up"),
    info=BY_MEMBER,
    **CHANGES_OFTEN,
)
"""A member, named by a random number; `id` is the caller's, gone after erasure.

`tier_state` is JSON: what counts in the tier window in force (see domain.tiers.State); `tier_due`
is when the tier must be reviewed next. `referred` says that a row of `referrals` depends on what
the member does (1) or only on what comes back (2); `renamed_at` is when its identifiers changed last, `confirmed_at` when it proved
who it is, and `step_up` that it has to before it spends.
"""

Index(
    "members_to_review",
    members.c.program,
    members.c.tier_due,
    members.c.member,
    postgresql_where=members.c.tier_due.is_not(None),
    sqlite_where=members.c.tier_due.is_not(None),
)

standings = Table(
    "standings",
    metadata,
    text("program"),
    number("member"),
    number("ordinal"),
    number("since"),
    text("tier"),
    number("until", null=True),
    text("why"),
    PrimaryKeyConstraint("program", "member", "ordinal"),
    info=BY_MEMBER,
    **KEPT_IN_KEY,
)
"""The tiers a member has stood in, as they follow from what counts; rebuilt when that changes."""

tier_grants = Table(
    "tier_grants",
    metadata,
    text("program"),
    number("member"),
    number("from_at"),
    text("tier"),
    number("until", null=True),
    text("mode"),
    text("reason"),
    text("by"),
    PrimaryKeyConstraint("program", "member", "from_at"),
    CheckConstraint(one_of("mode", ("floor", "wins", "ignored_at_review")), name="mode"),
    info=BY_MEMBER,
)
"""Tiers given by hand."""
