"""Limits in use and running sums, as the storage keeps them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from loyalty_engine.domain.facts import Carry


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


class LimitView(Protocol):
    """Reading limits in use and running sums."""

    def counters(self, keys: Iterable[CounterKey]) -> Mapping[CounterKey, int]:
        """What is used of these limits, all slices together; as of one moment for each limit.

        A unit of work that was begun `sure` locks them in the order given.
        """
        ...

    def carries(self, member: int, rules: Iterable[str]) -> Mapping[str, Carry]:
        """Running sums of these rules by their keys, however they count (see `rulebook.deciding.carrying`)."""
        ...


class LimitWork(Protocol):
    """Writing limits in use and running sums."""

    def use(self, key: CounterKey, amount: int, ceiling: int) -> None:
        """Count `amount` (may be negative) against a limit, in its slice.

        Where others have used meanwhile what this purchase was promised, the unit of work ends with
        a refusal to try again; one that was begun `sure` does not, for it has locked the limit.
        """
        ...

    def save_carry(self, member: int, key: str, carry: Carry) -> None:
        """Write a running sum under its key."""
        ...
