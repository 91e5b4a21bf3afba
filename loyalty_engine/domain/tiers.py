"""What a tier scheme is, and the values that tell where a member stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from loyalty_engine.domain.local_time import RoundUp

SPEND = "spend"
"""The measure of money spent, in minor units."""

VISITS = "visits"
"""The measure of purchases."""

TENURE = "tenure"
"""The measure of whole days since enrolment; computed, never an activity."""


class WindowKind(StrEnum):
    """Over which stretch of time measures are summed."""

    CALENDAR_YEAR = "calendar_year"
    ANNIVERSARY = "anniversary"
    ROLLING = "rolling"
    TIER_START = "tier_start"
    LIFETIME = "lifetime"


class Down(StrEnum):
    """Where a member falls when a tier ends."""

    NEVER = "never"
    ONE_STEP = "one_step"
    TO_EARNED = "to_earned"


class Keep(StrEnum):
    """How long a tier lasts that was earned within a period."""

    END_OF_PERIOD = "end_of_period"
    END_OF_NEXT_PERIOD = "end_of_next_period"


class GrantMode(StrEnum):
    """What a tier given by hand does beside the tier that is earned."""

    FLOOR = "floor"
    WINS = "wins"
    IGNORED_AT_REVIEW = "ignored_at_review"


class Why(StrEnum):
    """Why a standing began."""

    JOINED = "joined"
    REACHED = "reached"
    KEPT = "kept"
    LOST = "lost"
    GRANTED = "granted"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Tier:
    """A step of the ladder; `needs` says how much of each measure earns it."""

    name: str
    titles: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of time that counts; `months` is for `rolling` and `tier_start` only."""

    kind: WindowKind = WindowKind.CALENDAR_YEAR
    months: int = 12


@dataclass(frozen=True, slots=True)
class Grace:
    """How long a tier goes on after its end: months and days, then up to the end of a stretch."""

    months: int = 0
    days: int = 0
    round_up: RoundUp = RoundUp.NONE


@dataclass(frozen=True)
class TierScheme:
    """The ladder, lowest tier first, and how it is climbed. Without tiers all stand in tier ""."""

    tiers: tuple[Tier, ...] = ()
    needs_all: bool = True
    window: Window = field(default_factory=Window)
    down: Down = Down.TO_EARNED
    keep: Keep = Keep.END_OF_PERIOD
    grace: Grace = field(default_factory=Grace)


@dataclass(frozen=True, slots=True)
class Activity:
    """What counts: `amount` of `measure`, as it stands now after returns, by when it happened."""

    at: datetime
    measure: str
    amount: int


@dataclass(frozen=True, slots=True)
class Grant:
    """A tier given by hand from `from_at` on, to just before `until` (None: for good)."""

    tier: str
    from_at: datetime
    until: datetime | None = None
    mode: GrantMode = GrantMode.FLOOR


@dataclass(frozen=True, slots=True)
class Standing:
    """A stay in `tier` from `since` on; `until` is how long it lasted at least, as known then."""

    tier: str
    since: datetime
    until: datetime | None
    why: Why


@dataclass(frozen=True, slots=True)
class State:
    """Where a member stands, and all that the next purchase needs to move on from there.

    `since` is when the unbroken stay in the tier began, `until` when it ends if nothing more
    counts (None: not at all). `sums` holds each measure of the scheme over the window in force,
    `window_from` up to just before `window_until`. `last_at` is the last activity (enrolment
    without any), `due` the first instant from which the state no longer holds, `granted` whether
    a grant bears on it now or later.
    """

    tier: str
    since: datetime
    until: datetime | None
    window_from: datetime
    sums: Mapping[str, int]
    last_at: datetime
    enrolled_at: datetime
    window_until: datetime | None = None
    due: datetime | None = None
    granted: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """What a member is shown: `missing` for the next tier, `keep_missing` to earn this one again.

    Where the scheme asks for any of several measures, any single entry suffices.
    """

    tier: str
    since: datetime
    until: datetime | None
    next_tier: str | None
    missing: Mapping[str, int]
    keep_missing: Mapping[str, int]
    period_from: datetime
    period_until: datetime | None
