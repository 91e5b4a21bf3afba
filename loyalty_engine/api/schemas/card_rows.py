"""What receipts say of gift cards and store credit; a code is never repeated."""

from marshmallow.fields import String

from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Instant, Whole

CARD = {"description": "A gift card as the service calls it; its code cannot be told from it."}


class _Row(Shape):
    """A gift card or one store credit of a member, and a sentence."""

    card = String(metadata=CARD)
    credit = String(metadata={"description": "The same for a store credit."})
    says = String(required=True)


class CardPays(_Row):
    """A payment by stored value: its place, what was asked, what is paid, what is left then."""

    place = Whole(0, required=True)
    asked = Whole(0, required=True)
    pays = Whole(0, required=True)
    left = Whole(0, required=True)
    hold = String(metadata={"description": "Of a reservation: the hold that keeps it."})
    ends_at = Instant(required=True, allow_none=True)


class CardSold(_Row):
    """A gift card that a line sells, and what is put on it."""

    line = String(required=True)
    amount = Whole(0, required=True)


class CardBack(_Row):
    """What comes back to a card that had paid, to the one that replaced it, or as store credit."""

    amount = Whole(0, required=True)
    ends_at = Instant(required=True, allow_none=True)
