"""What is answered about purchases: receipts, explanations, returns, batches."""

from marshmallow.fields import Boolean, Dict, List, Nested, String

from loyalty_engine.api.schemas.card_rows import CardBack, CardPays, CardSold
from loyalty_engine.api.schemas.challenges import CardMoved
from loyalty_engine.api.schemas.codes import NextVoucher, RefusedCode, UsedCode
from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Instant, QuantityShown, Whole
from loyalty_engine.api.schemas.receipt_parts import Flag, PointsOfUnit

STATUSES = "applied, not_met, not_live, overshadowed, capped, refused or error"
STATES = "recorded, partly_returned, returned, cancelled, superseded or claimed"


class ReceiptLine(Shape):
    """What one line costs and earns. `net` is what is due for it."""

    id = String(required=True)
    discount = Whole(0, required=True)
    net = Whole(0, required=True)
    points = Dict(String(), Whole(), required=True)


class Desired(Shape):
    """What a rule would have given without its limit."""

    points = Dict(String(), Whole())
    discount = Whole(0)


class RuleTold(Shape):
    """Why one rule did or did not apply."""

    rule = String(required=True)
    status = String(required=True, metadata={"description": STATUSES})
    says = String(metadata={"description": "The rule in one sentence."})
    missing = String(metadata={"description": "What was not met, in one sentence."})
    by = String(metadata={"description": "The rule that stood in the way."})
    discount = Whole(0)
    points = Dict(String(), Whole())
    limit = String(metadata={"description": "The limit that cut it."})
    limit_says = String(metadata={"description": "That limit as a sentence."})
    desired = Nested(Desired)
    start = String(data_key="from", metadata={"description": "The first day of one not live."})
    end = String(data_key="until", metadata={"description": "The last day of one not live."})


class Message(Shape):
    """A sentence for the member."""

    rule = String(required=True)
    text = String(required=True)


class Reward(Shape):
    """Something a rule gives on top; the till adds a product to the basket at no price."""

    rule = String(required=True)
    kind = String(required=True, metadata={"description": "product"})
    sku = String()
    quantity = QuantityShown()


class Totals(Shape):
    """Sums over the lines, minor units."""

    gross = Whole(0, required=True)
    discount = Whole(0, required=True)
    net = Whole(0, required=True)
    tax = Whole(0, metadata={"description": "On top of net, where prices are told without tax."})
    paid_with_points = Whole(0, required=True)


class TierChange(Shape):
    """The member's tier before and after."""

    before = String(required=True)
    after = String(required=True)


class BalanceShown(Shape):
    """What the member has of one unit afterwards."""

    available = Whole(0, required=True)
    pending = Whole(0, required=True)
    held = Whole(1)
    debt = Whole(1)


class Claim(Shape):
    """With what a guest's purchase can become a member's, once."""

    secret = String(required=True)
    days = Whole(0, required=True, metadata={"description": "How long it can be claimed."})


class Receipt(Shape):
    """What a purchase brought about and why, rule by rule."""

    member = String(required=True, allow_none=True)
    purchase = String(required=True, allow_none=True)
    revision = Whole(1, required=True)
    committed = Boolean(required=True)
    points = Dict(String(), Nested(PointsOfUnit), required=True)
    lines = List(Nested(ReceiptLine), required=True)
    rules = List(Nested(RuleTold), required=True)
    messages = List(Nested(Message), required=True)
    vouchers = List(Nested(NextVoucher), required=True)
    codes = List(Nested(UsedCode))
    cards, cards_sold = List(Nested(CardPays)), List(Nested(CardSold))
    rewards = List(Nested(Reward), required=True)
    refused = List(Nested(RefusedCode), required=True)
    totals = Nested(Totals, required=True)
    tier = Nested(TierChange, required=True)
    balance = Dict(String(), Nested(BalanceShown), required=True)
    version = Whole(0, required=True)
    rulebook = String(required=True)
    late = Boolean(metadata={"description": "A later purchase was there already."})
    flags = List(Nested(Flag))
    claim = Nested(Claim)
    challenges = List(Nested(CardMoved))
    reservation = String(metadata={"description": "Names what a quote has set aside."})
    reserved_until = Instant()


class ReturnedLine(Shape):
    """What a line's price has gone down by; below zero where a discount was lost."""

    id = String(required=True)
    refund = Whole(required=True)
    quantity = QuantityShown(metadata={"description": "What came back with this return, or 0."})


class CancelReceipt(Shape):
    """What undoing a purchase gives back and takes back."""

    member = String(required=True, allow_none=True)
    purchase = String(required=True)
    revision = Whole(1, required=True)
    committed = Boolean(required=True)
    state = String(required=True, metadata={"description": STATES})
    refund = Whole(0, required=True, metadata={"description": "Money to give back now."})
    due = Whole(0, required=True, metadata={"description": "Money to ask for: discounts lost."})
    refunded = Whole(0, required=True, metadata={"description": "Money given back so far."})
    points_taken = Dict(String(), Whole(), required=True)
    points_given = Dict(String(), Whole(), required=True)
    points_returned = Dict(
        String(), Whole(), required=True,
        metadata={"description": "Points that had paid and are back; below zero: due again."},
    )  # fmt: skip
    tier = Nested(TierChange, required=True)
    balance = Dict(String(), Nested(BalanceShown), required=True)
    version = Whole(0, required=True)
    rulebook = String(required=True)
    lines = List(Nested(ReturnedLine), required=True)
    codes_given_back = List(String())
    vouchers_withdrawn = List(String())
    challenges = List(Nested(CardMoved))
    cards_back = List(Nested(CardBack))
    rewards_back = List(
        Nested(Reward), metadata={"description": "Products given on top, to be handed back."}
    )


class ExchangeReceipt(Receipt):
    """The receipt of what went out in exchange, for the same member."""

    member = String(allow_none=True)


class ReturnReceipt(CancelReceipt):
    """What a return gives back and takes back."""

    id = String(data_key="return", required=True)
    reason = String(metadata={"description": "Why it came back without a receipt, where it did."})
    exchange = Nested(
        ExchangeReceipt, metadata={"description": "The purchase that went out instead."}
    )


class MatchedLine(Shape):
    """Which purchase a product without a receipt is counted against."""

    purchase = String(required=True)
    line = String(required=True)
    quantity = QuantityShown(required=True)


class UnmatchedProduct(Shape):
    """What no purchase of the member has left."""

    sku = String(required=True)
    quantity = QuantityShown(required=True)


class UnreceiptedReceipt(Shape):
    """What a return without a receipt takes back, and of which purchases."""

    member = String(required=True, allow_none=True)
    reason = String(required=True)
    matched = List(Nested(MatchedLine), required=True)
    unmatched = List(Nested(UnmatchedProduct), required=True)
    refund = Whole(0, required=True, metadata={"description": "What the matched products cost."})
    points_taken = Dict(String(), Whole(), required=True)
    tier = Nested(TierChange, required=True)
    version = Whole(0, required=True)


class Released(Shape):
    """A reservation that was let go."""

    reservation = String(required=True)
    state = String(required=True)


class PurchaseShown(Receipt):
    """The receipt of a purchase's newest revision, and what is left of it."""

    state = String(required=True, metadata={"description": STATES})
    kept = Dict(
        String(),
        QuantityShown(),
        required=True,
        metadata={"description": "Quantities left, by line."},
    )
    refunded = Whole(0, required=True)
    points_left = Dict(String(), Whole(), required=True)
    returns = List(Nested(ReturnReceipt), required=True)
