"""What comes back: returns, exchanges, cancellations, and guests' purchases that are claimed."""

from typing import Any

from loyalty_engine.api.schemas.containers import Each, Many, Shape
from loyalty_engine.api.schemas.fields import Id, Instant, Name, Quantity, Sentence
from loyalty_engine.api.schemas.purchases import MOST_LINES, NumberedPurchaseBody
from loyalty_engine.domain.requests import Return, ReturnLine, UnreceiptedLine, UnreceiptedReturn


class ReturnLineBody(Shape):
    """How much of a line comes back."""

    line = Id(required=True)
    quantity = Quantity(required=True, attribute="quantity_milli")

    def make(self, known: dict[str, Any]) -> ReturnLine:
        return ReturnLine(**known)


class ReturnBody(Shape):
    """Some units of some lines come back; with `exchange`, another purchase goes out."""

    occurred_at = Instant(required=True)
    lines = Many(Each(ReturnLineBody()), 1, MOST_LINES, required=True)
    exchange = Each(NumberedPurchaseBody())

    def make(self, known: dict[str, Any]) -> Return:
        return Return(**{"id": "", **known})


class UnreceiptedLineBody(Shape):
    """How much of a product comes back."""

    sku = Id(required=True)
    quantity = Quantity(required=True, attribute="quantity_milli")

    def make(self, known: dict[str, Any]) -> UnreceiptedLine:
        return UnreceiptedLine(**known)


class UnreceiptedReturnBody(Shape):
    """Products that come back without a receipt."""

    occurred_at = Instant(required=True)
    reason = Sentence(required=True)
    lines = Many(Each(UnreceiptedLineBody()), 1, MOST_LINES, required=True)

    def make(self, known: dict[str, Any]) -> UnreceiptedReturn:
        return UnreceiptedReturn(**known)


class CancelBody(Shape):
    """When all of a purchase was undone; now, unless told."""

    occurred_at = Instant()


class ClaimBody(Shape):
    """Whose purchase it is, and the secret from its receipt."""

    member = Id(required=True)
    secret = Name(required=True)
