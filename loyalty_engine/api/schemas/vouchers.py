"""Codes held against a basket, and the codes of a member."""

from typing import Any

from marshmallow import ValidationError
from marshmallow.fields import Boolean, List, Nested, String

from loyalty_engine.api.assemble import assembled, defaults_of
from loyalty_engine.api.schemas.containers import Each, Many, Shape
from loyalty_engine.api.schemas.fields import Currency, Id, Instant, Name, Sentence, Whole, money
from loyalty_engine.api.schemas.purchases import MOST_LINES, IdentifierBody, LineBody
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.use_cases.vouchers.give_voucher import VoucherGift
from loyalty_engine.use_cases.vouchers.redeem_voucher import Basket

_PURCHASE = {**defaults_of(Purchase), "id": "redemption"}


class CodeBasketBody(Shape):
    """What a code is held against. Name a `member` or an `identifier`, or neither for a guest."""

    member = Id()
    identifier = Each(IdentifierBody())
    occurred_at = Instant(required=True, metadata={"description": "When, with its offset."})
    store = Name()
    touchpoint = Name()
    currency = Currency(required=True)
    lines = Many(Each(LineBody()), 1, MOST_LINES, required=True)
    shopper = Name(
        metadata={"description": "Who tries codes, such as an address: only a hash is kept."}
    )

    def make(self, known: dict[str, Any]) -> Basket:
        shopper = known.pop("shopper", None)
        purchase = assembled(Purchase, _PURCHASE, known)
        if purchase.member is not None and purchase.identifier is not None:
            raise ValidationError("Name the member or an identifier, not both.", "identifier")
        return Basket(purchase, shopper)


class CodeRedemptionBody(CodeBasketBody):
    """The same, under an id of the redemption's own."""

    redemption = Id(required=True, metadata={"description": "Names this use of the code."})

    def make(self, known: dict[str, Any]) -> tuple[str, Basket]:  # type: ignore[override]
        redemption = known.pop("redemption")
        return redemption, super().make(known)


class RollbackBody(Shape):
    """Which use of a code is undone."""

    redemption = Id(required=True)


class LineOff(Shape):
    """What a code takes off a line."""

    id = String(required=True)
    discount = Whole(0, required=True)


class CodeGives(Shape):
    """What a code gives for a basket; the code itself is not repeated."""

    member = String(required=True, allow_none=True)
    voucher = String(required=True)
    title = String(required=True)
    discount = Whole(0, required=True)
    lines = List(Nested(LineOff), required=True)
    worth = Whole(
        0,
        required=True,
        allow_none=True,
        metadata={"description": "Of the code, where its voucher leaves that to each."},
    )
    ends_at = Instant(required=True, allow_none=True)


class CodeRedeemed(CodeGives):
    """What a code has given."""

    redemption = String(required=True)


class RolledBack(Shape):
    """A code that can be used again."""

    redemption = String(required=True)
    voucher = String(required=True)
    state = String(required=True)


class MemberCode(Shape):
    """A voucher of a member. `code` is null where only its holder knows it."""

    voucher = String(required=True)
    title = String(required=True)
    code = String(required=True, allow_none=True)
    worth = Whole(0, required=True, allow_none=True)
    state = String(required=True, metadata={"description": "open, used, withdrawn or ended"})
    given_at = Instant(required=True)
    ends_at = Instant(required=True, allow_none=True)
    purchase = String(allow_none=True, required=True)
    rule = String(allow_none=True, required=True)
    transferable = Boolean(required=True)


class VoucherGiftBody(Shape):
    """A voucher given by hand. `worth` only where the voucher leaves that to each code."""

    voucher = Name(required=True)
    worth = money(1)
    reason = Sentence(required=True)
    by = Name(required=True, metadata={"description": "Who answers for it."})

    def make(self, known: dict[str, Any]) -> VoucherGift:
        return VoucherGift(**known)


class VoucherGiven(Shape):
    """A voucher that was given by hand, with its code."""

    member = String(required=True, allow_none=True)
    voucher = String(required=True)
    title = String(required=True)
    code = String(required=True, allow_none=True)
    worth = Whole(0, required=True, allow_none=True)
    ends_at = Instant(required=True, allow_none=True)
    reason = String(required=True)
    by = String(required=True)


class MemberCodes(Shape):
    """The vouchers that a member was given, the newest first."""

    member = String(required=True)
    vouchers = List(Nested(MemberCode), required=True)
