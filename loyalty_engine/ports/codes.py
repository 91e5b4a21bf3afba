"""Codes as the storage keeps them: by their keyed hash, written as 32 hexadecimal digits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


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
