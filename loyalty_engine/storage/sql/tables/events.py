"""What happened beside purchases."""

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table

from loyalty_engine.storage.sql.tables.parts import (
    BY_MEMBER,
    blob,
    metadata,
    number,
    one_of,
    text,
)

events = Table(
    "events",
    metadata,
    text("program"),
    number("member"),
    text("event"),
    text("kind"),
    number("occurred_at"),
    text("state"),
    text("tier"),
    blob("data"),
    PrimaryKeyConstraint("program", "member", "event"),
    CheckConstraint(one_of("state", ("recorded", "cancelled")), name="state"),
    Index("events_in_time", "program", "kind", "occurred_at"),
    info=BY_MEMBER,
)
"""An event that is no purchase, as told: `data` is JSON, `tier` the member's at that time.

What was decided about it stands in `purchases`, under an id that no purchase can have.
"""
