"""The past in the engine's own database: what it recorded, in the order in which it did."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import msgspec

from loyalty_engine.backtest.from_file import Sorted
from loyalty_engine.backtest.in_order import InOrder, Place, Turn
from loyalty_engine.backtest.past import (
    GUESTS,
    Bought,
    Brought,
    CameBack,
    Event,
    Joined,
    Promoted,
    Spent,
)
from loyalty_engine.backtest.sorting import Part, Plan, Sorter
from loyalty_engine.domain.purchase import Purchase, Scalar
from loyalty_engine.domain.requests import Return, ReturnLine
from loyalty_engine.domain.tiers import Grant, GrantMode
from loyalty_engine.imports.job import Watch
from loyalty_engine.imports.steps import TOP_UP
from loyalty_engine.imports.tables import UnusableFile
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.storage.sql import history
from loyalty_engine.storage.sql.history import FOREVER, Span
from loyalty_engine.storage.sql.instants import instant, instant_or_none, micros
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.wire import Row
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.purchases.history import Opening

STEP: Final = 1000


@dataclass(frozen=True, slots=True)
class _ToldMember:
    attributes: Mapping[str, Scalar]
    language: str
    purchases: int


@dataclass(frozen=True, slots=True)
class _Told:
    """What of a purchase's stored facts is true whatever the rules: the rest is worked out."""

    member: _ToldMember | None
    plugins: Mapping[str, Mapping[str, Scalar]]


_told = msgspec.json.Decoder(_Told)
_attributes = msgspec.json.Decoder(dict[str, Scalar])
_lines = msgspec.json.Decoder(list[ReturnLine] | dict[str, int])


@dataclass(frozen=True, slots=True)
class HistorySource:
    """What `storage` has of a programme by `now`, which is when it ends. Members are named by their numbers, or, where
    `with_ids`, by the caller's ids; `limit` is of purchases.
    """

    storage: SqlStorage
    program: str
    now: datetime
    with_ids: bool = False
    limit: int | None = None

    def sort(
        self,
        rulebooks: Sequence[Rulebook],
        plan: Plan,
        sorter: Callable[[int], Sorter],
        until: datetime | None,
        watch: Watch,
    ) -> Sorted:
        """Read, and write what happened before `until` to the files of a sorter.

        Raises UnusableFile where there is no purchase.
        """
        span = Span(micros(self.now), FOREVER if until is None else micros(until))
        with closing(InOrder()) as events:
            watch.begin("Reading", None)
            reading = _Reading(self, span, events, watch)
            reading.all()
            count = events.count()
            if not count:
                raise UnusableFile(f"the history of {self.program} holds no purchase to play")
            watch.begin("Sorting", self.limit or count)
            last, parts = _sorted(events, sorter(count), self.limit, watch)
            if self.limit is None:
                ends = self.now if until is None else min(self.now, until - datetime.resolution)
                last = max(last, ends)
            return Sorted(parts, instant(events.first()), last)


def _sorted(
    events: InOrder, sorter: Sorter, limit: int | None, watch: Watch
) -> tuple[datetime, Sequence[Part]]:
    """All events put to a sorter up to the last of `limit` purchases; and when the last was."""
    purchases, last = 0, None
    for frame in events:
        event = frame.event
        if isinstance(event, Bought):
            if purchases == limit:
                break
            purchases += 1
            if purchases % STEP == 0:
                watch.reached(purchases)
        last = event.at
        sorter.put(frame.owner, event)
    assert last is not None, "there is a purchase"
    return last, sorter.close()


@dataclass(slots=True)
class _Reading:
    """Makes events of rows."""

    source: HistorySource
    span: Span
    events: InOrder
    watch: Watch
    rows: int = 0

    def all(self) -> None:
        """Read everything; purchases before what came back of them."""
        source, span = self.source, self.span
        reading: Mapping[
            Callable[[SqlStorage, str, Span], Iterable[Row]], Callable[[Row], None]
        ] = {
            history.members_of: self._member,
            history.grants_of: self._grant,
            history.moves_of: self._move,
            history.purchases_of: self._purchase,
            history.returns_of: self._return,
        }
        for read, make in reading.items():
            for row in read(source.storage, source.program, span):
                make(row)
                self.rows += 1
                if self.rows % STEP == 0:
                    self.watch.reached(self.rows)

    def _name(self, number: int, id: str | None) -> str:
        return id if id is not None and self.source.with_ids else str(number)

    def _put(self, place: Place, owner: str, event: Event) -> None:
        self.events.put(place, owner, event)

    def _member(self, row: Row) -> None:
        number, name, recorded, enrolled, touchpoint, language, attributes = row
        name = self._name(number, name)
        nothing = Purchase("", instant(enrolled), "", (), member=name, touchpoint=touchpoint)
        told = _attributes.decode(attributes)
        joined = Joined(instant(recorded), nothing, (), told, language)
        self._put(Place(recorded, Turn.JOINED), name, joined)

    def _grant(self, row: Row) -> None:
        number, start, name, joined, tier, until, mode = row
        at = max(start, joined)
        grant = Grant(tier, instant(start), instant_or_none(until), GrantMode(mode))
        promoted = Promoted(instant(at), grant)
        self._put(Place(at, Turn.BY_HAND), self._name(number, name), promoted)

    def _move(self, row: Row) -> None:
        _, version, name, _, number, kind, unit, destination, amount, recorded, reason = row
        at = instant(recorded)
        event: Event
        if destination == "redeemed":
            event = Spent(at, unit, amount, reason or kind, TOP_UP)
        else:
            points = -amount if destination == "adjusted" else amount
            event = Brought(at, Opening(f"entry:{version}", unit, points, reason or kind))
        self._put(Place(recorded, Turn.BY_HAND, version), self._name(number, name), event)

    def _purchase(self, row: Row) -> None:
        number, bought, name, joined, account, state, recorded, cancelled, body, facts = row
        owner = GUESTS if account is None else self._name(number, name)
        told = _told.decode(facts)
        purchase = codec.purchase_of(body).without_cards
        if purchase.event is not None:
            return  # only purchases are played; what events gave is topped up where it is spent
        count, attributes, language = 0, None, ""
        if account is not None:
            purchase = replace(purchase, member=owner)
            recorded = max(recorded, joined)  # one that was claimed may be older than its member
            if told.member is not None:
                count, language = told.member.purchases, told.member.language
                attributes = told.member.attributes
        event = Bought(instant(recorded), purchase, TOP_UP, told.plugins, attributes, language)
        self._put(Place(recorded, Turn.BOUGHT, count, bought), owner, event)
        self.events.remember(bought, recorded, owner)
        if state == "cancelled":
            at = max(cancelled or recorded, recorded)
            back = CameBack(instant(at), bought, None)
            self._put(Place(at, Turn.BACK_AT_ONCE, 1, bought), owner, back)

    def _return(self, row: Row) -> None:
        _, purchase, name, _, _, happened, recorded, version, body = row
        bought = self.events.bought(purchase)
        if bought is None:
            return
        at, owner = bought
        lines = _lines.decode(body)
        if isinstance(lines, dict):  # without a receipt, lines were found for what came back
            lines = [ReturnLine(line, milli) for line, milli in lines.items()]
        turn = Turn.BACK if recorded > at else Turn.BACK_AT_ONCE
        recorded = max(recorded, at)
        back = CameBack(instant(recorded), purchase, Return(name, instant(happened), tuple(lines)))
        self._put(Place(recorded, turn, version or 0, purchase + name), owner, back)
