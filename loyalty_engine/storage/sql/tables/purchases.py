"""Purchases, their returns, and what holds a promise until one comes."""

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table

from loyalty_engine.storage.sql.tables.parts import (
    BY_MEMBER,
    BY_OWNER,
    CHANGES_OFTEN,
    KEPT_IN_KEY,
    blob,
    metadata,
    number,
    one_of,
    text,
)

purchases = Table(
    "purchases",
    metadata,
    text("program"),
    number("member"),
    text("purchase"),
    number("revision"),
    number("account", null=True),
    text("state"),
    number("occurred_at"),
    number("recorded_at"),
    text("rulebook"),
    number("spend"),
    number("visits"),
    text("measures"),
    number("paid"),
    number("refunded"),
    blob("fingerprint"),
    blob("kept"),
    blob("body"),
    blob("facts"),
    blob("decision"),
    blob("receipt"),
    PrimaryKeyConstraint("program", "member", "purchase", "revision"),
    CheckConstraint(
        one_of(
            "state",
            ("recorded", "partly_returned", "returned", "cancelled", "superseded", "claimed"),
        ),
        name="state",
    ),
    CheckConstraint("revision > 0", name="revision"),
    CheckConstraint("visits IN (0, 1)", name="visits"),
    CheckConstraint("refunded BETWEEN 0 AND paid", name="refunded"),
    Index("purchases_in_time", "program", "member", "occurred_at"),
    info=BY_MEMBER,
)
"""A purchase with what it was decided on. A guest's has a random number and no account.

`body`, `facts`, `decision` and `receipt` are JSON and do not change; `kept` (JSON) says what is
left of it: quantities by line, points by unit and rule, discounts. `spend`, `visits`, `measures`
are what it counts for tiers now. The long columns stand last: what is before them can be read
without them.
"""

returns = Table(
    "returns",
    metadata,
    text("program"),
    number("member"),
    text("purchase"),
    text("return"),
    number("revision"),
    number("occurred_at"),
    number("recorded_at"),
    blob("fingerprint"),
    blob("body"),
    blob("receipt"),
    PrimaryKeyConstraint("program", "member", "purchase", "return"),
    info=BY_MEMBER,
)
"""What came back, as told and as answered."""

reservations = Table(
    "reservations",
    metadata,
    text("program"),
    number("member"),
    text("reservation"),
    text("state"),
    number("expires_at"),
    blob("body"),
    blob("decision"),
    blob("held"),
    PrimaryKeyConstraint("program", "member", "reservation"),
    CheckConstraint(one_of("state", ("open", "used", "released", "lapsed")), name="state"),
    info=BY_MEMBER,
)
"""A quote that holds what it promised (limits, points) until it is used, released or lapses."""

Index(
    "reservations_open",
    reservations.c.program,
    reservations.c.member,
    reservations.c.expires_at,
    postgresql_where=reservations.c.state == "open",
    sqlite_where=reservations.c.state == "open",
)

counters = Table(
    "counters",
    metadata,
    text("program"),
    text("owner"),
    text("counter"),
    text("period"),
    number("slice"),
    number("used"),
    number("ceiling"),
    PrimaryKeyConstraint("program", "owner", "counter", "period", "slice"),
    CheckConstraint("slice >= 0", name="slice"),
    CheckConstraint("used >= 0", name="not_negative"),
    CheckConstraint("used <= ceiling", name="never_overrun"),
    info=BY_OWNER,
    **CHANGES_OFTEN,
    **KEPT_IN_KEY,
)
"""How much of a limit is used, by whom (see `ports.CounterKey`).

A limit that everybody uses is cut into slices, each with its share of the ceiling: purchases that
use different ones do not wait for each other. Shares move between them where one is short.
"""

carries = Table(
    "carries",
    metadata,
    text("program"),
    number("member"),
    text("rule"),
    text("terms"),
    number("basis"),
    number("given"),
    PrimaryKeyConstraint("program", "member", "rule", "terms"),
    CheckConstraint("basis >= 0", name="basis"),
    info=BY_MEMBER,
    **CHANGES_OFTEN,
    **KEPT_IN_KEY,
)
"""Running sums of rules whose remainder counts with the next purchase.

`terms` say how a sum counts: `points/1/1000` gives a point for each 1000 minor units.
"""
