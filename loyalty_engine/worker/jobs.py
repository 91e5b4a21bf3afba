"""What has to be done as time goes by, a page of members at a time, by one worker at a time."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from loyalty_engine.bootstrap import Parts
from loyalty_engine.domain.errors import NotFound, Unavailable
from loyalty_engine.storage.sql.leases import Lease, Leases
from loyalty_engine.storage.sql.work import SqlView
from loyalty_engine.use_cases.begin_expiry import began, begin_expiry
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.forget_signals import forget_signals, long_gone
from loyalty_engine.use_cases.review_tier import review_tier
from loyalty_engine.use_cases.settle_account import settle_account
from loyalty_engine.use_cases.settle_referral import settle_referral

PAGE = 200
HELD_FOR = timedelta(minutes=1)
"""How long a worker has a job before others may take it for dead."""

OPERATIONS_KEPT = timedelta(days=40)
"""Answers under an Idempotency-Key are promised for thirty days."""

Due = Callable[[Engine, SqlView, datetime, int, int], Sequence[int]]
"""The members due at an instant, in order: those after a number, at most so many."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A job that goes through the members who are due and does one thing with each."""

    name: str
    every: timedelta
    due: Due
    act: Callable[[Engine, str, int, datetime], object]


def _without_end(
    engine: Engine, view: SqlView, now: datetime, after: int, limit: int
) -> Sequence[int]:
    """The accounts with points from before expiry was switched on; mostly it was not of late."""
    found = set[int]()
    for unit, at in began(engine, view, now).items():
        found |= set(view.accounts_without_end(unit, at, after, limit))
    return sorted(found)[:limit]


SWEEPS = (
    Sweep(
        "expire_points", timedelta(minutes=1),
        lambda _, view, now, after, limit: view.accounts_due(now, after, limit), settle_account,
    ),
    Sweep(
        "lapse_reservations", timedelta(minutes=1),
        lambda _, view, now, after, limit: view.members_with_lapsed(now, after, limit), settle_account,
    ),
    Sweep(
        "lapse_holds", timedelta(minutes=1),
        lambda _, view, now, after, limit: view.members_with_lapsed_holds(now, after, limit),
        settle_account,
    ),
    Sweep(
        "referrals", timedelta(minutes=1),
        lambda _, view, now, after, limit: view.referrals_due(now, after, limit), settle_referral,
    ),
    Sweep("forget_signals", timedelta(hours=1), long_gone, forget_signals),
    Sweep("begin_expiry", timedelta(hours=1), _without_end, begin_expiry),
    Sweep(
        "review_tiers", timedelta(minutes=5),
        lambda _, view, now, after, limit: view.members_to_review(now, after, limit), review_tier,
    ),
)  # fmt: skip
FORGET = "forget_operations"
FORGET_EVERY = timedelta(hours=1)
FORGET_PAGE = 1000


class Jobs:
    """One worker's part in the jobs of all programmes."""

    def __init__(
        self,
        parts: Parts,
        holder: str,
        stop: Event,
        page: int = PAGE,
        sweeps: Sequence[Sweep] = SWEEPS,
    ) -> None:
        """`holder` names the worker; `page` is how many members are done between two leases."""
        self._parts = parts
        self._leases = Leases(parts.storage)
        self._holder = holder
        self._stop = stop
        self._page = page
        self._sweeps = sweeps

    def step(self) -> bool:
        """One page of every job that is due; whether some job has more to do."""
        more = False
        for program in self._parts.shelf.programs():
            for sweep in self._sweeps:
                more |= self._step(program, sweep.name, sweep.every, self._sweeping(sweep))
            more |= self._step(program, FORGET, FORGET_EVERY, self._forget)
        return more

    def _step(
        self, program: str, job: str, every: timedelta, act: Callable[[str, int, datetime], int]
    ) -> bool:
        """Do a page of a job, if it is due and free; one that breaks leaves the others alone."""
        now = self._parts.clock.now()
        if self._stop.is_set():
            return False
        try:
            lease = self._leases.lease(program, job)
            if not _is_due(lease, every, now) or not self._take(program, job, now):
                return False
            after = act(program, int(lease.progress or 0) if lease else 0, now)
            progress = str(after) if after else ""
            self._leases.leave_progress(program, job, self._holder, progress, now, now)
        except Exception:  # the job is due again later
            log.exception("job %s of programme %s fails", job, program)
            return False
        return bool(after)

    def _take(self, program: str, job: str, now: datetime) -> bool:
        return self._leases.take_lease(program, job, self._holder, now + HELD_FOR, now)

    def _sweeping(self, sweep: Sweep) -> Callable[[str, int, datetime], int]:
        return lambda program, after, now: self._sweep(sweep, program, after, now)

    def _sweep(self, sweep: Sweep, program: str, after: int, now: datetime) -> int:
        """A page; answers after whom to go on, 0 at the end."""
        with self._parts.storage.read(program) as view:
            numbers = sweep.due(self._parts.engine, view, now, after, self._page)
        done = failed = 0
        for number in numbers:
            if self._stop.is_set() or self._parts.clock.now() > now + HELD_FOR / 2:
                break
            done += 1
            after = number
            failed += not self._one(sweep, program, number, now)
        if done:
            log.info(
                "job %s of programme %s: %d members, %d failed", sweep.name, program, done, failed
            )
        return after if done < len(numbers) or len(numbers) == self._page else 0

    def _one(self, sweep: Sweep, program: str, number: int, now: datetime) -> bool:
        """Whether it went well. A member that breaks a job is tried again in the next round."""
        try:
            sweep.act(self._parts.engine, program, number, now)
        except (Unavailable, NotFound):
            raise
        except Exception:  # one member never holds up the others
            log.exception("job %s of programme %s fails for a member", sweep.name, program)
            return False
        return True

    def _forget(self, program: str, after: int, now: datetime) -> int:
        with self._parts.storage.begin(program, now) as work:
            gone = work.forget_operations(now - OPERATIONS_KEPT, FORGET_PAGE)
        if gone:
            log.info("job %s of programme %s: %d gone", FORGET, program, gone)
        return after + 1 if gone == FORGET_PAGE else 0


def run_sweep(
    parts: Parts,
    program: str,
    sweep: Sweep,
    by: datetime,
    watch: Callable[[int], None],
    page: int = PAGE,
) -> tuple[int, int]:
    """Do at once, outside its turn, what a job finds due `by` an instant; how many, how many failed.

    Each member is done in a transaction of its own, so workers may be at the same job meanwhile:
    whoever comes second finds nothing to do. `watch` is told how many are done.
    """
    done = failed = after = 0
    while True:
        with parts.storage.read(program) as view:
            numbers = sweep.due(parts.engine, view, by, after, page)
        for number in numbers:
            try:
                sweep.act(parts.engine, program, number, parts.clock.now())
            except (Unavailable, NotFound):
                raise
            except Exception:  # one member never holds up the others
                log.exception("job %s of programme %s fails for a member", sweep.name, program)
                failed += 1
            done, after = done + 1, number
            watch(done)
        if len(numbers) < page:
            return done, failed


def _is_due(lease: Lease | None, every: timedelta, now: datetime) -> bool:
    """Whether nobody is at it, and it was left unfinished or not done for long enough."""
    if lease is None:
        return True
    if lease.until > now:
        return False
    return bool(lease.progress) or lease.last_run_at is None or lease.last_run_at + every <= now
