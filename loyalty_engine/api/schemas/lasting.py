"""How long points and tiers last: what ends when, and what is corrected by hand."""

from typing import Any

from marshmallow.fields import Date, Dict, List, Nested, String

from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Id, Instant, Name, Number, OneOf, Sentence, Whole
from loyalty_engine.api.schemas.fields import points as points_field
from loyalty_engine.api.schemas.receipts import BalanceShown
from loyalty_engine.domain.requests import Extension, Reinstatement
from loyalty_engine.domain.tiers import GrantMode

LONGEST_MONTHS = 120
UNTIL = "The first instant at which they are gone; one full period from now, unless told."


class ExpiringQuery(Shape):
    """How far ahead to look."""

    months = Number(1, LONGEST_MONTHS, metadata={"description": "12 unless told."})


class ExpiringShown(Shape):
    """Points that end at one instant: `at` they are gone, on `last_day` they can be spent."""

    points = Whole(1, required=True)
    at = Instant(required=True)
    last_day = Date(required=True)


class ExpiringPoints(Shape):
    """What ends by `until`, by unit, soonest first; what is held is not counted."""

    member = String(required=True, allow_none=True)
    as_of = Instant(required=True)
    until = Instant(required=True)
    units = Dict(String(), List(Nested(ExpiringShown)), required=True)
    version = Whole(0, required=True)


class ExtensionBody(Shape):
    """Let points that end sooner last until an instant."""

    unit = Name(required=True)
    until = Instant(metadata={"description": UNTIL})
    before = Instant(metadata={"description": "Leave alone what ends after this; nothing else."})
    reason = Sentence(required=True)
    by = Name(required=True, metadata={"description": "Who answers for it."})

    def make(self, known: dict[str, Any]) -> Extension:
        return Extension(**known)


class ReinstatementBody(Shape):
    """Give points back that have expired, at most as many as have."""

    unit = Name(required=True)
    points = points_field(1, required=True)
    until = Instant(metadata={"description": UNTIL})
    reason = Sentence(required=True)
    by = Name(required=True, metadata={"description": "Who answers for it."})

    def make(self, known: dict[str, Any]) -> Reinstatement:
        return Reinstatement(**known)


class Corrected(Shape):
    """How many points last until when now (null: for ever), and the balance with them."""

    member = String(required=True, allow_none=True)
    unit = String(required=True)
    points = Whole(0, required=True)
    until = Instant(required=True, allow_none=True)
    balance = Dict(String(), Nested(BalanceShown), required=True)
    version = Whole(0, required=True)


class DeliveryBody(Shape):
    """When the purchase arrived; now, unless told."""

    occurred_at = Instant()


class Delivered(Shape):
    """The points, by unit, that waited for the delivery and run from it."""

    member = String(required=True, allow_none=True)
    purchase = String(required=True)
    occurred_at = Instant(required=True)
    points = Dict(String(), Whole(1), required=True)
    balance = Dict(String(), Nested(BalanceShown), required=True)
    version = Whole(0, required=True)


class GrantBody(Shape):
    """A tier given by hand: a gift, an invitation, a match of what a member has elsewhere."""

    tier = Id(required=True)
    since = Instant(data_key="from", metadata={"description": "Now, unless told."})
    until = Instant(
        metadata={"description": "The first instant at which it is over; for good, unless told."}
    )
    mode = OneOf(
        *(mode.value for mode in GrantMode),
        metadata={
            "description": "A floor under what is earned, in place of it, or a gift that the next "
            "review does not look at; as the programme declares, unless told."
        },
    )
    reason = Sentence(required=True, metadata={"description": "Why; the evidence for a match."})
    by = Name(required=True, metadata={"description": "Who answers for it."})


class Granted(Shape):
    """What was given, and the tier in which the member stands now."""

    member = String(required=True, allow_none=True)
    tier = String(required=True)
    granted = String(required=True)
    since = Instant(data_key="from", required=True)
    until = Instant(required=True, allow_none=True)
    mode = String(required=True)
