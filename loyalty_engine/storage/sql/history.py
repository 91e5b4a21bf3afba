"""What happened in a programme, as it is stored: for playing it again under other rules.

Everything is read a page at a time in the order of its keys, each page as of one moment; what was
recorded after `known_by` or happened at `until` and later (microseconds) is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    String,
    Table,
    and_,
    bindparam,
    case,
    func,
    null,
    select,
    tuple_,
)
from sqlalchemy.sql.selectable import Select

from loyalty_engine.storage.sql.engines import LONG_PATIENCE_SECONDS
from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.statements import Statement, Value, const, number_var, var
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.tables import entries, members, purchases, returns, tier_grants
from loyalty_engine.storage.sql.wire import Row

PAGE: Final = 500
FOREVER: Final = 2**63 - 1
LEAST: Final = -(2**63)


@dataclass(frozen=True, slots=True)
class Span:
    """The part of the past that is read, in microseconds since 1970."""

    known_by: int = FOREVER
    until: int = FOREVER


class _Pages:
    """A query over a table, page by page: its first columns are the key, the member first."""

    def __init__(
        self,
        table: Table,
        key: Sequence[str],
        others: Sequence[ColumnElement[Any]],
        *conditions: ColumnElement[bool],
        recorded: str | None,
        happened: str,
        texts: Sequence[str] = (),
    ) -> None:
        columns = [table.c[it] for it in key]
        places = [
            bindparam(f"p_{it}", type_=String) if it in texts else number_var(f"p_{it}")
            for it in key
        ]
        query: Select[Any] = select(*columns, members.c.id, members.c.recorded_at, *others)
        if table is not members:
            same = and_(members.c.program == table.c.program, members.c.member == table.c.member)
            query = query.select_from(table.outerjoin(members, same))
        query = query.where(
            here(table),
            tuple_(*columns) > tuple_(*places),
            columns[0] <= var("p_last"),
            table.c[happened] < var("p_until"),
            *conditions,
        )
        names = ["p_program", *(f"p_{it}" for it in key), "p_last", "p_until"]
        if recorded is not None:
            query = query.where(table.c[recorded] <= var("p_known_by"))
            names.append("p_known_by")
        query = query.order_by(*columns).limit(const(PAGE)).offset(const(0))
        self._statement = Statement(query, *names, prepared=False)
        self._first: tuple[Value, ...] = tuple("" if it in texts else LEAST for it in key)
        self._recorded = recorded is not None

    def read(
        self,
        storage: SqlStorage,
        program: str,
        span: Span,
        first: tuple[Value, ...] | None = None,
        last: int = FOREVER,
    ) -> "Iterator[Sequence[Row]]":
        """Pages of rows behind `first`, up to the member `last`. A row is the key, the member's
        id, when the member was recorded, the other columns.
        """
        after = self._first if first is None else first
        bounds = (span.until, span.known_by) if self._recorded else (span.until,)
        while True:
            with storage.wire(writes=False, patience=LONG_PATIENCE_SECONDS) as wire:
                rows = wire.ask((self._statement, (program, *after, last, *bounds)))[0].rows
            yield rows
            if len(rows) < PAGE:
                return
            after = tuple(rows[-1][: len(after)])


_MEMBERS = _Pages(
    members,
    ("member",),
    [members.c[it] for it in ("enrolled_at", "touchpoint", "language", "attributes")],
    recorded="recorded_at",
    happened="enrolled_at",
)

_first = purchases.alias("first_revision")
_FIRST_RECORDED = (
    select(func.min(_first.c.recorded_at))
    .where(
        _first.c.program == purchases.c.program,
        _first.c.member == purchases.c.member,
        _first.c.purchase == purchases.c.purchase,
    )
    .scalar_subquery()
)
_CANCELLED = (
    select(func.max(entries.c.recorded_at))
    .where(
        entries.c.program == purchases.c.program,
        entries.c.account == purchases.c.account,
        entries.c.purchase == purchases.c.purchase,
        entries.c.kind == const("cancel"),
    )
    .scalar_subquery()
)
_PURCHASES = _Pages(
    purchases,
    ("member", "purchase"),
    [
        purchases.c.account,
        purchases.c.state,
        case((purchases.c.revision > const(1), _FIRST_RECORDED), else_=purchases.c.recorded_at),
        case((purchases.c.state == const("cancelled"), _CANCELLED), else_=null()),
        purchases.c.body,
        purchases.c.facts,
    ],
    purchases.c.state.not_in([const("superseded"), const("claimed")]),
    recorded="recorded_at",
    happened="occurred_at",
    texts=("purchase",),
)
_AT_VERSION = (
    select(func.min(entries.c.version))
    .where(
        entries.c.program == returns.c.program,
        entries.c.account == members.c.account,
        entries.c.purchase == returns.c.purchase,
        entries.c.recorded_at == returns.c.recorded_at,
        entries.c.kind == const("return"),
    )
    .scalar_subquery()
)
_RETURNS = _Pages(
    returns,
    ("member", "purchase", "return"),
    [returns.c.occurred_at, returns.c.recorded_at, _AT_VERSION, returns.c.body],
    recorded="recorded_at",
    happened="occurred_at",
    texts=("purchase", "return"),
)
_GRANTS = _Pages(
    tier_grants,
    ("member", "from_at"),
    [tier_grants.c.tier, tier_grants.c.until, tier_grants.c.mode],
    recorded=None,
    happened="from_at",
)
_MOVES = _Pages(
    entries,
    ("account", "version"),
    [
        entries.c[it]
        for it in (
            "member",
            "kind",
            "unit",
            "destination",
            "amount",
            "recorded_at",
            "reason",
        )
    ],
    entries.c.purchase.is_(None),
    entries.c.kind.in_([const(it) for it in ("adjust", "redeem", "unredeem", "capture")]),
    entries.c.destination != const("debt"),
    recorded="recorded_at",
    happened="at",
)


def members_of(storage: SqlStorage, program: str, span: Span) -> Iterator[Row]:
    """Members: number, id, recorded, enrolled, touchpoint, language, attributes (JSON)."""
    return chain.from_iterable(_MEMBERS.read(storage, program, Span(span.known_by)))


def purchases_of(storage: SqlStorage, program: str, span: Span) -> Iterator[Row]:
    """Each purchase once, as it was last corrected: member, purchase, id, member recorded,
    account, state, recorded at first, cancelled (None where unknown), body, facts (JSON).
    """
    return chain.from_iterable(_PURCHASES.read(storage, program, span))


def returns_of(storage: SqlStorage, program: str, span: Span) -> Iterator[Row]:
    """Returns: member, purchase, return, id, member recorded, happened, recorded, the version of
    its first entry (None without any), body (JSON).
    """
    return chain.from_iterable(_RETURNS.read(storage, program, span))


def grants_of(storage: SqlStorage, program: str, span: Span) -> Iterator[Row]:
    """Tiers given by hand: member, from, id, member recorded, tier, until, mode."""
    return chain.from_iterable(_GRANTS.read(storage, program, span))


def moves_of(storage: SqlStorage, program: str, span: Span) -> Iterator[Row]:
    """Points that came or went without a purchase: account, version, id, member recorded,
    member, kind, unit, destination, amount, recorded, reason.

    There are few among many entries, so no question goes through more than some members' entries.
    """
    after: Value = LEAST
    for page in _MEMBERS.read(storage, program, Span(span.known_by)):
        if page or after == LEAST:
            last = page[-1][0] if len(page) == PAGE else FOREVER
            of_these = _MOVES.read(storage, program, span, (after, FOREVER), last)
            yield from chain.from_iterable(of_these)
            after = last
