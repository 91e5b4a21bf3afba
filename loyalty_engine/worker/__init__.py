"""What runs beside the service: events told, balances kept true, and what time brings booked.

Any number of workers may run at once. What they share is claimed in the database for a while, so
one that dies leaves its work to the others.
"""

import logging
import os
import secrets
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event, Thread, current_thread, main_thread

from loyalty_engine.bootstrap import Parts
from loyalty_engine.delivery.keeper import Keeper
from loyalty_engine.delivery.relay import Relay
from loyalty_engine.rule_files import programmes
from loyalty_engine.storage.sql.outbox import Claimed, Outbox
from loyalty_engine.storage.sql.outbox_queues import OutboxQueues, Unshown
from loyalty_engine.use_cases.points.refresh_balance import refresh_balance, shows_event
from loyalty_engine.worker.jobs import Jobs

RELAY_PAUSE = 0.5
KEEPER_PAUSE = 1.0
JOBS_PAUSE = 5.0
"""Seconds between looks when the last one found nothing to do."""

LAST_WORDS = 5.0
"""Seconds that whatever is at work gets to come to an end."""

log = logging.getLogger(__name__)


class Worker:
    """The three things a worker does, each in steps that any other worker may do as well."""

    def __init__(
        self,
        parts: Parts,
        stop: Event,
        *,
        reaction_deadline: float | None = None,
        lease_seconds: int | None = None,
    ) -> None:
        """The last two are in seconds, for tests; by default they are the relay's own."""
        self._parts = parts
        self._stop = stop
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        keeps = parts.settings.redis_url is not None
        queues = OutboxQueues(parts.storage)
        more = {} if reaction_deadline is None else {"deadline": reaction_deadline}
        self.relay: Relay[Claimed] = Relay(
            Outbox(parts.storage),
            queues,
            parts.plugins.reactions,
            self._name_of,
            self._refresh if keeps else None,
            self.name,
            parts.clock.now,
            stop,
            lease_seconds=lease_seconds,
            seen=self._seen if keeps else None,
            **more,
        )
        self.keeper: Keeper[Unshown] | None = (
            Keeper(parts.balances, queues, self._refresh) if keeps else None
        )
        self.jobs = Jobs(parts, self.name, stop)

    def look_again(self) -> None:
        """See rulebooks that others have put in force."""
        shelf, names = self._parts.shelf, set(self._parts.shelf.programs())
        with suppress(OSError):  # the rules may be kept elsewhere; what is in force is stored
            names |= set(programmes(self._parts.settings.rules))
        for program in sorted(names):
            shelf.refresh(program)

    def do_jobs(self) -> bool:
        """A page of every job; whether there is more."""
        self.look_again()
        return self.jobs.step()

    def tell(self) -> bool:
        """A batch of events; whether there may be more."""
        return self.relay.step() > 0

    def keep(self) -> bool:
        """A look at the kept balances; never asks to be repeated at once."""
        if self.keeper is not None:
            self.keeper.step()
        return False

    def _name_of(self, program: str, number: int) -> str | None:
        with self._parts.storage.read(program) as view:
            member = view.member(number)
            merged = view.merged(number) if member and member.status == "merged" else None
            if merged is not None:
                member = view.member(merged[1])
        return member.id if member else None

    def _seen(self, events: Sequence[Claimed]) -> set[int]:
        """The events, by their place, that the balances kept for look-ups show already."""
        places: dict[str, list[int]] = {}
        for place, event in enumerate(events):
            if event.who is not None:
                places.setdefault(event.program, []).append(place)
        seen: set[int] = set()
        for program, some in places.items():
            kept = self._parts.balances.kept(program, [events[it].who or "" for it in some])
            for place, found in zip(some, kept, strict=True):
                if found is not None and shows_event(found.body, events[place].body):
                    seen.add(place)
        return seen

    def _refresh(self, program: str, number: int) -> bool:
        return refresh_balance(self._parts.engine, program, number, self._parts.clock.now())


def run_worker(parts: Parts, once: bool = False, stop: Event | None = None) -> None:
    """Work until `stop` is set, or with `once` until nothing is due; then return.

    Without a `stop` of its own it ends on SIGTERM and SIGINT, within about a second.
    """
    stop = stop or _on_signal()
    worker = Worker(parts, stop)
    if once:
        for step in (worker.do_jobs, worker.tell, worker.keep):
            while not stop.is_set() and step():
                pass
        return
    log.info("worker %s begins", worker.name)
    loops = [
        Thread(target=_loop, args=(name, step, pause, stop), name=name, daemon=True)
        for name, step, pause in (
            ("jobs", worker.do_jobs, JOBS_PAUSE),
            ("relay", worker.tell, RELAY_PAUSE),
            ("keeper", worker.keep, KEEPER_PAUSE),
        )
    ]
    for loop in loops:
        loop.start()
    stop.wait()
    for loop in loops:
        loop.join(LAST_WORDS)
    log.info("worker %s ends: %s", worker.name, dict(worker.relay.counts))


def _loop(name: str, step: Callable[[], bool], pause: float, stop: Event) -> None:
    """Step after step; one that fails is logged, and the next one comes after a pause."""
    while not stop.is_set():
        try:
            again = step()
        except Exception:  # whatever it was, the next step may go well
            log.exception("the %s of this worker fails", name)
            again = False
        if not again:
            stop.wait(pause)


def _on_signal() -> Event:
    stop = Event()
    if current_thread() is main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    return stop
