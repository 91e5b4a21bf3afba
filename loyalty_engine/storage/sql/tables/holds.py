"""Points set aside at a till, until they are captured, released or lapse."""

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table

from loyalty_engine.storage.sql.tables.parts import (
    BY_MEMBER,
    blob,
    metadata,
    number,
    one_of,
    text,
)

holds = Table(
    "holds",
    metadata,
    text("program"),
    number("member"),
    text("hold"),
    text("unit"),
    number("points"),
    text("state"),
    number("placed_at"),
    number("expires_at"),
    blob("fingerprint"),
    blob("portions"),
    number("captured"),
    text("purchase", null=True),
    PrimaryKeyConstraint("program", "member", "hold"),
    CheckConstraint(one_of("state", ("open", "captured", "released", "lapsed")), name="state"),
    CheckConstraint("points > 0", name="points"),
    CheckConstraint(
        "captured BETWEEN 0 AND points AND (state = 'captured') = (captured > 0)", name="captured"
    ),
    info=BY_MEMBER,
)
"""A hold of a member's points; `portions` is JSON of lots and how much of each."""

Index(
    "holds_open",
    holds.c.program,
    holds.c.member,
    holds.c.expires_at,
    postgresql_where=holds.c.state == "open",
    sqlite_where=holds.c.state == "open",
)
