"""Reading what happened beside purchases."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, String, and_, bindparam, select, tuple_

from loyalty_engine.domain.purchase import Scalar
from loyalty_engine.ports import StoredEvent
from loyalty_engine.storage.sql.instants import instant, micros
from loyalty_engine.storage.sql.reading.room import Room, all_of, here
from loyalty_engine.storage.sql.rows.texts import json_value
from loyalty_engine.storage.sql.statements import Statement, const, number_var, var
from loyalty_engine.storage.sql.tables import events, members, redemptions

PAGE = 500

_COLUMNS = all_of(events)
_EVENT = Statement(
    select(*_COLUMNS).where(
        here(events), events.c.member == var("p_member"), events.c.event == var("p_event")
    ),
    "p_program",
    "p_member",
    "p_event",
)
_AFTER: BindParameter[str] = bindparam("p_event", type_=String)
_ORDER = (events.c.occurred_at, events.c.member, events.c.event)
_TOLD = Statement(
    select(*_COLUMNS, members.c.attributes)
    .select_from(
        events.join(
            members,
            and_(members.c.program == events.c.program, members.c.member == events.c.member),
        )
    )
    .where(
        here(events),
        events.c.kind == var("p_kind"),
        events.c.occurred_at < var("p_until"),
        events.c.state == const("recorded"),
        tuple_(*_ORDER) > tuple_(number_var("p_at"), number_var("p_member"), _AFTER),
    )
    .order_by(*_ORDER)
    .limit(const(PAGE))
    .offset(const(0)),
    "p_program",
    "p_kind",
    "p_until",
    "p_at",
    "p_member",
    "p_event",
)


_DEEDS = Statement(
    select(events.c.kind, events.c.occurred_at).where(
        here(events), events.c.member == var("p_member"), events.c.state == const("recorded")
    ),
    "p_program",
    "p_member",
)
_TAKEN = Statement(
    select(const("redemption"), redemptions.c.taken_at).where(
        here(redemptions),
        redemptions.c.member == var("p_member"),
        redemptions.c.state == const("taken"),
    ),
    "p_program",
    "p_member",
)


class ReadsEvents(Room):
    """Events that are no purchases."""

    def deeds(self, member: int) -> Sequence[tuple[str, datetime]]:
        who = (self.program, member)
        answers = self._wire.ask((_DEEDS, who), (_TAKEN, who))
        return [(kind, instant(at)) for answer in answers for kind, at in answer.rows]

    def event(self, member: int, id: str) -> StoredEvent | None:
        rows = self._rows(_EVENT, member, id)
        return _event_of(rows[0]) if rows else None

    def told_events(
        self, kind: str, since: datetime, until: datetime
    ) -> Iterator[tuple[StoredEvent, Mapping[str, Scalar]]]:
        after: tuple[Any, ...] = (micros(since) - 1, 2**63 - 1, "")
        while True:
            rows = self._rows(_TOLD, kind, micros(until), *after)
            for row in rows:
                yield _event_of(row[:-1]), json_value(row[-1])
            if len(rows) < PAGE:
                return
            member, event, _, at, *_ = rows[-1]
            after = at, member, event


def _event_of(row: Any) -> StoredEvent:
    """From the columns of `events` after the programme."""
    member, id_, kind, at, state, tier, data = row
    return StoredEvent(member, id_, kind, instant(at), state, tier, data)
