"""The outbox beyond its heads: what stands behind a claimed event, and what is not shown yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select, update

from loyalty_engine.storage.sql.instants import instant
from loyalty_engine.storage.sql.outbox import Claimed
from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.rows.texts import json_text, json_value
from loyalty_engine.storage.sql.statements import Statement, const, number_var, var
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.tables import outbox

_head = outbox.alias("head")
_MEMBERS_WAITING = Statement(
    select(
        outbox.c.event, outbox.c.version, outbox.c.kind, outbox.c.body, outbox.c.at,
        outbox.c.attempts, outbox.c.done_by,
    )
    .where(
        here(outbox), outbox.c.member == var("p_member"), outbox.c.state == const("waiting"),
    )
    .order_by(outbox.c.version, outbox.c.at, outbox.c.event)
    .limit(number_var("p_limit"))
    .offset(const(0)),
    "p_program", "p_member", "p_limit",
)  # fmt: skip
_STILL_OURS = (
    select(const(1))
    .where(
        _head.c.program == outbox.c.program,
        _head.c.member == outbox.c.member,
        _head.c.event == var("p_head"),
        _head.c.claimed_by == var("p_worker"),
    )
    .correlate(outbox)
    .exists()
)
_NOTE = Statement(
    update(outbox)
    .where(
        here(outbox),
        outbox.c.member == var("p_member"),
        outbox.c.event == var("p_event"),
        outbox.c.state == const("waiting"),
        _STILL_OURS,
    )
    .values(done_by=var("p_done_by"), state=var("p_state")),
    "p_program", "p_member", "p_event", "p_head", "p_worker", "p_done_by", "p_state",
)  # fmt: skip
_UNSHOWN = Statement(
    select(outbox.c.program, outbox.c.member, outbox.c.event)
    .where(outbox.c.shown == const(0))
    .order_by(outbox.c.program, outbox.c.member)
    .limit(number_var("p_limit"))
    .offset(const(0)),
    "p_limit",
)
_SHOW = Statement(
    update(outbox)
    .where(here(outbox), outbox.c.member == var("p_member"), outbox.c.event == var("p_event"))
    .values(shown=const(1)),
    "p_program", "p_member", "p_event",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unshown:
    """An event whose member's kept balance may be older than it."""

    program: str
    member: int
    id: str


class OutboxQueues:
    """What the relay and the keeper of balances look at beside the events that are claimed."""

    def __init__(self, storage: SqlStorage) -> None:
        self._storage = storage

    def behind(self, head: Claimed, limit: int = 50) -> Sequence[Claimed]:
        """Up to `limit` waiting events of the head's member that come after it, in order.

        Nobody else can claim them while the head is claimed.
        """
        values = (head.program, head.member, limit + 1)
        with self._storage.wire(writes=False) as wire:
            rows = wire.ask((_MEMBERS_WAITING, values))[0].rows
        events = [
            replace(
                head, id=id_, version=version, kind=kind, body=body, at=instant(at),
                attempts=attempts, done_by=tuple(json_value(done_by)),
            )
            for id_, version, kind, body, at, attempts, done_by in rows
        ]  # fmt: skip
        ids = [event.id for event in events]
        return events[ids.index(head.id) + 1 :] if head.id in ids else ()

    def note(self, event: Claimed, head: Claimed, done_by: Iterable[str], *, done: bool) -> bool:
        """Keep which reactions have taken an event behind the head, and whether that is all.

        False when the head is no longer this worker's.
        """
        state = "done" if done else "waiting"
        values = (
            event.program, event.member, event.id, head.id, head.worker,
            json_text(tuple(done_by)), state,
        )  # fmt: skip
        return self._storage.write((_NOTE, values))[0].touched == 1

    def unshown(self, limit: int) -> Sequence[Unshown]:
        """Events of all programmes that are committed and not known to be shown."""
        with self._storage.wire(writes=False) as wire:
            rows = wire.ask((_UNSHOWN, (limit,)))[0].rows
        return [Unshown(*row) for row in rows]

    def mark_shown(self, events: Iterable[Unshown]) -> None:
        """The kept balances are as new as these events."""
        questions = [(_SHOW, (it.program, it.member, it.id)) for it in events]
        if questions:
            self._storage.write(*questions)
