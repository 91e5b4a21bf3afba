"""Points as a gift between members."""

from typing import Any

from marshmallow.fields import Dict, List, Nested, String

from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Id, Instant, Name, Sentence, Whole, points
from loyalty_engine.api.schemas.receipts import BalanceShown
from loyalty_engine.domain.requests import GiftRequest


class GiftBody(Shape):
    """Points of a unit that one member gives to another."""

    giver = Id(required=True, data_key="from")
    receiver = Id(required=True, data_key="to")
    unit = Name(required=True)
    points = points(1, required=True)
    message = Sentence(metadata={"description": "A word to who is given."})

    def make(self, known: dict[str, Any]) -> GiftRequest:
        return GiftRequest("", **known)


class GiftCancelBody(Shape):
    """Why a gift is taken back."""

    reason = Sentence(required=True)
    by = Name(required=True, metadata={"description": "Who answers for it."})

    def make(self, known: dict[str, Any]) -> tuple[str, str]:
        return known["reason"], known["by"]


class GiftedLot(Shape):
    """Points of the gift with the end that they had before (null: none)."""

    points = Whole(1, required=True)
    expires_at = Instant(required=True, allow_none=True)


class GiftShown(Shape):
    """A gift and what became of it; balance and version are the giver's, when it was just given."""

    gift = String(required=True)
    giver = String(required=True, allow_none=True, data_key="from")
    receiver = String(required=True, allow_none=True, data_key="to")
    unit = String(required=True)
    points = Whole(1, required=True)
    message = String(required=True)
    state = String(required=True, metadata={"enum": ["given", "cancelled"]})
    given_at = Instant(required=True)
    lots = List(Nested(GiftedLot), required=True)
    returned = Whole(1)
    cancelled_at = Instant()
    reason = String()
    by = String()
    balance = Dict(String(), Nested(BalanceShown))
    version = Whole(0)
