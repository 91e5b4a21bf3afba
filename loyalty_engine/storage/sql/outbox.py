"""The outbox as the relay sees it: claim a few events, in order for each member, and settle them.

A claim is a lease: a worker that dies leaves its events to the others when the lease ends. So an
event may be told twice, and never gets lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from loyalty_engine.storage.sql.instants import instant, micros
from loyalty_engine.storage.sql.outbox_statements import (
    BACKLOG,
    CLAIM,
    NEXT_PROGRAM,
    SETTLE,
    WAKE,
)
from loyalty_engine.storage.sql.rows.texts import json_text, json_value
from loyalty_engine.storage.sql.storage import SqlStorage

FROM_THE_START = -(2**63)


@dataclass(frozen=True, slots=True)
class Claimed:
    """An event in the hands of `worker`; `done_by` names the reactions that have taken it.

    `shown` tells that the balance kept for look-ups is as new as the event; `who` is the member's
    id, None for a guest, after erasure, and for one whose account others share.
    """

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
    shown: bool = False
    who: str | None = None


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
        rows = self._storage.write((CLAIM, values))[0].rows
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
            while rows := wire.ask((NEXT_PROGRAM, (found[-1] if found else "",)))[0].rows:
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
                SETTLE,
                (
                    it.program, it.member, it.id, it.worker, state, micros(due_at),
                    json_text(done_by), int(shown), untried,
                ),
            )
            for it, state, due_at, done_by in sorted(settled, key=_place)
        ]  # fmt: skip
        if not questions:
            return 0
        answers = self._storage.write(*questions)
        return sum(answer.touched for answer in answers)

    def wake_parked(self, program: str, now: datetime) -> int:
        """Let all parked events wait again; answers how many."""
        return self._storage.write((WAKE, (program, micros(now))))[0].touched

    def backlog(self, program: str) -> Backlog:
        """What has not been told yet."""
        rows = self._storage.ask((BACKLOG, (program,)))
        counts = {state: number for state, number, _ in rows}
        oldest = [at for state, _, at in rows if state == "waiting"]
        return Backlog(
            waiting=counts.get("waiting", 0),
            parked=counts.get("parked", 0),
            oldest_at=instant(oldest[0]) if oldest else None,
        )


def _place(settled: tuple[Claimed, str, datetime, tuple[str, ...]]) -> tuple[str, int, str]:
    """Rows are taken in one order by everybody, so that few have to wait for each other."""
    event = settled[0]
    return event.program, event.member, event.id


def _claimed(rows: Iterable[Any], worker: str) -> list[Claimed]:
    found = [
        Claimed(
            program, member, id_, version, kind, body, instant(at), attempts,
            tuple(json_value(done_by)), worker, bool(shown), who,
        )
        for program, member, id_, version, kind, body, at, attempts, done_by, shown, who in rows
    ]  # fmt: skip
    return sorted(found, key=lambda event: event.member)
