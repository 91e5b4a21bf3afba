"""Gift cards and store credit: what is asked of them and how they stand."""

from typing import Any

from marshmallow import ValidationError
from marshmallow.fields import List, Nested, String

from loyalty_engine.api.schemas.card_rows import CARD
from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Flag, Id, Instant, Name, Sentence, Whole, money
from loyalty_engine.api.schemas.holds import LONGEST_SECONDS
from loyalty_engine.use_cases.stored_value.finding_cards import CardName
from loyalty_engine.use_cases.stored_value.gift_cards import ChangeCard, IssueCard, LoadCard
from loyalty_engine.use_cases.stored_value.store_credit import GiveCredit
from loyalty_engine.use_cases.stored_value.value_holds import ValueHoldRequest

_STATES = ["inactive", "active", "blocked", "replaced", "ended"]


class CardNameBody(Shape):
    """A gift card by its `code`, or as the service has called it, `card`."""

    code = Name(metadata={"description": "The secret code; in the body, so that no log has it."})
    card = Name(metadata={"description": "As answers of the service call it."})
    shopper = Name(
        metadata={"description": "Who tries codes, such as an address: only a hash is kept."}
    )

    def make(self, known: dict[str, Any]) -> CardName:
        return _name(known)


def _name(known: dict[str, Any]) -> CardName:
    name = CardName(known.pop("code", None), known.pop("card", None), known.pop("shopper", None))
    if (name.code is None) == (name.card is None):
        raise ValidationError("Name the card by its code or by card, one of both.", "code")
    return name


class IssueBody(Shape):
    """A card to make: inactive until it is sold, or with value on it at once."""

    amount = money(metadata={"description": "What is put on it at once; inactive without it."})
    given = Flag(metadata={"description": "Nobody paid for it."})
    reason = Sentence(required=True)
    by = Name(required=True, metadata={"description": "Who answers for it."})

    def make(self, known: dict[str, Any]) -> IssueCard:
        return IssueCard(**known)


class LoadBody(CardNameBody):
    """What is put on a card, which makes it active."""

    amount = money(required=True)
    given = Flag(metadata={"description": "Nobody paid for it."})
    reason = Sentence(required=True)
    by = Name(required=True, metadata={"description": "Who answers for it."})

    def make(self, known: dict[str, Any]) -> LoadCard:  # type: ignore[override]
        return LoadCard(_name(known), **known)


class ChangeBody(CardNameBody):
    """What is done to a card by hand."""

    reason = Sentence(required=True)
    by = Name(required=True, metadata={"description": "Who answers for it."})

    def make(self, known: dict[str, Any]) -> ChangeCard:  # type: ignore[override]
        return ChangeCard(_name(known), **known)


class ExtendBody(ChangeBody):
    """Until when a card lasts: the first instant at which it is over; for ever without it."""

    until = Instant()


class HoldCardBody(CardNameBody):
    """Value of a card to set aside under an id of the caller's."""

    id = Id(required=True)
    amount = money(required=True)
    expires_in = Whole(
        1, LONGEST_SECONDS, metadata={"description": "Seconds; the programme's hold_minutes else."}
    )

    def make(self, known: dict[str, Any]) -> ValueHoldRequest:  # type: ignore[override]
        name = _name(known)
        if known["amount"] == 0:
            raise ValidationError("Hold 1 or more.", "amount")
        return ValueHoldRequest(known["id"], name, known["amount"], known.get("expires_in"))


class CaptureCardBody(Shape):
    """How much of what is held is used; all, unless told."""

    amount = Whole(1, 10**15)


class CreditBody(Shape):
    """Store credit for a member."""

    amount = Whole(1, 10**15, required=True)
    reason = Sentence(required=True)
    by = Name(required=True, metadata={"description": "Who answers for it."})
    purchase = Id(metadata={"description": "The purchase that it is given for."})

    def make(self, known: dict[str, Any]) -> GiveCredit:
        return GiveCredit(**known)


class _Stands(Shape):
    """How a purse stands; amounts in minor units."""

    currency = String(required=True)
    available = Whole(0, required=True)
    held = Whole(0, required=True)
    ends_at = Instant(
        required=True, allow_none=True, metadata={"description": "The first instant after."}
    )
    version = Whole(0, required=True)
    state = String(required=True, metadata={"enum": _STATES})


class GiftCardShown(_Stands):
    """A gift card as it stands."""

    card = String(required=True, metadata=CARD)


class GiftCardMade(GiftCardShown):
    """A new gift card; `code` is in this answer and nowhere else."""

    code = String(required=True)
    replaces = String(metadata={"description": "The lost card whose value this one has."})


class GiftCardHeld(Shape):
    """A hold on a gift card as it is, and what stands on the card."""

    hold = String(required=True)
    card = String(required=True, metadata=CARD)
    amount = Whole(0, required=True)
    captured = Whole(0, required=True)
    state = String(required=True, metadata={"enum": ["open", "captured", "released", "lapsed"]})
    placed_at = Instant(required=True)
    expires_at = Instant(required=True)
    purchase = String(required=True, allow_none=True)
    available = Whole(0, required=True)
    held = Whole(0, required=True)


class GiftCardMove(Shape):
    """One move of a card's ledger: from `source` to `destination`."""

    version = Whole(1, required=True)
    kind = String(required=True)
    source = String(required=True)
    destination = String(required=True)
    amount = Whole(0, required=True)
    purchase = String(required=True, allow_none=True)
    reason = String(required=True, allow_none=True)
    by = String(required=True, allow_none=True)
    at = Instant(required=True)
    recorded_at = Instant(required=True)


class GiftCardNote(Shape):
    """What was done by hand that moves nothing."""

    at = Instant(required=True)
    kind = String(required=True)
    reason = String(required=True)
    by = String(required=True)


class GiftCardHistory(Shape):
    """The moves of a card, oldest first, and what was done to it by hand."""

    card = String(required=True, metadata=CARD)
    entries = List(Nested(GiftCardMove), required=True)
    notes = List(Nested(GiftCardNote), required=True)


class CreditShown(_Stands):
    """One store credit of a member."""

    credit = String(required=True)


class CreditGiven(CreditShown):
    """Store credit that was given."""

    member = String(required=True, allow_none=True)


class Credits(Shape):
    """A member's store credit: in all, and each with its end, the soonest first."""

    member = String(required=True, allow_none=True)
    currency = String(required=True)
    available = Whole(0, required=True)
    credits = List(Nested(CreditShown), required=True)
