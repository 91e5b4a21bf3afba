"""Writing: a unit of work, and the storage that gives it."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from loyalty_engine.domain.facts import Carry
from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.domain.tiers import Grant, Standing, State
from loyalty_engine.ports.challenges import WritesChallenges
from loyalty_engine.ports.codes import Voucher, VoucherUse
from loyalty_engine.ports.gifts import Gift
from loyalty_engine.ports.records import (
    Address,
    CounterKey,
    Event,
    Hold,
    Invitation,
    MemberRecord,
    Membership,
    Operation,
    Redemption,
    Reservation,
    StoredEvent,
    StoredPurchase,
    StoredReturn,
)
from loyalty_engine.ports.referrals import ReferralWork
from loyalty_engine.ports.stored_value import ValueWork
from loyalty_engine.ports.view import View


class Work(View, ReferralWork, WritesChallenges, ValueWork, Protocol):
    """A unit of work: one transaction. `now` is when it began."""

    now: datetime

    @property
    def writes(self) -> int:
        """How many writes have been made so far, sent or not."""
        ...

    def remember(self, operation: Operation) -> Operation | None:
        """Insert the operation before all else; a twin waits here. Answers the stored one when
        the key is known already, with its answer.
        """
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

    def open_household(self, account: int, household: str) -> None:
        """A new account to share, under the caller's id; raises `Taken` if that is in use."""
        ...

    def household_changed(self, account: int) -> None:
        """Note that somebody joins or leaves a household now."""
        ...

    def share_tier(self, account: int, state: State) -> None:
        """Let all who share an account stand in one tier; its account has to be locked."""
        ...

    def save_membership(self, membership: Membership) -> None:
        """Insert or write back that a member belongs to a household."""
        ...

    def save_invitation(self, invitation: Invitation) -> None:
        """Let a member join a household."""
        ...

    def uninvite(self, account: int, member: int) -> None:
        """Take an invitation back, or note that it was followed."""
        ...

    def lock_in_order(self, first: Collection[int]) -> None:
        """Lock these accounts before all else, in one order; from then on none that is needed
        besides is waited for: a refusal says which `accounts` to lock first next time.
        """
        ...

    def lock_two(self, one: int, other: int) -> tuple[MemberRecord, MemberRecord]:
        """Two members, locked with their accounts in one order, whoever comes first."""
        ...

    def hand_over(self, member: int, into: int, id: str) -> None:
        """Give all that is a member's, except its account, to another one, who it turned out to be.

        That is purchases, returns, holds, reservations, rewards, gifts, tiers given by hand, the
        households it has been in or is asked to join, and every address;
        `id` is the caller's that it was known by.
        """
        ...

    def counters_of(self, owner: str) -> Mapping[CounterKey, tuple[int, int]]:
        """All limits that an owner uses: how much of which ceiling."""
        ...

    def all_carries(self, member: int) -> Mapping[str, Carry]:
        """The running sums of all rules by their keys."""
        ...

    def all_kept(self, member: int) -> Sequence[tuple[str, int, bytes]]:
        """What is kept of each purchase: id, revision, JSON."""
        ...

    def all_redeemed(self, member: int) -> Sequence[tuple[str, bytes]]:
        """What each reward taken counts against limits: id, JSON."""
        ...

    def recount_redemption(self, member: int, redemption: str, counted: bytes) -> None:
        """Write back what a reward taken counts."""
        ...

    def keep_anew(self, member: int, purchase: str, revision: int, kept: bytes) -> None:
        """Write back what is kept of a revision."""
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

    def save_event(self, event: StoredEvent) -> None:
        """Insert or write back an event that is no purchase."""
        ...

    def replace_standings(self, member: int, standings: Sequence[Standing]) -> None:
        """Write the tier history."""
        ...

    def add_tier_grant(self, member: int, grant: Grant, reason: str, by: str) -> None:
        """Record a tier given by hand."""
        ...

    def use(self, key: CounterKey, amount: int, ceiling: int) -> None:
        """Count `amount` (may be negative) against a limit, in its slice.

        Where others have used meanwhile what this purchase was promised, the unit of work ends with
        a refusal to try again; one that was begun `sure` does not, for it has locked the limit.
        """
        ...

    def save_carry(self, member: int, key: str, carry: Carry) -> None:
        """Write a running sum under its key."""
        ...

    def save_reservation(self, reservation: Reservation) -> None:
        """Insert or write back a reservation."""
        ...

    def save_hold(self, hold: Hold) -> None:
        """Insert or write back a hold."""
        ...

    def save_redemption(self, redemption: Redemption) -> None:
        """Insert or write back a redemption."""
        ...

    def save_gift(self, gift: Gift) -> None:
        """Insert or write back a gift."""
        ...

    def add_vouchers(self, made: Sequence[Voucher]) -> None:
        """Insert codes."""
        ...

    def use_voucher(self, code: str, times: int) -> None:
        """Count uses of a code, or give them back below zero, and end what held it; one use too
        many is an error of ours, which the database refuses.
        """
        ...

    def hold_voucher(self, code: str, by: str | None, until: datetime | None) -> None:
        """Keep a code for a reservation, or let it go."""
        ...

    def withdraw_voucher(self, code: str, withdrawn: bool) -> None:
        """Take an unused code back, or let it stand again."""
        ...

    def save_voucher_use(self, use: VoucherUse) -> None:
        """Insert or write back a use of a code."""
        ...

    def count_failures(self, askers: Sequence[str], since: datetime, failed: int) -> None:
        """Count wrong codes in the hour that began at `since`."""
        ...

    def announce(self, event: Event) -> None:
        """Put an event into the outbox."""
        ...

    def publish_rulebook(self, hash: str, source: Mapping[str, str], by: str) -> None:
        """Store a rulebook and put it in force from `now` on."""
        ...


class Page(Work, Protocol):
    """A unit of work for many members with accounts of their own, each of whom is read and written
    as if alone. Only of those who are `there` may it be asked; the others that it was to be for are
    `busy`, in the hands of somebody else, or do not have an account of their own.
    """

    there: Sequence[int]
    busy: Sequence[int]


class Storage(Protocol):
    """Gives units of work; knows nothing of what is done in them."""

    def begin(
        self, program: str, now: datetime, *, sure: bool = False
    ) -> AbstractContextManager[Work]:
        """Begin a transaction that writes; commits on leaving, rolls back on an exception.

        A `sure` one locks limits that many share as it reads them, so that nobody else can use
        them up before it ends; it makes the others wait, and is for what was tried in vain before.
        """
        ...

    def begin_page(
        self, program: str, now: datetime, numbers: Sequence[int]
    ) -> AbstractContextManager[Page]:
        """Begin a transaction that writes for the members of these numbers, and waits for none."""
        ...

    def read(self, program: str) -> AbstractContextManager[View]:
        """Begin a transaction that only reads."""
        ...
