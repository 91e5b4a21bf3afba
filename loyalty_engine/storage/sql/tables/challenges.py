"""Challenges: cards, what they gave, and who takes part in which."""

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

STATES = ("given", "withdrawn", "owed", "refused")

challenge_cards = Table(
    "challenge_cards",
    metadata,
    text("program"),
    number("member"),
    text("period"),
    text("challenge"),
    number("since", null=True),
    number("until", null=True),
    number("total"),
    text("keys"),
    text("given"),
    number("next_at", null=True),
    number("closed_at", null=True),
    PrimaryKeyConstraint("program", "member", "period", "challenge"),
    CheckConstraint("total >= 0", name="total"),
    CheckConstraint("since IS NULL OR until IS NULL OR since < until", name="window"),
    CheckConstraint("closed_at IS NULL OR next_at IS NULL", name="closed"),
    info=BY_MEMBER,
    **CHANGES_OFTEN,
    **KEPT_IN_KEY,
)
"""A card of a member, or of a household by its account: the sum of what its purchases and events
count, as each of these keeps it. `keys` and `given` are JSON.
"""

Index(
    "challenge_cards_due",
    challenge_cards.c.program,
    challenge_cards.c.next_at,
    challenge_cards.c.member,
    postgresql_where=challenge_cards.c.next_at.is_not(None),
    sqlite_where=challenge_cards.c.next_at.is_not(None),
)

challenge_prizes = Table(
    "challenge_prizes",
    metadata,
    text("program"),
    number("member"),
    text("period"),
    text("challenge"),
    number("goal"),
    number("round"),
    text("state"),
    number("receiver"),
    text("purchase"),
    number("occurred_at"),
    number("given_at"),
    text("rulebook"),
    text("gave"),
    text("counted"),
    number("late"),
    number("times"),
    PrimaryKeyConstraint("program", "member", "period", "challenge", "goal", "round"),
    CheckConstraint(one_of("state", STATES), name="state"),
    CheckConstraint("goal >= 0 AND round >= 1 AND times >= 1", name="numbers"),
    CheckConstraint("late IN (0, 1)", name="late_flag"),
    info=BY_MEMBER,
    **KEPT_IN_KEY,
)
"""What reaching a goal gave, once for each round; `gave` and `counted` are JSON."""

challenge_entries = Table(
    "challenge_entries",
    metadata,
    text("program"),
    number("member"),
    text("challenge"),
    number("since"),
    number("until", null=True),
    PrimaryKeyConstraint("program", "member", "challenge", "since"),
    CheckConstraint("until IS NULL OR since <= until", name="span"),
    info=BY_MEMBER,
    **KEPT_IN_KEY,
)
"""That a member takes part of its own accord, from when until when."""
