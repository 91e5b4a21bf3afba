"""What has to be done as time goes by, a page of members at a time, by one worker at a time."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from loyalty_engine.bootstrap import Parts
from loyalty_engine.storage.sql.leases import Lease, Leases
from loyalty_engine.storage.sql.reading.backlog import FORGET, OPERATIONS_KEPT
from loyalty_engine.storage.sql.reading.sweeps import BEGINNING, Place
from loyalty_engine.worker.pacing import Pace
from loyalty_engine.worker.sweeps import SWEEPS, Count, Sweep, do_page

TURN = 2.0
"""Seconds after which a job lets the others have their turn."""

HELD_FOR = timedelta(minutes=1)
"""How long a worker has a job before others may take it for dead."""

FORGET_EVERY = timedelta(hours=1)
FORGET_PAGE = 1000
COUNTED = 1000
"""How many members are looked for at once where they are only counted."""

ROUNDS = 5
"""After so many rounds, who is still in somebody's hands is waited for."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """How far a job is after its turn ("" at the end of a round), and what was done in it.

    `well` at the end of a round in which nothing failed.
    """

    progress: str
    done: int
    failed: int = 0
    well: bool = False


Work = Callable[[str, str, datetime], Turn]
"""Does some of a programme's job, given how far it is."""


class Jobs:
    """One worker's part in the jobs of all programmes."""

    def __init__(
        self,
        parts: Parts,
        holder: str,
        stop: Event,
        page: int | None = None,
        sweeps: Sequence[Sweep] = SWEEPS,
        turn: float = TURN,
    ) -> None:
        """`holder` names the worker; `page` fixes how many members are done at once, and after
        `turn` seconds a job leaves the rest for its next turn.
        """
        self._parts = parts
        self._leases = Leases(parts.storage)
        self._holder = holder
        self._stop = stop
        self._sweeps = sweeps
        self._turn = turn
        self._paces = {it.name: Pace(parts.settings.jobs_share, page) for it in sweeps}

    def step(self) -> bool:
        """A turn of every job that is due; whether some job has more to do."""
        more = False
        for program in self._parts.shelf.programs():
            for sweep in self._sweeps:
                more |= self._step(program, sweep.name, sweep.every, self._sweeping(sweep))
            more |= self._step(program, FORGET, FORGET_EVERY, self._forget)
        return more

    def _step(self, program: str, job: str, every: timedelta, act: Work) -> bool:
        """Give a job its turn, if it is due and free; one that breaks leaves the others alone."""
        now = self._parts.clock.now()
        if self._stop.is_set():
            return False
        try:
            lease = self._leases.lease(program, job)
            if not _is_due(lease, every, now) or not self._take(program, job, now):
                return False
            turn = act(program, lease.progress if lease else "", now)
            self._leases.leave_progress(
                program, job, self._holder, turn.progress, now, now, done=turn.done,
                failed=turn.failed, succeeded=turn.well,
            )  # fmt: skip
        except Exception:  # the job is due again later
            log.exception("job %s of programme %s fails", job, program)
            return False
        return bool(turn.progress)

    def _take(self, program: str, job: str, now: datetime) -> bool:
        return self._leases.take_lease(program, job, self._holder, now + HELD_FOR, now)

    def _sweeping(self, sweep: Sweep) -> Work:
        return lambda program, progress, now: self._sweep(sweep, program, progress, now)

    def _sweep(self, sweep: Sweep, program: str, progress: str, now: datetime) -> Turn:
        """Pages until the turn is over or there is no more."""
        pace, since = self._paces[sweep.name], time.monotonic()
        after, before = _read(progress)
        done, failed, ended = 0, 0, False
        while not ended:
            after, ended, count, seconds = _page(
                self._parts, program, sweep, now, after, pace.size, self._stop
            )
            done, failed = done + count.done, failed + len(count.failed)
            rest = pace.rest(seconds, count.done)
            if self._stop.is_set() or ended or time.monotonic() + rest > since + self._turn:
                break
            self._stop.wait(rest)
        if done:
            log.info(
                "job %s of programme %s: %d members, %d failed", sweep.name, program, done, failed
            )
        if ended:
            return Turn("", done, failed, well=not before + failed)
        return Turn(f"{after[0]} {after[1]} {before + failed}", done, failed)

    def _forget(self, program: str, progress: str, now: datetime) -> Turn:
        gone = forget_operations(self._parts, program, now)
        if gone:
            log.info("job %s of programme %s: %d gone", FORGET, program, gone)
        return Turn("more", gone) if gone == FORGET_PAGE else Turn("", gone, well=True)


def _read(progress: str) -> tuple[Place, int]:
    """Where a round is, and how many have failed in it."""
    parts = [int(it) for it in progress.split()]
    return ((parts[0], parts[1]), parts[2]) if len(parts) == 3 else (BEGINNING, 0)


def forget_operations(parts: Parts, program: str, now: datetime) -> int:
    """Drop a page of answers that are promised no more; how many."""
    with parts.storage.begin(program, parts.clock.now()) as work:
        return work.forget_operations(now - OPERATIONS_KEPT, FORGET_PAGE)


def _page(
    parts: Parts, program: str, sweep: Sweep, by: datetime, after: Place, size: int, stop: Event
) -> tuple[Place, bool, Count, float]:
    """A page of those due `by` an instant: the last place, whether it is the end, what was done,
    and how long that took.
    """
    began = time.monotonic()
    with parts.storage.read(program) as view:
        places = sweep.due(parts.engine, view, by, after, size)
    numbers = list(dict.fromkeys(number for _, number in places))
    count = Count()
    if numbers:
        count = do_page(parts.engine, sweep, program, numbers, parts.clock.now(), stop)
    ended = len(places) < size and not stop.is_set()
    if stop.is_set():  # it may have left somebody out
        return after, False, count, time.monotonic() - began
    return places[-1] if places else after, ended, count, time.monotonic() - began


def run_sweep(
    parts: Parts,
    program: str,
    sweep: Sweep,
    by: datetime,
    watch: Callable[[int], None],
    page: int | None = None,
    share: int = 100,
) -> tuple[int, int]:
    """Do at once, outside its turn, what a job finds due `by` an instant; how many, how many failed.

    Workers may be at the same job meanwhile: whoever comes second finds nothing to do. It is at work
    `share` percent of the time. `watch` is told how many are done.
    """
    pace, stop = Pace(share, page), Event()
    done, failed = 0, set[int]()
    for turn in range(ROUNDS + 1):
        after, ended, busy = BEGINNING, False, 0
        one_by_one = Sweep(sweep.name, sweep.every, sweep.due, sweep.act)
        while not ended:
            those = sweep if turn < ROUNDS else one_by_one
            after, ended, count, seconds = _page(parts, program, those, by, after, pace.size, stop)
            done, busy = done + count.done - len(count.failed & failed), busy + count.busy
            failed |= count.failed
            watch(done)
            stop.wait(0 if ended else pace.rest(seconds, count.done))
        if not busy:
            break
        stop.wait(0.1)
    return done, len(failed)


def forget_all(parts: Parts, program: str, by: datetime, watch: Callable[[int], None]) -> int:
    """Drop at once the answers that were promised no more `by` an instant; how many."""
    done, gone = 0, FORGET_PAGE
    while gone == FORGET_PAGE:
        gone = forget_operations(parts, program, by)
        done += gone
        watch(done)
    return done


def count_due(parts: Parts, program: str, sweep: Sweep, by: datetime) -> int:
    """How many members a job finds due `by` an instant, counted by looking for them."""
    after, found = BEGINNING, set[int]()
    while True:
        with parts.storage.read(program) as view:
            places = sweep.due(parts.engine, view, by, after, COUNTED)
        found |= {number for _, number in places}
        if len(places) < COUNTED:
            return len(found)
        after = places[-1]


def _is_due(lease: Lease | None, every: timedelta, now: datetime) -> bool:
    """Whether nobody is at it, and it was left unfinished or not done for long enough."""
    if lease is None:
        return True
    if lease.until > now:
        return False
    return bool(lease.progress) or lease.last_run_at is None or lease.last_run_at + every <= now
