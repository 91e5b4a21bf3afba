"""What the use cases need from the outside: a storage, in units of work, and what it keeps.

Reads answer at once; writes are gathered and sent together, at the latest on commit. Leaving a
unit of work with an exception undoes all of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from loyalty_engine.domain.facts import Carry
from loyalty_engine.domain.ledger import AccountBook, Entry
from loyalty_engine.domain.lots import Balance, Lot
from loyalty_engine.domain.purchase import Scalar
from loyalty_engine.domain.tiers import Activity, Grant, Standing, State


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
    `version` is the account's. `id` is the caller's, None after erasure.
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
class CounterKey:
    """A limit in use: `owner` is `member:<number>`, `store:<id>` or `all`."""

    owner: str
    counter: str
    period: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What a write begins with, read in one go, the member's rows locked."""

    operation: Operation | None = None
    member: MemberRecord | None = None
    balances: Mapping[str, Balance] = field(default_factory=dict)
    purchase: StoredPurchase | None = None


class View(Protocol):
    """Reading: everything belongs to one programme."""

    program: str

    def open_purchase(
        self, who: Address | None, purchase: str, operation: Operation | None = None
    ) -> Opening:
        """Remember the operation first (in a unit of work), then lock and read the member, its
        balances and the newest revision of the purchase, in one round trip. When the operation's
        key is known already, only `Opening.operation` is answered."""
        ...

    def find_member(self, who: Address) -> MemberRecord | None:
        """The member at an address; locked in a unit of work."""
        ...

    def member(self, number: int) -> MemberRecord | None:
        """The member with this number; locked in a unit of work."""
        ...

    def identifiers(self, member: int) -> Sequence[Address]:
        """The addresses of kind `identifier:...` that find the member."""
        ...

    def balances(self, account: int) -> Mapping[str, Balance]:
        """The stored balances by unit."""
        ...

    def balances_as_of(self, account: int, at: datetime) -> tuple[int, Mapping[str, Balance]]:
        """Version and balances as they were known at a past instant, from the entries alone."""
        ...

    def open_lots(self, account: int, purchase: str | None = None) -> Sequence[Lot]:
        """Lots with something left, and all lots that came from, or paid for, `purchase`."""
        ...

    def lots_numbered(self, account: int, numbers: Iterable[int]) -> Sequence[Lot]:
        """These lots, whatever is left of them."""
        ...

    def entries(
        self, account: int, after: int = 0, limit: int = 100, until: datetime | None = None
    ) -> Sequence[tuple[Entry, datetime]]:
        """Entries in version order with the instant each was recorded."""
        ...

    def purchase(self, purchase: str, revision: int | None = None) -> StoredPurchase | None:
        """A revision of a purchase (the newest without `revision`); its member locked."""
        ...

    def find_return(self, member: int, purchase: str, id: str) -> StoredReturn | None:
        """A return by its id."""
        ...

    def returns(self, member: int, purchase: str) -> Sequence[StoredReturn]:
        """All returns of a purchase, oldest first."""
        ...

    def purchases_before(self, member: int, at: datetime) -> tuple[int, datetime | None]:
        """How many purchases count before `at`, and when the last of them was."""
        ...

    def activities(self, member: int) -> Sequence[Activity]:
        """Everything that counts for tiers, by instant."""
        ...

    def standings(self, member: int) -> Sequence[Standing]:
        """The tier history, oldest first."""
        ...

    def tier_grants(self, member: int) -> Sequence[Grant]:
        """Tiers given by hand."""
        ...

    def carries(self, member: int, rules: Iterable[str]) -> Mapping[str, Carry]:
        """Running sums of rules with carry."""
        ...

    def counters(self, keys: Iterable[CounterKey]) -> Mapping[CounterKey, int]:
        """What is used of these limits, in the order given; locked in a unit of work."""
        ...

    def reservation(self, id: str) -> Reservation | None:
        """A reservation by its id; locked with its member in a unit of work."""
        ...

    def due_reservations(self, member: int, now: datetime) -> Sequence[Reservation]:
        """Open reservations of a member that have lapsed by `now`."""
        ...

    def operation(self, client: str, key: str) -> Operation | None:
        """What became of a write under this key."""
        ...

    def rulebook_at(self, at: datetime) -> str | None:
        """The hash of the rulebook in force at `at`; before the first one, the first."""
        ...

    def rulebook_periods(self) -> Sequence[tuple[datetime, str]]:
        """From when on which rulebook, by its hash, was in force; oldest first."""
        ...

    def rulebook_source(self, hash: str) -> Mapping[str, str] | None:
        """A stored rulebook's files."""
        ...


class Work(View, Protocol):
    """A unit of work: one transaction. `now` is when it began."""

    now: datetime

    @property
    def writes(self) -> int:
        """How many writes have been made so far, sent or not."""
        ...

    def remember(self, operation: Operation) -> Operation | None:
        """Insert the operation before all else; a twin waits here. Answers the stored one when
        the key is known already, with its answer."""
        ...

    def answer(self, operation: Operation) -> None:
        """Store the operation's answer or resource."""
        ...

    def add_address(self, address: Address, member: int) -> None:
        """Point an address at a member; the unit of work raises `Taken` if it is somebody's."""
        ...

    def remove_address(self, address: Address) -> None:
        """Free an address."""
        ...

    def add_member(self, member: MemberRecord) -> None:
        """Insert a member and, where its account is its own, the account."""
        ...

    def save_member(self, member: MemberRecord) -> None:
        """Write a member's row back (not the account)."""
        ...

    def save_book(self, book: AccountBook) -> None:
        """Append entries, write lots and balances, move the account's version on by as many."""
        ...

    def add_purchase(self, purchase: StoredPurchase) -> None:
        """Insert a revision."""
        ...

    def save_purchase(self, purchase: StoredPurchase) -> None:
        """Write state, kept, receipt-independent sums of a revision back."""
        ...

    def add_return(self, record: StoredReturn) -> None:
        """Insert a return."""
        ...

    def replace_standings(self, member: int, standings: Sequence[Standing]) -> None:
        """Write the tier history."""
        ...

    def add_tier_grant(self, member: int, grant: Grant, reason: str, by: str) -> None:
        """Record a tier given by hand."""
        ...

    def use(self, key: CounterKey, amount: int, ceiling: int) -> None:
        """Count `amount` (may be negative) against a limit; overrunning it is an error of ours,
        which the database refuses."""
        ...

    def save_carry(self, member: int, rule: str, carry: Carry) -> None:
        """Write a running sum."""
        ...

    def save_reservation(self, reservation: Reservation) -> None:
        """Insert or write back a reservation."""
        ...

    def announce(self, event: Event) -> None:
        """Put an event into the outbox."""
        ...

    def publish_rulebook(self, hash: str, source: Mapping[str, str], by: str) -> None:
        """Store a rulebook and put it in force from `now` on."""
        ...


class Storage(Protocol):
    """Gives units of work; knows nothing of what is done in them."""

    def begin(self, program: str, now: datetime) -> AbstractContextManager[Work]:
        """Begin a transaction that writes; commits on leaving, rolls back on an exception."""
        ...

    def read(self, program: str) -> AbstractContextManager[View]:
        """Begin a transaction that only reads."""
        ...
