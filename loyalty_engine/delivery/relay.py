"""Tells committed events to reactions: at least once, in order for each member, each on its own."""

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from threading import Event
from typing import Any, Generic

import msgspec

from loyalty_engine.delivery.backoff import MOST_ATTEMPTS, pause_after
from loyalty_engine.delivery.reacting import DEADLINE, Reaction, Reactor, Values
from loyalty_engine.delivery.waiting import E, Outbox, Queues, Waiting

BATCH = 100
SHORTEST_LEASE = 30
"""Seconds; more with several reactions, so that one event's reactions fit in twice."""

Refresh = Callable[[str, int], bool]
"""Put the member's balance of now (programme, number) before look-ups; whether that was done."""

Seen = Callable[[Sequence[E]], Collection[int]]
"""Which of these events, by their place, look-ups need not be told of any more."""

log = logging.getLogger(__name__)


class Relay(Generic[E]):
    """One worker's part in telling events; any number of workers may do so at once."""

    def __init__(
        self,
        outbox: Outbox[E],
        queues: Queues[E],
        reactions: Iterable[Reaction],
        name_of: Callable[[str, int], str | None],
        refresh: Refresh | None,
        worker: str,
        now: Callable[[], datetime],
        stop: Event,
        deadline: float = DEADLINE,
        lease_seconds: int | None = None,
        seen: Seen[E] | None = None,
    ) -> None:
        """`name_of` gives a member's id by programme and number, None after erasure.

        Without `refresh` no balances are kept, so nothing needs to be shown; `seen` spares it where
        the writer has done it. `deadline` is in seconds, for each reaction.
        """
        self._outbox = outbox
        self._queues = queues
        self._reactors = [Reactor(it, stop, deadline) for it in reactions]
        self._name_of = name_of
        self._refresh = refresh
        self._seen = seen
        self._worker = worker
        self._now = now
        self._stop = stop
        at_most = 2 * deadline * len(self._reactors)
        self._lease = lease_seconds or SHORTEST_LEASE + round(at_most)
        self._until = now()
        self.counts: Counter[str] = Counter()
        """How many events were `done`, to come again (`retried`) or `parked`; calls that `failed`."""

    def step(self) -> int:
        """Take one batch of events; answers how many there were."""
        began = self._now()
        self._until = began + timedelta(seconds=self._lease / 2)
        events = self._outbox.claim_events(None, self._worker, BATCH, self._lease, began)
        events = sorted(events, key=_least_suspect_first)
        done: dict[bool, list[E]] = {True: [], False: []}
        seen = self._seen(events) if self._seen is not None else ()
        for tried, event in enumerate(events):
            if self._must_end():
                self._outbox.give_back(events[tried:], began)
                break
            if event.attempts > 1:
                self._mark(done)
            shown = event.shown or tried in seen or self._show(event)
            taken, missing = self._offer(event, set())
            if missing:
                self._pass_by(event, set(missing))
                self._put_back(event, taken, missing, shown=shown)
            else:
                done[shown].append(event)
        self._mark(done)
        return len(events)

    def _mark(self, done: dict[bool, list[E]]) -> None:
        for shown, events in done.items():
            if events:
                self._outbox.mark_done(events, shown=shown)
                self.counts["done"] += len(events)
                events.clear()

    def _must_end(self) -> bool:
        """Whether to leave the rest: the worker stops, or the claim has half run out."""
        return self._stop.is_set() or self._now() > self._until

    def _show(self, event: E) -> bool:
        try:
            return self._refresh is None or self._refresh(event.program, event.member)
        except Exception as error:  # noqa: BLE001 - the keeper of balances tries again
            log.warning("a balance could not be refreshed: %s", type(error).__name__)
            return False

    def _offer(self, event: E, blocked: set[str]) -> tuple[list[str], list[str]]:
        """Call the reactions that have not taken it yet; answers who has now, and who has not.

        One that was tried too often is not tried again: it may be what has ended the worker.
        """
        taken, missing = list(event.done_by), []
        for reactor in self._reactors:
            name = reactor.reaction.name
            if name in taken or not reactor.reaction.serves(event.program):
                continue
            if name in blocked or event.attempts > MOST_ATTEMPTS or self._call(reactor, event):
                missing.append(name)
            else:
                taken.append(name)
        return taken, missing

    def _call(self, reactor: Reactor, event: E) -> str:
        try:
            fault = reactor.call(self._values(event))
        except Exception as error:  # noqa: BLE001 - one event is never the end of the others
            fault = f"its arguments cannot be had: {type(error).__name__}"
        if fault:
            self.counts["failed"] += 1
            log.warning("reaction %s fails at %s: %s", reactor.reaction.name, event.kind, fault)
        return fault

    def _pass_by(self, head: E, blocked: set[str]) -> None:
        """Tell the member's next events to those reactions that are not waiting for the head."""
        if len(blocked) == len(self._reactors):
            return
        for event in self._queues.behind(head):
            taken, missing = self._offer(event, blocked)
            if len(taken) > len(event.done_by):
                self._queues.note(event, head, taken, done=not missing)
            blocked |= set(missing)
            if self._must_end() or len(blocked) == len(self._reactors):
                return

    def _put_back(self, event: E, taken: list[str], missing: list[str], *, shown: bool) -> None:
        if event.attempts >= MOST_ATTEMPTS and not self._stop.is_set():
            self.counts["parked"] += 1
            log.error(
                "an event %s of programme %s is parked after %d tries; not taken by %s",
                event.kind, event.program, event.attempts, ", ".join(missing),
            )  # fmt: skip
            self._outbox.park(event, taken, shown=shown)
            return
        self.counts["retried"] += 1
        due = self._now()
        if not self._stop.is_set():
            due += pause_after(event.attempts, public_id(event.program, event.member, event.id))
        self._outbox.retry_later(event, due, taken, shown=shown)

    def _values(self, event: E) -> Values:
        """The arguments of `handle_event`, a fresh copy for each call."""
        body: dict[str, Any] = msgspec.json.decode(event.body)
        if "member" in body:
            body["member"] = self._name_of(event.program, event.member)
        return {
            "event": event.kind,
            "body": body,
            "id": public_id(event.program, event.member, event.id),
            "program": event.program,
            "at": event.at,
        }


def _least_suspect_first(event: Waiting) -> tuple[bool, str]:
    """An event in hand for the first time has ended no worker yet, so it goes first.

    The others may have been in hand with one that has; in another order each time, all but that
    one are told before long.
    """
    key = f"{event.attempts} {public_id(event.program, event.member, event.id)}"
    return event.attempts > 1, hashlib.sha256(key.encode()).hexdigest()


def public_id(program: str, member: int, event: str) -> str:
    """The id under which an event is told: always the same, and nothing can be read from it."""
    whole = f"{len(program)} {program} {member} {event}"
    return hashlib.sha256(whole.encode()).hexdigest()[:32]
