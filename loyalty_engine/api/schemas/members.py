"""Members: what is told of one, what is asked, what is answered."""

from typing import Any

from marshmallow import ValidationError
from marshmallow.fields import Dict, List, Nested, String

from loyalty_engine.api.schemas.containers import Each, Many, Map, Shape
from loyalty_engine.api.schemas.fields import (
    Id,
    Instant,
    Name,
    Number,
    OneOf,
    Scalar,
    Sentence,
    Whole,
    points,
)
from loyalty_engine.api.schemas.purchases import IdentifierBody
from loyalty_engine.api.schemas.receipts import BalanceShown
from loyalty_engine.domain.requests import Adjustment, MemberProfile
from loyalty_engine.use_cases.members.confirm_member import Proof

STATUSES = ("active", "frozen", "left")
MOST_ENTRIES = 1000


class ProfileBody(Shape):
    """What to set on a member. What is not named stays as it is."""

    identifiers = Many(
        Each(IdentifierBody()), 0, 50,
        metadata={"description": "The whole list: what is not in it no longer finds the member."},
    )  # fmt: skip
    status = OneOf(*STATUSES)
    language = Id(metadata={"description": "A BCP 47 tag such as fr or en-GB."})
    preferred_channel = Name()
    attributes = Map(
        Scalar(), 50, removable=True,
        metadata={"description": "Declared ones only; null takes one away."},
    )  # fmt: skip
    enrolled_at = Instant()
    touchpoint = Name()
    signals = Map(
        Name(), 20,
        metadata={"description": "What the member is seen with, by the names in program.yaml."},
    )  # fmt: skip
    referred_by = Name(metadata={"description": "The code of the member by whom it came."})

    def make(self, known: dict[str, Any]) -> MemberProfile:
        identifiers = known.get("identifiers", ())
        if len(set(identifiers)) < len(identifiers):
            raise ValidationError("An identifier is there twice.", "identifiers")
        return MemberProfile(**known)


class AdjustmentBody(Shape):
    """A correction by hand: points given (above zero) or taken (below)."""

    unit = Name(required=True)
    points = points(required=True)
    reason = Sentence(required=True)
    by = Name(required=True, metadata={"description": "Who answers for it."})

    def make(self, known: dict[str, Any]) -> Adjustment:
        if known["points"] == 0:
            raise ValidationError("A correction by nothing corrects nothing.", "points")
        return Adjustment(**known)


class ProofBody(Shape):
    """By what means a member has proved who it is."""

    reason = Sentence(required=True)
    by = Name(required=True, metadata={"description": "Who answers for it."})

    def make(self, known: dict[str, Any]) -> Proof:
        return Proof(**known)


class Confirmed(Shape):
    """A member who has proved who it is."""

    member = String(required=True, allow_none=True)
    confirmed_at = Instant(required=True)


class MergeBody(Shape):
    """Who turned out to be the member that the path names."""

    other = Id(data_key="from", required=True)

    def make(self, known: dict[str, Any]) -> str:
        return str(known["other"])


class MemberQuery(Shape):
    """How to find a member by another way of naming it."""

    identifier = Name(required=True, metadata={"description": "kind:value, such as card:4711."})

    def make(self, known: dict[str, Any]) -> tuple[str, str]:
        kind, colon, value = known["identifier"].partition(":")
        if not (kind and colon and value):
            raise ValidationError("Write kind:value, such as card:4711.", "identifier")
        return kind, value


class BalanceQuery(Shape):
    """Which balance: of what instant, and how new at least."""

    as_of = Instant(metadata={"description": "The balance as it was then, as known now."})
    min_version = Number(0, metadata={"description": "A version that a write has answered."})


class PageQuery(Shape):
    """Which part of a list."""

    after = Name(metadata={"description": "The cursor of the page before."})
    limit = Number(1, MOST_ENTRIES, metadata={"description": "100 unless told."})


class Expiring(Shape):
    """The points that expire next."""

    points = Whole(required=True)
    at = Instant(required=True)


class UnitBalance(Shape):
    """What there is of one unit of points."""

    available = Whole(0, required=True)
    pending = Whole(0, required=True)
    held = Whole(0, required=True)
    next_expiry = Nested(Expiring, allow_none=True, required=True)
    debt = Whole(1, metadata={"description": "Owed after a return; the next earnings pay it."})


class Balance(Shape):
    """A member's balance. `version` counts what has happened to the account."""

    member = String(required=True, allow_none=True)
    units = Dict(String(), Nested(UnitBalance), required=True)
    tier = String(required=True)
    version = Whole(0, required=True)
    as_of = Instant(required=True)


class Identifier(Shape):
    """One of the other ways to name a member."""

    kind = String(required=True)
    value = String(required=True)


class Came(Shape):
    """What came of `referred_by`: `joined`, or `refused` whatever the reason."""

    state = String(required=True)


class Member(Shape):
    """A member's profile with its tier and balances."""

    member = String(required=True, allow_none=True)
    identifiers = List(Nested(Identifier), required=True)
    status = String(required=True)
    language = String(required=True)
    preferred_channel = String(required=True)
    attributes = Dict(String(), Scalar(), required=True)
    enrolled_at = Instant(required=True)
    touchpoint = String(required=True)
    tier = String(required=True)
    balance = Dict(String(), Nested(BalanceShown), required=True)
    version = Whole(0, required=True)
    referral = Nested(Came, metadata={"description": "Only where `referred_by` was told."})


class Entry(Shape):
    """One move of points from an account to another, and why."""

    version = Whole(1, required=True)
    unit = String(required=True)
    source = String(data_key="from", required=True)
    destination = String(data_key="to", required=True)
    points = Whole(1, required=True)
    kind = String(required=True)
    at = Instant(required=True, metadata={"description": "When it took effect."})
    recorded_at = Instant(required=True, metadata={"description": "When it was written."})
    lot = Whole(1, required=True, allow_none=True)
    purchase = String(required=True, allow_none=True)
    rule = String(required=True, allow_none=True)
    gift = String(metadata={"description": "The gift by which they came or went."})
    event = String(metadata={"description": "Instead of a purchase, what happened beside them."})
    reason = String()
    by = String()


class Entries(Shape):
    """A page of the ledger of one account; `next` is the cursor of the page after, or null."""

    member = String(required=True, allow_none=True)
    entries = List(Nested(Entry), required=True)
    next = String(required=True, allow_none=True)


class Standing(Shape):
    """A tier the member has stood in, and why it came."""

    tier = String(required=True)
    since = Instant(required=True)
    until = Instant(required=True, allow_none=True)
    why = String(required=True)


class Tier(Shape):
    """Where a member stands, what that gives, until when, and what is missing to keep it or climb.

    Of the measures, `spend` is in minor units and `tenure` in days.
    """

    member = String(required=True, allow_none=True)
    tier = String(required=True)
    title = String(required=True)
    benefits = List(String(), required=True, metadata={"description": "In the member's language."})
    since = Instant(required=True)
    until = Instant(required=True, allow_none=True)
    next_tier = String(required=True, allow_none=True)
    next_benefits = List(String(), required=True)
    missing = Dict(String(), Whole(), required=True)
    keep_missing = Dict(String(), Whole(), required=True)
    counted = Dict(String(), Whole(), required=True)
    period_from = Instant(required=True)
    period_until = Instant(required=True, allow_none=True)
    history = List(Nested(Standing), required=True)


class Adjusted(Shape):
    """A correction as booked."""

    member = String(required=True, allow_none=True)
    unit = String(required=True)
    points = Whole(required=True)
    balance = Dict(String(), Nested(BalanceShown), required=True)
    version = Whole(0, required=True)
