"""When earned points become spendable and when they lapse, as a programme declares it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from loyalty_engine.domain.local_time import RoundUp


class ExpiryKind(StrEnum):
    """What decides the end of a lot."""

    NEVER = "never"
    AFTER = "after"
    ON_DATE = "on_date"
    MONTH_BUCKETS = "month_buckets"


class PendingKind(StrEnum):
    """What earned points wait for before they can be spent."""

    NONE = "none"
    AFTER = "after"
    ON_EVENT = "on_event"


@dataclass(frozen=True, slots=True)
class Bucket:
    """Points earned from `from_month` to `to_month` last until `day`.`month`, `years_ahead` on.

    Both months and the day named are included; a day that the month lacks is its last day.
    """

    from_month: int
    to_month: int
    month: int
    day: int
    years_ahead: int


@dataclass(frozen=True, slots=True)
class Expiry:
    """How long points last; `Expiry()` is for ever.

    `after` uses `years`, `months`, `days` and `round_up`; `on_date` uses `month`, `day` and
    `years_ahead`: points of a year last until that day of a year so many years on;
    `month_buckets` uses `buckets`, which name each month of the year once.
    """

    kind: ExpiryKind = ExpiryKind.NEVER
    years: int = 0
    months: int = 0
    days: int = 0
    round_up: RoundUp = RoundUp.NONE
    month: int = 12
    day: int = 31
    years_ahead: int = 1
    buckets: tuple[Bucket, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """How long points wait before they can be spent; `Pending()` is not at all.

    `by_tier` gives the days for members of a tier in place of `days`; `hours` come on top.
    """

    kind: PendingKind = PendingKind.NONE
    days: int = 0
    hours: int = 0
    by_tier: Mapping[str, int] = field(default_factory=dict)
