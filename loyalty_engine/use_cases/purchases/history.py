"""What can have happened in a past that is played again, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from loyalty_engine.domain.errors import LoyaltyError
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.domain.requests import Return


@dataclass(frozen=True, slots=True)
class Opening:
    """Points of `unit` that a member brings along; `key` tells one from all others for good."""

    key: str
    unit: str
    points: int
    reason: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A member is seen for the first time, with `purchase`, and brings points along."""

    at: datetime
    purchase: Purchase
    openings: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True)
class Sale:
    """A purchase. With `top_up`, what it spends and what is not there is brought before it.

    `top_up` is the reason then given for it.
    """

    at: datetime
    purchase: Purchase
    top_up: str | None = None


@dataclass(frozen=True, slots=True)
class Back:
    """Something of a purchase comes back."""

    at: datetime
    purchase: str
    back: Return


@dataclass(frozen=True, slots=True)
class Due:
    """What time alone has brought one member by `at`: expiry, activation, the tier's review."""

    at: datetime
    member: int


Happening = Arrival | Sale | Back | Due


@dataclass(frozen=True, slots=True)
class Played:
    """What became of a happening: done, there already (`known`), or refused and not done."""

    known: bool = False
    refusal: LoyaltyError | None = None
