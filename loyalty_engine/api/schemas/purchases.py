"""What a till tells of a purchase: to quote it, to record it, alone or many at once."""

from typing import Any

from marshmallow import ValidationError

from loyalty_engine.api.assemble import assembled, defaults_of
from loyalty_engine.api.schemas.containers import Each, Many, Map, Shape
from loyalty_engine.api.schemas.fields import (
    Category,
    Currency,
    Flag,
    Id,
    Instant,
    Name,
    OneOf,
    Quantity,
    Scalar,
    Whole,
    money,
    points,
)
from loyalty_engine.domain.purchase import Applied, Identifier, Line, LineKind, Payment, Purchase

MOST_LINES = 1000
MOST_PURCHASES = 1000

_LINE = defaults_of(Line)
_PURCHASE = {**defaults_of(Purchase), "id": ""}


class IdentifierBody(Shape):
    """One of the other ways to name a member."""

    kind = Id(required=True, metadata={"description": "As declared, such as card or email."})
    value = Name(required=True)

    def make(self, known: dict[str, Any]) -> Identifier:
        return Identifier(**known)


class AppliedBody(Shape):
    """A discount that the till has already given on the engine's word."""

    rule = Id(required=True, metadata={"description": "The rule that promised it."})
    amount = money(required=True)

    def make(self, known: dict[str, Any]) -> Applied:
        return Applied(**known)


class PaymentBody(Shape):
    """A means of payment and what it paid.

    With the method `gift_card`, `card` is the code of one of this service's cards, or `hold` what
    was set aside on one; with `store_credit` the member's own credit pays.
    """

    method = Name(required=True)
    amount = money(required=True)
    card = Name(metadata={"description": "The code of the gift card that pays."})
    hold = Id(metadata={"description": "The hold on a gift card that pays."})

    def make(self, known: dict[str, Any]) -> Payment:
        return Payment(**known)


class LineKindName(OneOf):
    """What a line sells: goods where nothing is said."""

    def __init__(self, **others: Any) -> None:
        super().__init__(*LineKind, **others)

    def read(self, value: object) -> LineKind:
        return LineKind(super().read(value))


class LineBody(Shape):
    """One line of the basket. `discount` and `tax` are totals of the line."""

    id = Id(required=True, metadata={"description": "Unique in the basket; returns name it."})
    sku = Name(required=True)
    quantity = Quantity(
        required=True,
        attribute="quantity_milli",
        metadata={"description": "An integer, or a decimal text with up to 3 places."},
    )
    unit_price = money(required=True, metadata={"description": "Minor units, tax included."})
    category = Category(metadata={"description": "A path such as grocery/coffee."})
    brand = Name()
    discount = money(metadata={"description": "What was taken off elsewhere, for all units."})
    tax = money(metadata={"description": "For all units."})
    attributes = Map(Scalar(), 50)
    applied = Many(Each(AppliedBody()), 0, 100)
    kind = LineKindName(metadata={"description": "Rules are about goods unless they name others."})
    card = Name(metadata={"description": "The code of the gift card that this line sells."})

    def make(self, known: dict[str, Any]) -> Line:
        return assembled(Line, _LINE, known)


class PurchaseBody(Shape):
    """A purchase. Name a `member` or an `identifier`, or neither for a guest."""

    member = Id()
    identifier = Each(IdentifierBody())
    occurred_at = Instant(required=True, metadata={"description": "When, with its offset."})
    store = Name()
    touchpoint = Name(metadata={"description": "Where it came from, such as till, web or app."})
    currency = Currency(required=True)
    lines = Many(Each(LineBody()), 1, MOST_LINES, required=True)
    payments = Many(Each(PaymentBody()), 0, 100)
    vouchers = Many(Name(), 0, 100)
    spend = Map(
        points(1), 10, metadata={"description": "Points used as tender, such as points: 500."}
    )
    reservation = Id(metadata={"description": "The quote that set something aside for this."})
    hold = Id(metadata={"description": "The hold that pays what `spend` names of its unit."})
    revision = Whole(1, 10**6, metadata={"description": "n+1 corrects revision n; 1 at first."})

    def make(self, known: dict[str, Any]) -> Purchase:
        purchase = assembled(Purchase, _PURCHASE, known)
        if purchase.member is not None and purchase.identifier is not None:
            raise ValidationError("Name the member or an identifier, not both.", "identifier")
        return purchase


class QuoteBody(PurchaseBody):
    """A purchase that has not happened yet; `reserve` sets aside what the quote promises."""

    reserve = Flag()

    def make(self, known: dict[str, Any]) -> tuple[Purchase, bool]:  # type: ignore[override]
        reserve = known.pop("reserve", False)
        return super().make(known), reserve


class NumberedPurchaseBody(PurchaseBody):
    """A purchase that carries its own id, `purchase`."""

    purchase = Id(required=True, attribute="id")


class BatchBody(Shape):
    """Up to 1,000 purchases. Each is decided by itself and answered by itself."""

    purchases = Many(Each(NumberedPurchaseBody()), 1, MOST_PURCHASES, required=True)

    def make(self, known: dict[str, Any]) -> tuple[Purchase, ...]:
        told: tuple[Purchase, ...] = known["purchases"]
        if len({(it.id, it.revision) for it in told}) < len(told):
            raise ValidationError("A purchase is there twice.", "purchases")
        return told
