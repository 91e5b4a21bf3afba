"""Rewards that were taken."""

from sqlalchemy import CheckConstraint, PrimaryKeyConstraint, Table

from loyalty_engine.storage.sql.tables.parts import (
    BY_MEMBER,
    blob,
    metadata,
    number,
    one_of,
    text,
)

redemptions = Table(
    "redemptions",
    metadata,
    text("program"),
    number("member"),
    text("redemption"),
    text("reward"),
    text("kind"),
    text("state"),
    text("store"),
    number("taken_at"),
    text("rulebook"),
    number("money"),
    number("cost"),
    blob("fingerprint"),
    blob("spent"),
    blob("counted"),
    blob("gave"),
    blob("receipt"),
    number("cancelled_at", null=True),
    number("account"),
    PrimaryKeyConstraint("program", "member", "redemption"),
    CheckConstraint(one_of("state", ("taken", "cancelled")), name="state"),
    CheckConstraint("money >= 0 AND cost >= 0", name="amounts"),
    info=BY_MEMBER,
)
"""A reward taken: the lots that paid, what it counts, what it gave; JSON where it is bytes."""
