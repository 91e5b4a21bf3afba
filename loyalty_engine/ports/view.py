"""Reading: what a use case can ask the storage for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from loyalty_engine.domain.facts import Carry
from loyalty_engine.domain.ledger import Entry
from loyalty_engine.domain.lots import Balance, Lot
from loyalty_engine.domain.purchase import Scalar
from loyalty_engine.domain.tiers import Activity, Grant, Standing
from loyalty_engine.ports.challenges import ViewsChallenges
from loyalty_engine.ports.codes import Failures, Voucher, VoucherUse
from loyalty_engine.ports.gifts import Gift
from loyalty_engine.ports.records import (
    Address,
    CounterKey,
    Hold,
    Invitation,
    MemberRecord,
    Membership,
    Opening,
    Operation,
    Published,
    Redemption,
    Reservation,
    StoredEvent,
    StoredPurchase,
    StoredReturn,
)
from loyalty_engine.ports.referrals import ReferralView
from loyalty_engine.ports.stored_value import ValueView


class View(ReferralView, ViewsChallenges, ValueView, Protocol):
    """Reading: everything belongs to one programme."""

    program: str

    def open_purchase(
        self, who: Address | None, purchase: str, operation: Operation | None = None
    ) -> Opening:
        """Remember the operation first (in a unit of work), then lock and read the member, its
        balances and the newest revision of the purchase, in one round trip. When the operation's
        key is known already, only `Opening.operation` is answered.
        """
        ...

    def find_member(self, who: Address) -> MemberRecord | None:
        """The member at an address; locked in a unit of work."""
        ...

    def member(self, number: int) -> MemberRecord | None:
        """The member with this number; locked in a unit of work."""
        ...

    def whose(self, address: Address) -> int | None:
        """The number of the member to whom an address leads; nothing is locked."""
        ...

    def merged(self, member: int) -> tuple[str, int] | None:
        """Of a member who turned out to be another one: its former id, and the other's number."""
        ...

    def called(self, member: int) -> str | None:
        """The caller's id of a member; nothing is locked."""
        ...

    def household(self, account: int) -> str | None:
        """The caller's id of the household whose account this is."""
        ...

    def account_version(self, account: int) -> int:
        """Where an account stands; locked in a unit of work."""
        ...

    def household_changed_at(self, account: int) -> datetime | None:
        """When somebody last joined or left the household with this account."""
        ...

    def family(self, account: int) -> Sequence[MemberRecord]:
        """The members who share a household's account; not locked."""
        ...

    def memberships(self, member: int) -> Sequence[Membership]:
        """The households that a member has belonged to, oldest first."""
        ...

    def invitations(self, account: int) -> Sequence[Invitation]:
        """Who may join a household, lapsed ones too."""
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

    def expired_points(self, account: int, unit: str) -> int:
        """How many points of a unit have expired and were not given back since."""
        ...

    def expired_since(self, account: int, unit: str, since: datetime) -> Mapping[int, int]:
        """How many points of which lots have expired after `since` and were not revived."""
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

    def purchases_since(self, member: int, since: datetime) -> Sequence[StoredPurchase]:
        """The member's purchases from `since` on of which something is left, newest first."""
        ...

    def purchases_before(self, member: int, at: datetime) -> tuple[int, datetime | None]:
        """How many purchases count before `at`, and when the last of them was."""
        ...

    def event(self, member: int, id: str) -> StoredEvent | None:
        """An event that is no purchase, by its id."""
        ...

    def told_events(
        self, kind: str, since: datetime, until: datetime
    ) -> Iterable[tuple[StoredEvent, Mapping[str, Scalar]]]:
        """Events of a kind from `since` to before `until` that were not cancelled, by instant,
        each with the attributes that its member has now.
        """
        ...

    def deeds(self, member: int) -> Sequence[tuple[str, datetime]]:
        """What a member did beside purchases, and when: events that stand by their kind, and
        `redemption` for each reward taken.
        """
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
        """Running sums of these rules by their keys, however they count (see `rulebook.carrying`)."""
        ...

    def counters(self, keys: Iterable[CounterKey]) -> Mapping[CounterKey, int]:
        """What is used of these limits, all slices together; as of one moment for each limit.

        A unit of work that was begun `sure` locks them in the order given.
        """
        ...

    def reservation(self, id: str) -> Reservation | None:
        """A reservation by its id; locked with its member in a unit of work."""
        ...

    def due_reservations(self, member: int, now: datetime) -> Sequence[Reservation]:
        """Open reservations of a member that have lapsed by `now`."""
        ...

    def hold(self, id: str) -> Hold | None:
        """A hold by its id; locked with its member in a unit of work."""
        ...

    def due_holds(self, member: int, now: datetime) -> Sequence[Hold]:
        """Open holds of a member that have lapsed by `now`."""
        ...

    def redemption(self, id: str) -> Redemption | None:
        """A redemption by its id; locked with its member in a unit of work."""
        ...

    def gift(self, id: str) -> Gift | None:
        """A gift by its id; nothing is locked."""
        ...

    def given_since(self, member: int, unit: str, since: datetime) -> int:
        """How many points a member has given from an instant on and not got back."""
        ...

    def received_since(self, member: int, unit: str, since: datetime) -> int:
        """How many points a member was given from an instant on, less those that went back."""
        ...

    def vouchers(self, codes: Iterable[str]) -> Mapping[str, Voucher]:
        """Those of the codes, by their keyed hashes, that were made; locked in a unit of work."""
        ...

    def vouchers_of(self, member: int, limit: int) -> Sequence[Voucher]:
        """A member's codes, the newest first."""
        ...

    def voucher_use(self, code: str, use: str) -> VoucherUse | None:
        """A use of a code."""
        ...

    def failures(self, askers: Sequence[str]) -> Mapping[str, Failures]:
        """How often each of these has tried a wrong code."""
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

    def rulebook_history(self) -> Sequence[Published]:
        """The same, with who answers for each; oldest first."""
        ...

    def rulebook_source(self, hash: str) -> Mapping[str, str] | None:
        """A stored rulebook's files."""
        ...
