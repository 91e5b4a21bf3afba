"""Points: accounts, lots, balances, and the entries from which all of it follows."""

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table

from loyalty_engine.storage.sql.tables.parts import (
    BY_MEMBER,
    CHANGES_OFTEN,
    KEPT_IN_KEY,
    metadata,
    number,
    one_of,
    text,
)

SYSTEM_ACCOUNTS = ("issued", "redeemed", "expired", "adjusted", "clawed", "transferred")
MEMBER_ACCOUNTS = ("pending", "available", "held", "debt")

accounts = Table(
    "accounts",
    metadata,
    text("program"),
    number("account"),
    number("version"),
    number("skipped"),
    PrimaryKeyConstraint("program", "account"),
    CheckConstraint("skipped BETWEEN 0 AND version", name="version"),
    info=BY_MEMBER,
    **CHANGES_OFTEN,
    **KEPT_IN_KEY,
)
"""One row to lock for each spendable account; `version` counts its entries without gaps.

`skipped` numbers were left out on purpose, so that a member who came from an account that had come
further never sees its version go down.
"""

balances = Table(
    "balances",
    metadata,
    text("program"),
    number("account"),
    text("unit"),
    number("available"),
    number("pending"),
    number("held"),
    number("debt"),
    number("next_change_at", null=True),
    number("next_expiry_at", null=True),
    number("next_expiry_points"),
    PrimaryKeyConstraint("program", "account", "unit"),
    CheckConstraint("available >= 0 AND pending >= 0 AND held >= 0 AND debt >= 0", name="signs"),
    CheckConstraint("debt = 0 OR (available = 0 AND pending = 0)", name="debt_only_when_empty"),
    CheckConstraint("next_expiry_points >= 0", name="next_expiry"),
    info=BY_MEMBER,
    **CHANGES_OFTEN,
    **KEPT_IN_KEY,
)
"""Sums over the lots; a cache beside the ledger that `verify` checks against it."""

Index(
    "balances_due",
    balances.c.program,
    balances.c.next_change_at,
    balances.c.account,
    postgresql_where=balances.c.next_change_at.is_not(None),
    sqlite_where=balances.c.next_change_at.is_not(None),
)

lots = Table(
    "lots",
    metadata,
    text("program"),
    number("account"),
    number("lot"),
    text("unit"),
    number("granted"),
    number("remaining"),
    number("held"),
    number("clawed"),
    number("active_from", null=True),
    number("expires_at", null=True),
    number("pending"),
    text("waits_for", null=True),
    text("purchase", null=True),
    text("rule", null=True),
    number("member"),
    PrimaryKeyConstraint("program", "account", "lot"),
    CheckConstraint("granted > 0", name="granted"),
    CheckConstraint("remaining BETWEEN 0 AND granted", name="remaining"),
    CheckConstraint("held BETWEEN 0 AND remaining", name="held"),
    CheckConstraint("clawed BETWEEN 0 AND granted - remaining", name="clawed"),
    CheckConstraint("pending IN (0, 1)", name="pending_flag"),
    CheckConstraint("pending = 0 OR held = 0", name="pending_is_not_held"),
    info=BY_MEMBER,
    **CHANGES_OFTEN,
    **KEPT_IN_KEY,
)
"""What one earning put in and what is left of it; numbered by the version that opened it."""

Index(
    "lots_open",
    lots.c.program,
    lots.c.account,
    lots.c.unit,
    postgresql_where=lots.c.remaining > 0,
    sqlite_where=lots.c.remaining > 0,
)

entries = Table(
    "entries",
    metadata,
    text("program"),
    number("account"),
    number("version"),
    text("unit"),
    text("source"),
    text("destination"),
    number("amount"),
    number("lot", null=True),
    text("kind"),
    text("purchase", null=True),
    text("rule", null=True),
    text("reason", null=True),
    text("by", null=True),
    number("member"),
    number("at"),
    number("recorded_at"),
    PrimaryKeyConstraint("program", "account", "version"),
    CheckConstraint("version > 0", name="version"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("source <> destination", name="moves"),
    CheckConstraint(one_of("source", SYSTEM_ACCOUNTS + MEMBER_ACCOUNTS), name="source"),
    CheckConstraint(one_of("destination", SYSTEM_ACCOUNTS + MEMBER_ACCOUNTS), name="destination"),
    CheckConstraint(
        f"{one_of('source', MEMBER_ACCOUNTS)} OR {one_of('destination', MEMBER_ACCOUNTS)}",
        name="touches_the_member",
    ),
    info=BY_MEMBER,
    **KEPT_IN_KEY,
)
"""The ledger: each row moves a positive amount from one account to another. Never changed."""
