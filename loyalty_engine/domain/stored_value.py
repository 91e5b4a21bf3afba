"""Stored value: money on gift cards and store credit, which never turns into points.

A purse is where it stands: one gift card, or one store credit of a member. Every change of it is an
entry that moves a positive amount, in minor units, between the purse (`available`, `held`) and an
account of the programme: `sold`, `given`, `used`, `expired`, `moved`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from loyalty_engine.domain.expiry import Expiry

AVAILABLE: Final = "available"
HELD: Final = "held"
SOLD: Final = "sold"
GIVEN: Final = "given"
USED: Final = "used"
EXPIRED: Final = "expired"
MOVED: Final = "moved"
IN_PURSE: Final = (AVAILABLE, HELD)
OF_PROGRAM: Final = (SOLD, GIVEN, USED, EXPIRED, MOVED)
LOADS: Final = frozenset((SOLD, GIVEN, MOVED))
"""What comes from there was put in; what goes there again was taken out of what was put in."""


class PurseKind(StrEnum):
    """A card that whoever has its code can use, or the credit of one member."""

    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"


class PurseState(StrEnum):
    """A card is made inactive, works once it is paid for, and is blocked when it is lost."""

    INACTIVE = "inactive"
    ACTIVE = "active"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class CardTerms:
    """How gift cards work: how long, between which amounts (minor units), in which form.

    `valid` runs from the last time something was put on the card. A card whose sale has come back
    can be sold again where it is `resellable`, and is blocked otherwise.
    """

    valid: Expiry = field(default_factory=Expiry)
    least: int = 1
    most: int | None = None
    reloadable: bool = True
    characters: int = 12
    resellable: bool = False


@dataclass(frozen=True, slots=True)
class StoredValue:
    """What a programme declares of stored value; None for what it does not have."""

    country: str
    gift_cards: CardTerms | None = None
    store_credit: Expiry | None = None


@dataclass(frozen=True, slots=True)
class Purse:
    """A purse as it is kept. `code` is the keyed hash of a card's code, `member` whose credit it is.

    `loaded` is what was put in and not taken out again other than by use or expiry; `expired` what
    of it has expired; the rest was used. `version` counts its entries. `replaced_by` is the purse to which a lost card's value went.
    """

    number: int
    kind: PurseKind
    currency: str
    made_at: datetime
    state: PurseState = PurseState.ACTIVE
    code: str | None = None
    member: int | None = None
    available: int = 0
    held: int = 0
    loaded: int = 0
    expired: int = 0
    version: int = 0
    ends_at: datetime | None = None
    replaced_by: int | None = None


@dataclass(frozen=True, slots=True)
class ValueCause:
    """Why value moves. `key` names what can happen to a purse only once, such as one purchase."""

    kind: str
    key: str | None = None
    purchase: str | None = None
    reason: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class ValueEntry:
    """One move of `amount` minor units; never changed."""

    version: int
    source: str
    destination: str
    amount: int
    cause: ValueCause
    at: datetime


@dataclass(frozen=True, slots=True)
class ValueHold:
    """Value of one purse set aside under the caller's id until captured, released or lapsed."""

    purse: int
    id: str
    amount: int
    state: str
    placed_at: datetime
    expires_at: datetime
    fingerprint: bytes
    captured: int = 0
    purchase: str | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it still holds."""
        return self.state == "open" and now < self.expires_at
