"""Members, what leads to them, and the tiers they stand in, as the storage keeps them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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
    `version` is the account's. `id` is the caller's, None after erasure. `referred` says what
    a referral depends on: 1 on what the member does, 2 only on what comes back. `renamed_at` is when
    its identifiers changed last, `confirmed_at` when it last proved who it is; with `step_up` it has
    to before it spends.
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


class MemberView(Protocol):
    """Reading members and their tiers."""

    def find_member(self, who: Address) -> MemberRecord | None:
        """The member at an address; locked in a unit of work."""
        ...

    def member(self, number: int) -> MemberRecord | None:
        """The member with this number; locked in a unit of work."""
        ...

    def whose(self, address: Address) -> int | None:
        """The number of the member to whom an address leads; nothing is locked."""
        ...

    def called(self, member: int) -> str | None:
        """The caller's id of a member; nothing is locked."""
        ...

    def merged(self, member: int) -> tuple[str, int] | None:
        """Of a member who turned out to be another one: its former id, and the other's number."""
        ...

    def identifiers(self, member: int) -> Sequence[Address]:
        """The addresses of kind `identifier:...` that find the member."""
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


class MemberWork(Protocol):
    """Writing members and their tiers."""

    def add_member(self, member: MemberRecord) -> None:
        """Insert a member and, where its account is its own, the account."""
        ...

    def save_member(self, member: MemberRecord) -> None:
        """Write a member's row back (not the account)."""
        ...

    def add_address(self, address: Address, member: int) -> None:
        """Point an address at a member; the unit of work raises `Taken` if it is somebody's."""
        ...

    def remove_address(self, address: Address) -> None:
        """Free an address."""
        ...

    def lock_in_order(self, first: Collection[int]) -> None:
        """Lock these accounts before all else, in one order; from then on none that is needed
        besides is waited for: a refusal says which `accounts` to lock first next time.
        """
        ...

    def lock_two(self, one: int, other: int) -> tuple[MemberRecord, MemberRecord]:
        """Two members, locked with their accounts in one order, whoever comes first."""
        ...

    def replace_standings(self, member: int, standings: Sequence[Standing]) -> None:
        """Write the tier history."""
        ...

    def add_tier_grant(self, member: int, grant: Grant, reason: str, by: str) -> None:
        """Record a tier given by hand."""
        ...
