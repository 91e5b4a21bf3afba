"""What the storage keeps, as the use cases see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from loyalty_engine.domain.lots import Balance
from loyalty_engine.domain.purchase import Scalar
from loyalty_engine.domain.tiers import State


class Taken(Exception):
    """A value that must be unique (a purchase id, a card number) belongs to somebody else."""

    def __init__(self, kind: str, value: str) -> None:
        super().__init__(f"{kind} {value!r} is taken")
        self.kind = kind
        self.value = value


@dataclass(frozen=True, slots=True)
class Address:
    """How somebody or something is found: kind `member`, `identifier:card`, `purchase` ..."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """A member as stored. `number` is random and names the member everywhere inside.

    `purchases` and `last_purchase_at` count what has been recorded and is not undone;
    `version` is the account's. `id` is the caller's, None after erasure. `referred` says what
    a referral depends on: 1 on what the member does, 2 only on what comes back. `renamed_at` is when its identifiers changed last, `confirmed_at` when
    it last proved who it is; with `step_up` it has to before it spends.
    """

    number: int
    account: int
    id: str | None
    status: str
    enrolled_at: datetime
    touchpoint: str
    language: str
    preferred_channel: str
    attributes: Mapping[str, Scalar]
    recorded_at: datetime
    tier: State
    purchases: int = 0
    last_purchase_at: datetime | None = None
    version: int = 0
    referred: int = 0
    renamed_at: datetime | None = None
    confirmed_at: datetime | None = None
    step_up: bool = False


@dataclass(frozen=True, slots=True)
class StoredPurchase:
    """One revision of a purchase; bytes are JSON. `account` is None for a guest's.

    `paid` and `refunded` are minor units; `spend`, `visits` and `measures` are what it counts
    for tiers at present.
    """

    member: int
    purchase: str
    revision: int
    account: int | None
    state: str
    occurred_at: datetime
    recorded_at: datetime
    fingerprint: bytes
    body: bytes
    facts: bytes
    decision: bytes
    receipt: bytes
    kept: bytes
    rulebook: str
    spend: int
    visits: int
    measures: Mapping[str, int]
    paid: int
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class StoredReturn:
    """A return as told (`body`) and answered (`receipt`)."""

    member: int
    purchase: str
    id: str
    revision: int
    occurred_at: datetime
    recorded_at: datetime
    fingerprint: bytes
    body: bytes
    receipt: bytes


@dataclass(frozen=True, slots=True)
class Operation:
    """A write under an Idempotency-Key: its answer, or the `resource` whose receipt it is.

    A `resource` reads `purchase/<id>/<revision>` or `return/<purchase>/<return>`.
    """

    client: str
    key: str
    fingerprint: bytes
    at: datetime
    status: int
    resource: str = ""
    answer: bytes | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, for the outbox. `id` is unique for the member, `body` is JSON."""

    member: int
    id: str
    version: int
    kind: str
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event that is no purchase, as told: `data` is JSON, `tier` the member's at that time.

    What was decided about it is kept beside the purchases (see `domain.happenings.kept_as`).
    """

    member: int
    id: str
    kind: str
    occurred_at: datetime
    state: str
    tier: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Reservation:
    """A quote that holds what it promised; `held` is JSON of counters and points set aside."""

    member: int
    id: str
    state: str
    expires_at: datetime
    body: bytes
    decision: bytes
    held: bytes


@dataclass(frozen=True, slots=True)
class Hold:
    """Points of one unit set aside at a till; `portions` are JSON of lots and how much of each.

    `state` is `open`, `captured`, `released` or `lapsed`; `captured` points were taken, by
    `purchase` where one named the hold.
    """

    member: int
    id: str
    unit: str
    points: int
    state: str
    placed_at: datetime
    expires_at: datetime
    fingerprint: bytes
    portions: bytes
    captured: int = 0
    purchase: str | None = None


@dataclass(frozen=True, slots=True)
class Redemption:
    """A reward taken; `state` is `taken` or `cancelled`. Bytes are JSON.

    `spent` are the lots of `account` that paid, by unit; `counted` what it counts against which limits;
    `gave` what it brought. `money` was paid beside, `cost` is what it costs the retailer; both in
    minor units.
    """

    member: int
    id: str
    reward: str
    kind: str
    state: str
    store: str
    taken_at: datetime
    rulebook: str
    money: int
    cost: int
    fingerprint: bytes
    spent: bytes
    counted: bytes
    gave: bytes
    receipt: bytes
    cancelled_at: datetime | None = None
    account: int = 0


@dataclass(frozen=True, slots=True)
class Membership:
    """That a member belongs to a household, by its account; `until` is None as long as it does."""

    member: int
    account: int
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """That a member may join a household, by its account, until an instant."""

    account: int
    member: int
    by_member: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CounterKey:
    """A limit in use: `owner` is `member:<number>`, `account:<number>`, `store:<id>`,
    `code:<hash>`, `guests` or `all`. What is used of it is counted in `slice` of so many `slices`.
    """

    owner: str
    counter: str
    period: str
    slice: int = 0
    slices: int = 1


@dataclass(frozen=True, slots=True)
class Opening:
    """What a write begins with, read in one go, the member's rows locked."""

    operation: Operation | None = None
    member: MemberRecord | None = None
    balances: Mapping[str, Balance] = field(default_factory=dict)
    purchase: StoredPurchase | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """A rulebook by its hash, from when on it was in force, and who answers for that."""

    at: datetime
    hash: str
    by: str
