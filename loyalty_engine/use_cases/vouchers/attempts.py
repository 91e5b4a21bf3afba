"""Wrong codes are counted in the database, so that guessing is limited whatever else fails."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from loyalty_engine.domain.codes import BEYOND
from loyalty_engine.domain.errors import TooMany
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import View, Work
from loyalty_engine.use_cases.calling import Caller, Engine

OF_MEMBER = 10
"""So many wrong codes a member may try in an hour."""

OF_SHOPPER = 100
"""The same for a shopper whom the caller names by an address or a session."""

STILL_TRUSTED = 3
"""With fewer wrong codes a member is let through although its caller has tried too many."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who tries codes: a caller's key always, a member and a shopper where they are named.

    `limits` says how many wrong ones each may try in an hour.
    """

    member: str | None
    limits: Mapping[str, int]


def asker(
    engine: Engine, program: Program, caller: Caller, member: int | None, shopper: str | None = None
) -> Asker:
    """Those whose wrong codes are counted."""
    limits = {f"key:{caller.client}": program.switches.wrong_codes}
    own = None if member is None else f"member:{member}"
    if own is not None:
        limits[own] = OF_MEMBER
    if shopper is not None:
        hashed = engine.codes.key_of("shopper", caller.program, shopper)
        limits[f"shopper:{hashed}"] = OF_SHOPPER
    return Asker(own, limits)


def room_for_wrong(view: View, it: Asker, now: datetime) -> int:
    """How many more wrong codes may be tried in this hour: no code is looked at without any.

    Somebody else's guessing through the same caller does not bar a member who has not guessed, as
    long as all of it together is within bounds.
    """
    hour = hour_of(now)
    found = view.failures(sorted(it.limits))
    failed = {who: found[who].failed if found.get(who) and found[who].since == hour else 0
              for who in it.limits}  # fmt: skip
    rooms = {who: limit - failed[who] for who, limit in it.limits.items()}
    trust = 0 if it.member is None else STILL_TRUSTED - failed[it.member]
    for who in it.limits:
        if who.startswith("key:") and rooms[who] <= 0:
            rooms[who] = min(trust, it.limits[who] * BEYOND - failed[who])
    return max(0, min(rooms.values()))


def is_barred(view: View, it: Asker, now: datetime) -> bool:
    """Whether too many wrong codes were tried in this hour for another one to be looked at."""
    return not room_for_wrong(view, it, now)


def too_many(now: datetime) -> TooMany:
    """The refusal of any code, good or not, until the hour is over."""
    return TooMany(
        "too many wrong codes were tried; wait, or let somebody look at the voucher",
        code="too_many_wrong_codes", retry_after=next_hour(now),
    )  # fmt: skip


def count_wrong(work: Work, it: Asker, now: datetime, wrong: int) -> None:
    """Count wrong codes for everybody who is counted."""
    if wrong:
        work.count_failures(sorted(it.limits), hour_of(now), wrong)


def hour_of(now: datetime) -> datetime:
    """The hour in which wrong codes are counted together."""
    return now.replace(minute=0, second=0, microsecond=0)


def next_hour(now: datetime) -> int:
    """Seconds until wrong codes are counted anew."""
    return int((hour_of(now) + timedelta(hours=1) - now).total_seconds()) + 1
