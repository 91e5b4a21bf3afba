"""What a tier scheme is, and the values that tell where a member stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

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
    """A step of the ladder; `needs` says how much of each measure earns it.

    `benefits` are what members are told of it, each by language; rules do what they say.

    The lowest tier needs nothing; a higher one that needs nothing is only ever given by hand.
    """

    name: str
    titles: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, int] = field(default_factory=dict)
    benefits: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of time that counts; `months` is for `rolling` and `tier_start` only."""

    kind: WindowKind = WindowKind.CALENDAR_YEAR
    months: int = 12

    def __post_init__(self) -> None:
        """Raise ValueError where it cannot be meant."""
        if not 1 <= self.months <= 1200:
            raise ValueError("a window has from 1 to 1200 months")


@dataclass(frozen=True, slots=True)
class Grace:
    """How long a tier goes on after its end: months and days, then up to the end of a stretch."""

    months: int = 0
    days: int = 0
    round_up: RoundUp = RoundUp.NONE

    def __post_init__(self) -> None:
        """Raise ValueError where it cannot be meant."""
        if not (0 <= self.months <= 1200 and 0 <= self.days <= 36600):
            raise ValueError("a grace has from 0 to 1200 months and from 0 to 36600 days")

    def __bool__(self) -> bool:
        return bool(self.months or self.days or self.round_up is not RoundUp.NONE)


@dataclass(frozen=True)
class TierScheme:
    """The ladder, lowest tier first, and how it is climbed. Without tiers all stand in tier ""."""

    tiers: tuple[Tier, ...] = ()
    needs_all: bool = True
    window: Window = field(default_factory=Window)
    down: Down = Down.TO_EARNED
    keep: Keep = Keep.END_OF_PERIOD
    grace: Grace = field(default_factory=Grace)

    def __post_init__(self) -> None:
        """Raise ValueError where it cannot be meant."""
        if len({tier.name for tier in self.tiers}) < len(self.tiers):
            raise ValueError("two tiers have the same name")
        if self.tiers and self.tiers[0].needs:
            raise ValueError(f"the lowest tier, {self.tiers[0].name}, must need nothing")
        for tier in self.tiers:
            if any(amount < 1 for amount in tier.needs.values()):
                raise ValueError(f"what tier {tier.name} needs must be 1 or more")

    @cached_property
    def ladder(self) -> tuple[Tier, ...]:
        """The tiers, or the one without a name where there are none."""
        return self.tiers or (Tier(""),)

    @cached_property
    def rank(self) -> Mapping[str, int]:
        """The place of each tier by its name, 0 for the lowest."""
        return {tier.name: index for index, tier in enumerate(self.ladder)}

    @cached_property
    def measures(self) -> frozenset[str]:
        """What activities are summed by: all that tiers need, except tenure."""
        return frozenset(measure for tier in self.tiers for measure in tier.needs) - {TENURE}

    @cached_property
    def tenures(self) -> tuple[int, ...]:
        """The days of membership that tiers ask for, fewest first."""
        return tuple(sorted({tier.needs[TENURE] for tier in self.tiers if TENURE in tier.needs}))

    @cached_property
    def _from_the_top(self) -> tuple[tuple[int, tuple[tuple[str, int], ...]], ...]:
        steps = ((index, tuple(tier.needs.items())) for index, tier in enumerate(self.tiers))
        return tuple(step for step in reversed(tuple(steps)) if step[1])

    def earned(self, sums: Mapping[str, int]) -> int:
        """The rank of the highest tier whose needs `sums` meet, whatever lies between."""
        for index, needs in self._from_the_top:
            for measure, amount in needs:
                met = sums.get(measure, 0) >= amount
                if met is not self.needs_all:
                    break  # the first that is short settles "all", the first that is met "any"
            if met:
                return index
        return 0

    def missing(self, rank: int, sums: Mapping[str, int]) -> Mapping[str, int]:
        """What `sums` lack for the tier of that rank; nothing once it is earned."""
        needs = self.ladder[rank].needs
        short = {m: n - sums.get(m, 0) for m, n in needs.items() if sums.get(m, 0) < n}
        return short if self.needs_all or len(short) == len(needs) else {}


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
    a grant bears on it now or later. `people` is of how many members it counts the deeds.
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
    people: int = 1


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
