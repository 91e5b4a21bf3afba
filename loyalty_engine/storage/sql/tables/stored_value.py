"""Stored value: gift cards and store credit, apart from points and never among them.

Amounts are minor units. A card's number follows from the keyed hash of its code (`code`, 16 bytes of
an HMAC-SHA-256), so that whoever has the code finds the row by its key.
"""

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table

from loyalty_engine.domain.stored_value import IN_PURSE, OF_PROGRAM
from loyalty_engine.storage.sql.tables.parts import (
    BY_PURSE,
    CHANGES_OFTEN,
    KEPT_IN_KEY,
    blob,
    metadata,
    number,
    one_of,
    text,
)

purses = Table(
    "purses",
    metadata,
    text("program"),
    number("purse"),
    text("kind"),
    text("currency"),
    text("state"),
    blob("code", null=True),
    number("member", null=True),
    number("available"),
    number("held"),
    number("loaded"),
    number("expired"),
    number("version"),
    number("made_at"),
    number("ends_at", null=True),
    number("replaced_by", null=True),
    PrimaryKeyConstraint("program", "purse"),
    CheckConstraint(one_of("kind", ("gift_card", "store_credit")), name="kind"),
    CheckConstraint(one_of("state", ("inactive", "active", "blocked")), name="state"),
    CheckConstraint(
        "(kind = 'gift_card') = (code IS NOT NULL) AND (kind = 'store_credit') = (member IS NOT NULL)",
        name="whose",
    ),
    CheckConstraint("available >= 0 AND held >= 0 AND expired >= 0", name="never_below_zero"),
    CheckConstraint("available + held + expired <= loaded", name="never_above_loaded"),
    CheckConstraint("state <> 'inactive' OR loaded = 0", name="inactive_is_empty"),
    CheckConstraint("replaced_by IS NULL OR state = 'blocked'", name="replaced_is_blocked"),
    CheckConstraint("version >= 0", name="version"),
    info=BY_PURSE,
    **CHANGES_OFTEN,
    **KEPT_IN_KEY,
)
"""One row to lock for each purse; its sums follow from its entries, which `verify` checks."""

Index(
    "purses_of_member",
    purses.c.program,
    purses.c.member,
    postgresql_where=purses.c.member.is_not(None),
    sqlite_where=purses.c.member.is_not(None),
)
Index(
    "purses_ending",
    purses.c.program,
    purses.c.ends_at,
    purses.c.purse,
    postgresql_where=(purses.c.ends_at.is_not(None)) & (purses.c.available > 0),
    sqlite_where=(purses.c.ends_at.is_not(None)) & (purses.c.available > 0),
)

value_entries = Table(
    "value_entries",
    metadata,
    text("program"),
    number("purse"),
    number("version"),
    text("source"),
    text("destination"),
    number("amount"),
    text("kind"),
    text("cause", null=True),
    text("purchase", null=True),
    text("reason", null=True),
    text("by", null=True),
    number("at"),
    number("recorded_at"),
    PrimaryKeyConstraint("program", "purse", "version"),
    CheckConstraint("version > 0", name="version"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("source <> destination", name="moves"),
    CheckConstraint(one_of("source", IN_PURSE + OF_PROGRAM), name="source"),
    CheckConstraint(one_of("destination", IN_PURSE + OF_PROGRAM), name="destination"),
    CheckConstraint(
        f"{one_of('source', IN_PURSE)} OR {one_of('destination', IN_PURSE)}",
        name="touches_the_purse",
    ),
    info=BY_PURSE,
    **KEPT_IN_KEY,
)
"""The ledger of stored value: each row moves a positive amount from one account to another.

Never changed. What has a `cause`, such as a purchase, happens to a purse once in each `kind`.
"""

Index(
    "value_entries_once",
    value_entries.c.program,
    value_entries.c.purse,
    value_entries.c.cause,
    value_entries.c.kind,
    unique=True,
    postgresql_where=value_entries.c.cause.is_not(None),
    sqlite_where=value_entries.c.cause.is_not(None),
)

value_notes = Table(
    "value_notes",
    metadata,
    text("program"),
    number("purse"),
    number("at"),
    text("kind"),
    text("reason"),
    text("by"),
    PrimaryKeyConstraint("program", "purse", "at", "kind"),
    CheckConstraint(one_of("kind", ("block", "replace", "extend")), name="kind"),
    info=BY_PURSE,
    **KEPT_IN_KEY,
)
"""What was done to a purse by hand that moves nothing by itself, why, and by whom."""

value_holds = Table(
    "value_holds",
    metadata,
    text("program"),
    number("purse"),
    text("hold"),
    number("amount"),
    text("state"),
    number("placed_at"),
    number("expires_at"),
    blob("fingerprint"),
    number("captured"),
    text("purchase", null=True),
    PrimaryKeyConstraint("program", "purse", "hold"),
    CheckConstraint(one_of("state", ("open", "captured", "released", "lapsed")), name="state"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint(
        "captured BETWEEN 0 AND amount AND (state = 'captured') = (captured > 0)", name="captured"
    ),
    info=BY_PURSE,
)
"""Value of a purse set aside for a payment."""

Index(
    "value_holds_open",
    value_holds.c.program,
    value_holds.c.expires_at,
    value_holds.c.purse,
    postgresql_where=value_holds.c.state == "open",
    sqlite_where=value_holds.c.state == "open",
)
