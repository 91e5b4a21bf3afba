"""Holds: what is asked to be set aside, and what became of it."""

from typing import Any

from marshmallow.fields import Dict, Nested, String

from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Id, Instant, Name, Whole, points
from loyalty_engine.api.schemas.receipts import BalanceShown
from loyalty_engine.domain.requests import Capture, HoldRequest

LONGEST_SECONDS = 366 * 24 * 3600


class HoldBody(Shape):
    """Points of one unit to set aside under an id of the caller's."""

    id = Id(required=True)
    member = Id(required=True)
    unit = Name(required=True)
    points = points(1, required=True)
    expires_in = Whole(
        1, LONGEST_SECONDS, metadata={"description": "Seconds; the programme's hold_minutes else."}
    )

    def make(self, known: dict[str, Any]) -> HoldRequest:
        return HoldRequest(**known)


class CaptureBody(Shape):
    """How many of the points held are taken; all, unless told."""

    points = points(1)

    def make(self, known: dict[str, Any]) -> Capture:
        return Capture(**known)


class HoldShown(Shape):
    """A hold as it is: `state` is open, captured, released or lapsed; and the balance with it."""

    hold = String(required=True)
    member = String(required=True, allow_none=True)
    unit = String(required=True)
    points = Whole(1, required=True)
    captured = Whole(0, required=True)
    state = String(required=True, metadata={"enum": ["open", "captured", "released", "lapsed"]})
    placed_at = Instant(required=True)
    expires_at = Instant(required=True)
    purchase = String(
        required=True, allow_none=True, metadata={"description": "The purchase that it paid for."}
    )
    balance = Dict(String(), Nested(BalanceShown), required=True)
    version = Whole(0, required=True)
