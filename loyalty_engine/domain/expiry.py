"""When earned points become spendable and when they lapse, as a programme declares it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from loyalty_engine.domain.local_time import (
    RoundUp,
    add_calendar,
    add_months,
    day_in,
    end_of,
    local_day,
    start_of_day,
)

__all__ = [
    "Bucket",
    "Expiry",
    "ExpiryKind",
    "Pending",
    "PendingKind",
    "RoundUp",
    "activates_at",
    "add_months",
    "alive_until",
    "expires_at",
]

PURCHASE, REDEMPTION = "purchase", "redemption"
"""Activities that keep points alive, beside events, which go by the name of their kind."""

_LONGEST_YEARS = 100
"""Far beyond any programme, and short enough for no sum to leave the calendar."""


class ExpiryKind(StrEnum):
    """What decides the end of a lot."""

    NEVER = "never"
    AFTER = "after"
    ON_DATE = "on_date"
    MONTH_BUCKETS = "month_buckets"
    INACTIVITY = "inactivity"


_TIMES = (ExpiryKind.AFTER, ExpiryKind.INACTIVITY)


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

    def __post_init__(self) -> None:
        """Raise ValueError where it cannot be meant."""
        if not 1 <= self.from_month <= self.to_month <= 12:
            raise ValueError("a bucket runs from one month (1 to 12) to the same or a later one")
        _check_date(self.month, self.day, self.years_ahead)


@dataclass(frozen=True, slots=True)
class Expiry:
    """How long points last; `Expiry()` is for ever.

    `after` and `inactivity` use `years`, `months`, `days` and `round_up`, the latter from the last
    activity that is among `renewed_by`; `by_tier` says otherwise for members of a tier. `on_date`
    uses `month`, `day` and `years_ahead`: points of a year last until that day of a year so many
    years on, the day included; `month_buckets` uses `buckets`, which name each month once.
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
    by_tier: Mapping[str, "Expiry"] = field(default_factory=dict)
    renewed_by: tuple[str, ...] = (PURCHASE,)

    def __post_init__(self) -> None:
        """Raise ValueError where it cannot be meant."""
        _check_length(self.years * 12 + self.months, self.days)
        _check_date(self.month, self.day, self.years_ahead)
        if min(self.years, self.months, self.days) < 0:
            raise ValueError("points cannot last a negative time")
        lasts = self.years or self.months or self.days or self.round_up is not RoundUp.NONE
        if self.kind in _TIMES and not lasts:
            raise ValueError("say after how many years, months or days points expire")
        if self.kind is ExpiryKind.MONTH_BUCKETS:
            named = sorted(m for b in self.buckets for m in range(b.from_month, b.to_month + 1))
            if named != list(range(1, 13)):
                raise ValueError("the buckets together name each month from 1 to 12 once")


@dataclass(frozen=True, slots=True)
class Pending:
    """How long points wait before they can be spent; `Pending()` is not at all.

    `by_tier` gives the days for members of a tier in place of `days`; `hours` come on top.
    """

    kind: PendingKind = PendingKind.NONE
    days: int = 0
    hours: int = 0
    by_tier: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise ValueError where it cannot be meant."""
        for days in (self.days, self.hours // 24, *self.by_tier.values()):
            _check_length(0, days)
        if self.kind is not PendingKind.AFTER and (self.days or self.hours or self.by_tier):
            raise ValueError("days, hours and by_tier go with points pending 'after' a time only")


def activates_at(
    pending: Pending, earned_at: datetime, tier: str, zone: ZoneInfo
) -> datetime | None:
    """The first instant at which points can be spent; None while they wait for an event.

    Days keep the local time of day over clock changes; hours are counted as they pass.
    """
    if pending.kind is PendingKind.ON_EVENT:
        return None
    if pending.kind is PendingKind.NONE:
        return earned_at
    days = pending.by_tier.get(tier, pending.days)
    return add_calendar(earned_at, 0, days, zone) + timedelta(hours=pending.hours)


def expires_at(
    expiry: Expiry,
    occurred_at: datetime,
    active_from: datetime,
    zone: ZoneInfo,
    tier: str = "",
) -> datetime | None:
    """The first instant at which points can no longer be spent; None for never.

    A time runs from activation; rounding up goes to the end of the day, week … that it leads
    into. Dates go by the local year and month of `occurred_at`, and where points became active
    only after theirs had passed, it is the same date of the first year that leaves them some time.
    After inactivity it is the end as long as nothing happens from activation on.
    """
    expiry = expiry.by_tier.get(tier, expiry)
    match expiry.kind:
        case ExpiryKind.NEVER:
            return None
        case ExpiryKind.AFTER | ExpiryKind.INACTIVITY:
            months = expiry.years * 12 + expiry.months
            end = add_calendar(active_from, months, expiry.days, zone)
            return end_of(end, expiry.round_up, zone)
        case ExpiryKind.ON_DATE:
            year, month, day = expiry.years_ahead, expiry.month, expiry.day
        case ExpiryKind.MONTH_BUCKETS:
            bucket = _bucket_of(expiry, local_day(occurred_at, zone).month)
            year, month, day = bucket.years_ahead, bucket.month, bucket.day
    year += local_day(occurred_at, zone).year
    while (end := _after_day(year, month, day, zone)) <= active_from:
        year += 1
    return end


def alive_until(
    expiry: Expiry, active_from: datetime, activities: Iterable[datetime], zone: ZoneInfo, tier: str
) -> datetime | None:
    """The end after inactivity of points that became active then; None for never.

    Each of `activities`, whatever their order, moves the end on if it comes before it.
    """
    end = expires_at(expiry, active_from, active_from, zone, tier)
    for at in sorted(activities):
        if end is None or at >= end:
            break
        if at > active_from:
            end = expires_at(expiry, at, at, zone, tier)
    return end


def _bucket_of(expiry: Expiry, month: int) -> Bucket:
    return next(b for b in expiry.buckets if b.from_month <= month <= b.to_month)


def _after_day(year: int, month: int, day: int, zone: ZoneInfo) -> datetime:
    return start_of_day(day_in(year, month, day) + timedelta(days=1), zone)


def _check_length(months: int, days: int) -> None:
    if days < 0 or months < 0:
        raise ValueError("a time cannot be negative")
    if months > _LONGEST_YEARS * 12 or days > _LONGEST_YEARS * 366:
        raise ValueError(f"a time is at most {_LONGEST_YEARS} years")


def _check_date(month: int, day: int, years_ahead: int) -> None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise ValueError("a date has a month from 1 to 12 and a day from 1 to 31")
    if day > (29 if month == 2 else 30 if month in {4, 6, 9, 11} else 31):
        raise ValueError(f"month {month} has no day {day} in any year")
    if not 0 <= years_ahead <= _LONGEST_YEARS:
        raise ValueError(f"a date lies from 0 to {_LONGEST_YEARS} years ahead")
