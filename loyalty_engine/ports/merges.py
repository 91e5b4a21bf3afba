"""What a member who turns out to be another one hands over."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from loyalty_engine.domain.facts import Carry
from loyalty_engine.ports.limits import CounterKey


class MergeWork(Protocol):
    """Handing over what is a member's."""

    def hand_over(self, member: int, into: int, id: str, accounts: tuple[int, int]) -> None:
        """Give all that is a member's, except its account, to another one, who it turned out to be.

        That is purchases, returns, holds, reservations, rewards, gifts, tiers given by hand, the
        households it has been in or is asked to join, and every address;
        `id` is the caller's that it was known by, `accounts` are the other's and the one's.
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

    def keep_anew(self, member: int, purchase: str, revision: int, kept: bytes) -> None:
        """Write back what is kept of a revision."""
        ...

    def all_redeemed(self, member: int) -> Sequence[tuple[str, bytes]]:
        """What each reward taken counts against limits: id, JSON."""
        ...

    def recount_redemption(self, member: int, redemption: str, counted: bytes) -> None:
        """Write back what a reward taken counts."""
        ...
