"""Referrals as the storage keeps them, and the signals by which accounts are known to be one's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ReferralCode:
    """That a member may be named as a referrer by its code, until `good_until` where it ends."""

    member: int
    given_at: datetime
    good_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """That `member` came by `referrer`, on the terms of the rulebook with the hash `rulebook`.

    `state` is `joined`, `waiting`, `rewarded`, `taking_back` or `refused`; a `held` one waits for
    somebody to decide. `occasion` (a purchase's id, or an event's as it is kept) qualified it at
    `qualified_at`; the job looks at it from `due_at` on. `number` and `round` name the rewards.
    """

    member: int
    referrer: int
    number: int
    rulebook: str
    state: str
    claimed_at: datetime
    held: bool = False
    cleared: bool = False
    reason: str = ""
    occasion: str | None = None
    qualified_at: datetime | None = None
    due_at: datetime | None = None
    rewarded_at: datetime | None = None
    round: int = 0
    decided_by: str = ""
    decided_why: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """That a member was seen with a value, kept as a keyed hash of 32 hexadecimal digits.

    `gone_at` is when the member left; after the declared time nothing of it is kept.
    """

    kind: str
    value: str
    member: int
    since: datetime
    gone_at: datetime | None = None


class ReferralView(Protocol):
    """Reading referrals."""

    def referral_code(self, member: int) -> ReferralCode | None:
        """Whether and until when a member may be named as a referrer."""
        ...

    def referral(self, member: int) -> Referral | None:
        """By whom a member came; changed under the lock of that member alone."""
        ...

    def referrals_by(self, referrer: int) -> Sequence[Referral]:
        """Who came by a member, in the order in which they did."""
        ...

    def held_referrals(self, after: int, limit: int) -> Sequence[Referral]:
        """Referrals that wait for somebody to decide, by the member's number."""
        ...

    def bought_since(self, member: int, since: datetime) -> Sequence[tuple[str, datetime, int]]:
        """Purchases of which something counts: id, when, and what they count, in minor units."""
        ...

    def told_since(self, member: int, kind: str, since: datetime) -> Sequence[tuple[str, datetime]]:
        """Events of a kind that stand: id, and when."""
        ...

    def seen_with(self, kind: str, value: str) -> Sequence[Signal]:
        """The members who were seen with a value, by its keyed hash."""
        ...

    def signals(self, member: int) -> Sequence[Signal]:
        """What a member was seen with."""
        ...


class ReferralWork(Protocol):
    """Writing referrals."""

    def save_referral_code(self, code: ReferralCode) -> None:
        """Let a member be named as a referrer."""
        ...

    def save_referral(self, referral: Referral) -> None:
        """Insert or write back how a member came; by whom, only a merge changes afterwards."""
        ...

    def drop_referral(self, member: int) -> None:
        """Forget by whom a member came."""
        ...

    def hand_over_referrals(self, member: int, into: int, *, came: bool) -> None:
        """Who came by a member came by another one; with `came`, so did the member itself."""
        ...

    def save_signals(self, seen: Sequence[Signal]) -> None:
        """Insert or write back what a member was seen with."""
        ...

    def drop_signals(self, member: int) -> None:
        """Forget what a member was seen with."""
        ...

    def mark_signals_gone(self, member: int, at: datetime | None) -> None:
        """Say of what a member was seen with that it is gone since an instant, or there again."""
        ...

    def forget_signals(self, member: int, kind: str, before: datetime) -> None:
        """Drop a signal of a member who is gone since before an instant."""
        ...
