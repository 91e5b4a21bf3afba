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
