"""What receipts say of codes and of vouchers for next time."""

from marshmallow.fields import String

from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Instant, Whole


class UsedCode(Shape):
    """A code that a purchase uses: its place among those told, and what it takes off."""

    place = Whole(0, required=True)
    voucher = String(required=True)
    discount = Whole(0, required=True)
    worth = Whole(0, metadata={"description": "Where its voucher leaves that to each code."})


class RefusedCode(Shape):
    """A code that a purchase does not use; why, for those who may know."""

    place = Whole(0, required=True)
    code = String(required=True)
    reason = String()
    detail = String()


class NextVoucher(Shape):
    """A voucher for next time: announced by a quote, shown once it is given."""

    voucher = String(required=True)
    rule = String(required=True)
    title = String()
    code = String(allow_none=True)
    ends_at = Instant(allow_none=True)
    worth = Whole(0)
