"""Codes as the storage keeps them: by their keyed hash, written as 32 hexadecimal digits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Voucher:
    """A code that was made, to be used `most` times.

    `member` is whose it is, by number. `seed` is what the code follows from, with the secret of
    the service; None where only its holder knows it. `purchase` and `rule` are what gave it.
    A reservation named by `held_by` keeps it from others before `held_until`. `worth` is what this
    one takes off, in minor units, where its voucher leaves that to each code.
    """

    code: str
    kind: str
    given_at: datetime
    member: int | None = None
    seed: int | None = None
    batch: int | None = None
    purchase: str | None = None
    rule: str | None = None
    ends_at: datetime | None = None
    uses: int = 0
    most: int = 1
    withdrawn: bool = False
    held_by: str | None = None
    held_until: datetime | None = None
    worth: int | None = None


@dataclass(frozen=True, slots=True)
class VoucherUse:
    """What used a code: `use` reads `purchase:<id>` or `redemption:<id>`; `discount` in minor units.

    `counted` is what a redemption without a purchase counts against limits, by the limit's name.
    """

    code: str
    use: str
    kind: str
    at: datetime
    member: int | None = None
    discount: int = 0
    counted: Mapping[str, int] = field(default_factory=dict)
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Failures:
    """How many wrong codes somebody has tried in the hour that began at `since`."""

    since: datetime
    failed: int


class VoucherView(Protocol):
    """Reading codes."""

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


class VoucherWork(Protocol):
    """Writing codes."""

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
