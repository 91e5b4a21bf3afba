"""The outbox as the relay sees it: claim a few events, in order for each member, and settle them.

A claim is a lease: a worker that dies leaves its events to the others when the lease ends. So an
event may be told twice, and never gets lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select, tuple_, update

from loyalty_engine.storage.sql.instants import instant, micros
from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.rows import json_text, json_value
from loyalty_engine.storage.sql.statements import Statement, const, number_var, var
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.tables import outbox

FROM_THE_START = -(2**63)

_earlier = outbox.alias("earlier")
_KEY = (outbox.c.program, outbox.c.member, outbox.c.event)
_FREE = and_(
    outbox.c.state == const("waiting"),
    outbox.c.due_at <= var("p_now"),
    outbox.c.claimed_until <= var("p_now"),
)
_COMES_BEFORE = or_(
    _earlier.c.version < outbox.c.version,
    and_(
        _earlier.c.version == outbox.c.version,
        or_(
            _earlier.c.at < outbox.c.at,
            and_(_earlier.c.at == outbox.c.at, _earlier.c.event < outbox.c.event),
        ),
    ),
)
_HAS_EARLIER = (
    select(const(1))
    .where(
        _earlier.c.program == outbox.c.program,
        _earlier.c.member == outbox.c.member,
        _earlier.c.state == const("waiting"),
        _COMES_BEFORE,
    )
    .correlate(outbox)
    .exists()
)
_FIRST_ONES = (
    select(*_KEY)
    .where(here(outbox), outbox.c.member > var("p_after"), _FREE, ~_HAS_EARLIER)
    .order_by(outbox.c.member)
    .limit(number_var("p_limit"))
    .offset(const(0))
    .correlate(None)
)
_CLAIM = Statement(
    update(outbox)
    .where(tuple_(*_KEY).in_(_FIRST_ONES), _FREE)
    .values(
        claimed_until=var("p_until"),
        claimed_by=var("p_worker"),
        attempts=outbox.c.attempts + const(1),
    )
    .returning(
        outbox.c.program, outbox.c.member, outbox.c.event, outbox.c.version, outbox.c.kind,
        outbox.c.body, outbox.c.at, outbox.c.attempts, outbox.c.done_by,
    ),
    "p_program", "p_after", "p_now", "p_limit", "p_until", "p_worker",
)  # fmt: skip
_SETTLE = Statement(
    update(outbox)
    .where(
        here(outbox),
        outbox.c.member == var("p_member"),
        outbox.c.event == var("p_event"),
        outbox.c.state == const("waiting"),
        outbox.c.claimed_by == var("p_worker"),
    )
    .values(
        state=var("p_state"),
        due_at=var("p_due_at"),
        done_by=var("p_done_by"),
        shown=case((outbox.c.shown == const(1), const(1)), else_=number_var("p_shown")),
        attempts=outbox.c.attempts - number_var("p_untried"),
        claimed_until=const(0),
        claimed_by=const(""),
    ),
    "p_program", "p_member", "p_event", "p_worker", "p_state", "p_due_at", "p_done_by", "p_shown",
    "p_untried",
)  # fmt: skip
_NEXT_PROGRAM = Statement(
    select(outbox.c.program)
    .where(outbox.c.state == const("waiting"), outbox.c.program > var("p_program"))
    .order_by(outbox.c.program)
    .limit(const(1))
    .offset(const(0)),
    "p_program",
)
_BACKLOG = Statement(
    select(outbox.c.state, func.count(), func.min(outbox.c.at))
    .where(here(outbox), outbox.c.state != const("done"))
    .group_by(outbox.c.state),
    "p_program",
)
_WAKE = Statement(
    update(outbox)
    .where(here(outbox), outbox.c.state == const("parked"))
    .values(state=const("waiting"), due_at=var("p_now"), attempts=const(0)),
    "p_program",
    "p_now",
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """An event in the hands of `worker`; `done_by` names the reactions that have taken it."""

    program: str
    member: int
    id: str
    version: int
    kind: str
    body: bytes
    at: datetime
    attempts: int
    done_by: tuple[str, ...]
    worker: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many events wait or are parked, and since when the oldest waits."""

    waiting: int
    parked: int
    oldest_at: datetime | None


class Outbox:
    """Claims for one relay process. It goes round all members, so that none is passed over."""

    def __init__(self, storage: SqlStorage) -> None:
        self._storage = storage
        self._after: dict[str, int] = {}

    def claim_events(
        self, program: str | None, worker: str, limit: int, lease_seconds: int, now: datetime
    ) -> list[Claimed]:
        """Up to `limit` events, one a member: the first that still waits and is due.

        `program` None goes through all programmes. Others cannot claim them before the lease ends.
        """
        if program is not None:
            return self._claim(program, worker, limit, lease_seconds, now)
        claimed: list[Claimed] = []
        for name in self._programs():
            if len(claimed) < limit:
                claimed += self._claim(name, worker, limit - len(claimed), lease_seconds, now)
        return claimed

    def _claim(
        self, program: str, worker: str, limit: int, lease_seconds: int, now: datetime
    ) -> list[Claimed]:
        until = micros(now + timedelta(seconds=lease_seconds))
        after = self._after.get(program, FROM_THE_START)
        values = (program, after, micros(now), limit, until, worker)
        with self._storage.wire(writes=True) as wire:
            rows = wire.ask((_CLAIM, values))[0].rows
            wire.commit()
        if len(rows) < limit and after != FROM_THE_START:
            self._after[program] = FROM_THE_START
            return _claimed(rows, worker) + self._claim(
                program, worker, limit - len(rows), lease_seconds, now
            )
        self._after[program] = max((row[1] for row in rows), default=FROM_THE_START)
        return _claimed(rows, worker)

    def _programs(self) -> list[str]:
        found: list[str] = []
        with self._storage.wire(writes=False) as wire:
            while rows := wire.ask((_NEXT_PROGRAM, (found[-1] if found else "",)))[0].rows:
                found.append(rows[0][0])
        return found

    def mark_done(self, events: Iterable[Claimed], *, shown: bool = False) -> int:
        """Every reaction has taken them; answers how many were still this worker's.

        `shown`, here and below: the balance kept for look-ups is as new as the event.
        """
        return self._settle(((it, "done", it.at, it.done_by) for it in events), shown)

    def retry_later(
        self, event: Claimed, due_at: datetime, done_by: Iterable[str], *, shown: bool = False
    ) -> bool:
        """Some reaction failed: again from `due_at` on, without those in `done_by`."""
        return bool(self._settle([(event, "waiting", due_at, tuple(done_by))], shown))

    def park(self, event: Claimed, done_by: Iterable[str], *, shown: bool = False) -> bool:
        """Give up on it until somebody looks; the member's next event goes on."""
        return bool(self._settle([(event, "parked", event.at, tuple(done_by))], shown))

    def give_back(self, events: Iterable[Claimed], due_at: datetime) -> int:
        """Nobody was told of them: from `due_at` on as if they had not been claimed."""
        settled = ((event, "waiting", due_at, event.done_by) for event in events)
        return self._settle(settled, shown=False, untried=1)

    def _settle(
        self,
        settled: Iterable[tuple[Claimed, str, datetime, tuple[str, ...]]],
        shown: bool,
        untried: int = 0,
    ) -> int:
        questions = [
            (
                _SETTLE,
                (
                    it.program, it.member, it.id, it.worker, state, micros(due_at),
                    json_text(done_by), int(shown), untried,
                ),
            )
            for it, state, due_at, done_by in settled
        ]  # fmt: skip
        if not questions:
            return 0
        with self._storage.wire(writes=True) as wire:
            answers = wire.ask(*questions)
            wire.commit()
        return sum(answer.touched for answer in answers)

    def wake_parked(self, program: str, now: datetime) -> int:
        """Let all parked events wait again; answers how many."""
        with self._storage.wire(writes=True) as wire:
            touched = wire.ask((_WAKE, (program, micros(now))))[0].touched
            wire.commit()
        return touched

    def backlog(self, program: str) -> Backlog:
        """What has not been told yet."""
        with self._storage.wire(writes=False) as wire:
            rows = wire.ask((_BACKLOG, (program,)))[0].rows
        counts = {state: number for state, number, _ in rows}
        oldest = [at for state, _, at in rows if state == "waiting"]
        return Backlog(
            waiting=counts.get("waiting", 0),
            parked=counts.get("parked", 0),
            oldest_at=instant(oldest[0]) if oldest else None,
        )


def _claimed(rows: Iterable[Any], worker: str) -> list[Claimed]:
    found = [
        Claimed(
            program, member, id_, version, kind, body, instant(at), attempts,
            tuple(json_value(done_by)), worker,
        )
        for program, member, id_, version, kind, body, at, attempts, done_by in rows
    ]  # fmt: skip
    return sorted(found, key=lambda event: event.member)
