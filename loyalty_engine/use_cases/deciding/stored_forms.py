"""The forms in which facts and decisions are kept with a purchase; `codec` writes and reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from loyalty_engine.domain.facts import Carry, MemberFacts
from loyalty_engine.domain.purchase import Scalar
from loyalty_engine.rulebook.deciding.decision import Added, Grant, Reduction


@dataclass(frozen=True, slots=True)
class StoredFacts:
    """The facts of a decision without the purchase, which is stored beside them."""

    member: MemberFacts | None
    tender: int
    headroom: Mapping[str, int]
    carries: Mapping[str, Carry]
    plugins: Mapping[str, Mapping[str, Scalar]]
    codes: Mapping[str, int] = field(default_factory=dict)
    worths: Mapping[str, tuple[int, ...]] | msgspec.UnsetType = msgspec.UNSET


Portions = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Flag:
    """Something on the receipt that somebody should look at; nothing was refused for it."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class IssuedVoucher:
    """A voucher for next time, of a kind and by a rule; without `seed` it was not given after all.

    Its code follows from `seed` and the service's secret. What most vouchers have none of is not
    stored: a Global Coupon Number that the code begins with, a worth of its own in minor units.
    """

    rule: str
    kind: str
    seed: int | None = None
    characters: int = 0
    ends_at: datetime | None = None
    gcn: str | msgspec.UnsetType = msgspec.UNSET
    worth: int | msgspec.UnsetType = msgspec.UNSET


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """What a purchase brought about, as returns and corrections need it.

    `spent` are the lots' portions of the points used as tender, by unit; `value` is what stored
    value paid, by purse in minor units.
    """

    given: tuple[Reduction, ...]
    reductions: tuple[Reduction, ...]
    grants: tuple[Grant, ...]
    paid: int
    used: Mapping[str, int]
    spent: Mapping[str, Portions] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
    added: tuple[Added, ...] = ()
    vouchers: tuple[IssuedVoucher, ...] = ()
    lines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    value: Mapping[str, int] = field(default_factory=dict)
