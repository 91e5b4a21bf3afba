"""What callers ask for beside purchases: profiles, corrections, returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from loyalty_engine.domain.purchase import Identifier, Purchase, Scalar


@dataclass(frozen=True, slots=True)
class MemberProfile:
    """What to set on a member; None leaves a field as it is (or at its default on enrolment).

    `identifiers` replaces the whole list when given. `attributes` sets the named ones; a value
    of None removes one. `signals` are what the member is seen with, `referred_by` the code of the
    member by whom it came.
    """

    identifiers: tuple[Identifier, ...] | None = None
    status: str | None = None
    language: str | None = None
    preferred_channel: str | None = None
    attributes: Mapping[str, Scalar | None] = field(default_factory=dict)
    enrolled_at: datetime | None = None
    touchpoint: str | None = None
    signals: Mapping[str, str] = field(default_factory=dict)
    referred_by: str | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A correction: `points` (signed) of `unit`, why, and by whom."""

    unit: str
    points: int
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Extension:
    """Free points of `unit` that end before `until` last until then; why, and by whom.

    `before` leaves alone what ends after it. Without `until` it is one full period from now.
    """

    unit: str
    reason: str
    by: str
    until: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reinstatement:
    """So many of the expired points of `unit` are given back until `until`, why, and by whom.

    Without `until` they last for one full period from now.
    """

    unit: str
    points: int
    reason: str
    by: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """How much of a line comes back, in thousandths."""

    line: str
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class Return:
    """Some units of some lines come back; with `exchange`, another purchase goes out."""

    id: str
    occurred_at: datetime
    lines: tuple[ReturnLine, ...]
    exchange: Purchase | None = None


@dataclass(frozen=True, slots=True)
class UnreceiptedLine:
    """How much of a product comes back that no receipt tells of, in thousandths."""

    sku: str
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class UnreceiptedReturn:
    """Products that come back without a receipt, and why they are taken."""

    occurred_at: datetime
    reason: str
    lines: tuple[UnreceiptedLine, ...]


@dataclass(frozen=True, slots=True)
class SupposedMember:
    """What to suppose of a member; None stands for what is so, or for a new member's."""

    tier: str | None = None
    enrolled_on: date | None = None
    language: str | None = None
    attributes: Mapping[str, Scalar | None] = field(default_factory=dict)
    purchases: int | None = None
    last_purchase_on: date | None = None


@dataclass(frozen=True, slots=True)
class Supposition:
    """A purchase that is not made: under which rules, by whom, and with what plugins would know.

    `rules_at` is the instant whose rulebook is meant, that of the purchase unless told.
    `suppose` changes the member named, or makes one up. `facts` are by plugin; None asks them.
    """

    purchase: Purchase
    rules_at: datetime | None = None
    suppose: SupposedMember | None = None
    facts: Mapping[str, Mapping[str, Scalar]] | None = None


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """Points of one unit to set aside, under an id of the caller's, for so many seconds."""

    id: str
    member: str
    unit: str
    points: int
    expires_in: int | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """How many of the points held are taken; None takes all of them."""

    points: int | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """A reward that a member takes under the caller's id; `paid` is the money beside the points."""

    id: str
    member: str
    reward: str
    store: str = ""
    touchpoint: str = ""
    paid: int = 0


@dataclass(frozen=True, slots=True)
class GiftRequest:
    """Points of a unit that one member gives to another, under the caller's id, with a word."""

    id: str
    giver: str
    receiver: str
    unit: str
    points: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class EventRequest:
    """An event that is no purchase, as told: what of a declared `kind` happened to a member."""

    id: str
    kind: str
    member: str
    occurred_at: datetime
    data: Mapping[str, Scalar] = field(default_factory=dict)
