"""Points that members gave each other."""

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table

from loyalty_engine.storage.sql.tables.parts import (
    BY_MEMBER,
    blob,
    metadata,
    number,
    one_of,
    text,
)

gifts = Table(
    "gifts",
    metadata,
    text("program"),
    number("member"),
    text("gift"),
    number("to_member"),
    text("unit"),
    number("points"),
    text("state"),
    number("given_at"),
    text("message"),
    blob("fingerprint"),
    blob("portions"),
    number("returned"),
    number("cancelled_at", null=True),
    text("reason"),
    text("by"),
    PrimaryKeyConstraint("program", "member", "gift"),
    CheckConstraint(one_of("state", ("given", "cancelled")), name="state"),
    CheckConstraint("points > 0 AND returned BETWEEN 0 AND points", name="amounts"),
    info=BY_MEMBER,
)
"""A gift of points by a member to another; `portions` is JSON."""

Index("gifts_received", gifts.c.program, gifts.c.to_member, gifts.c.given_at)
