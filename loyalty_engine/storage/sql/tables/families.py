"""Members who turn out to be one, and points that move from one account to another."""

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from loyalty_engine.storage.sql.tables.parts import BY_MEMBER, KEPT_IN_KEY, metadata, number, text

transfers = Table(
    "transfers",
    metadata,
    text("program"),
    number("account"),
    number("version"),
    number("from_account"),
    number("from_version"),
    PrimaryKeyConstraint("program", "account", "version"),
    info=BY_MEMBER,
    **KEPT_IN_KEY,
)
"""Which entry of another account is the other half of an entry that moves points here."""

Index(
    "transfers_from",
    transfers.c.program,
    transfers.c.from_account,
    transfers.c.from_version,
)

merges = Table(
    "merges",
    metadata,
    text("program"),
    number("member"),
    number("into_member"),
    text("id"),
    number("at"),
    PrimaryKeyConstraint("program", "member"),
    info=BY_MEMBER,
    **KEPT_IN_KEY,
)
"""Members who turned out to be another one, under which id they were known until when."""

Index("merges_into", merges.c.program, merges.c.into_member)

households = Table(
    "households",
    metadata,
    text("program"),
    number("account"),
    text("household"),
    number("opened_at"),
    number("changed_at"),
    PrimaryKeyConstraint("program", "account"),
    info=BY_MEMBER,
    **KEPT_IN_KEY,
)
"""Accounts that members share, by the caller's id; an address of kind `household` leads there.

`changed_at` is when somebody last joined or left.
"""

memberships = Table(
    "memberships",
    metadata,
    text("program"),
    number("member"),
    number("since"),
    number("account"),
    number("until", null=True),
    PrimaryKeyConstraint("program", "member", "since"),
    info=BY_MEMBER,
    **KEPT_IN_KEY,
)
"""Who has belonged to which household, from when until when."""

Index(
    "memberships_now",
    memberships.c.program,
    memberships.c.account,
    memberships.c.member,
    postgresql_where=memberships.c.until.is_(None),
    sqlite_where=memberships.c.until.is_(None),
)

invitations = Table(
    "invitations",
    metadata,
    text("program"),
    number("account"),
    number("member"),
    number("by_member"),
    number("expires_at"),
    PrimaryKeyConstraint("program", "account", "member"),
    info=BY_MEMBER,
    **KEPT_IN_KEY,
)
"""Who may join a household, until when, and who of it has asked."""
