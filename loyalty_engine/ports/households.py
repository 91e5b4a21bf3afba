"""Households as the storage keeps them: an account that several members share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from loyalty_engine.domain.tiers import State
from loyalty_engine.ports.members import MemberRecord


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


class HouseholdView(Protocol):
    """Reading households."""

    def household(self, account: int) -> str | None:
        """The caller's id of the household whose account this is."""
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


class HouseholdWork(Protocol):
    """Writing households."""

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
