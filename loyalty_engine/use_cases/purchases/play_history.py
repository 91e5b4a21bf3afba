"""Play the past again: many happenings in one transaction, each at its own instant.

What is played again a second time finds itself recorded already and changes nothing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from loyalty_engine.domain.errors import InsufficientPoints, LoyaltyError, Unavailable
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import Adjustment
from loyalty_engine.ports import Address, Taken, Work
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.canonical import fingerprint
from loyalty_engine.use_cases.members.enrolling import enrol_on_purchase
from loyalty_engine.use_cases.points.adjust_points import adjust_in, unit_of
from loyalty_engine.use_cases.points.settle_account import settle_in
from loyalty_engine.use_cases.purchases.history import (
    Arrival,
    Back,
    Due,
    Happening,
    Opening,
    Played,
    Sale,
)
from loyalty_engine.use_cases.purchases.preparing import Prepared, prepare
from loyalty_engine.use_cases.purchases.record_purchase import record_in, taken_conflict
from loyalty_engine.use_cases.returns.record_return import return_in
from loyalty_engine.use_cases.tiers.review_tier import review_in
from loyalty_engine.use_cases.writing import TRIES, Shown, Written, show

LONGEST_KEY = 255
DONE, KNOWN = Played(), Played(known=True)


class _Spoiled(Exception):
    """A refusal came after something was written: all must be undone and done one by one."""

    def __init__(self, refusal: LoyaltyError) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def play_history(
    engine: Engine, caller: Caller, happenings: Sequence[Happening]
) -> Sequence[Played]:
    """Let these happen in this order. Either all that is not refused is committed, or nothing.

    `caller.key` is the beginning of all keys. Raises `Unavailable` when the database is away.
    """
    prepared = [_prepared(engine, caller, it) for it in happenings]
    try:
        return _tried(engine, caller, happenings, prepared)
    except (_Spoiled, Taken):
        return [
            _alone(engine, caller, it, ready)
            for it, ready in zip(happenings, prepared, strict=True)
        ]


def _prepared(engine: Engine, caller: Caller, it: Happening) -> Prepared | LoyaltyError | None:
    if not isinstance(it, Sale):
        return None
    single = replace(caller, now=it.at, key=None, fingerprint=b"")
    try:
        return prepare(engine, single, it.purchase, "record_purchase")
    except LoyaltyError as refusal:
        return refusal


Ready = Sequence[Prepared | LoyaltyError | None]


def _tried(
    engine: Engine, caller: Caller, happenings: Sequence[Happening], prepared: Ready
) -> Sequence[Played]:
    for attempt in range(1, TRIES + 1):
        try:
            return _together(engine, caller, happenings, prepared)
        except Unavailable as error:
            if error.code != "serialization" or attempt == TRIES:
                raise
    raise AssertionError("the last try has raised")


def _together(
    engine: Engine, caller: Caller, happenings: Sequence[Happening], prepared: Ready
) -> Sequence[Played]:
    played: list[Played] = []
    changed: dict[str, Shown] = {}
    with engine.storage.begin(caller.program, happenings[0].at, sure=True) as work:
        for it, ready in zip(happenings, prepared, strict=True):
            before = work.writes
            work.now = it.at
            try:
                written = _act(engine, work, caller, it, ready)
            except LoyaltyError as refusal:
                if isinstance(refusal, Unavailable):
                    raise
                if work.writes != before:
                    raise _Spoiled(refusal) from refusal
                played.append(Played(refusal=refusal))
                continue
            played.append(KNOWN if written.answer.status == 200 else DONE)
            if written.shown is not None:
                changed[written.shown.member] = written.shown
        stamp = engine.board.stamp()
    for shown in changed.values():
        show(engine, caller.program, shown, stamp)
    return played


def _alone(
    engine: Engine, caller: Caller, it: Happening, ready: Prepared | LoyaltyError | None
) -> Played:
    try:
        return _tried(engine, caller, [it], [ready])[0]
    except _Spoiled as spoiled:
        return Played(refusal=spoiled.refusal)
    except Taken as taken:
        return Played(refusal=taken_conflict(taken))


def _act(
    engine: Engine,
    work: Work,
    caller: Caller,
    it: Happening,
    ready: Prepared | LoyaltyError | None,
) -> Written:
    if isinstance(ready, LoyaltyError):
        raise ready
    match it:
        case Sale():
            assert ready is not None
            return _sell(engine, work, caller, it, ready)
        case Back():
            single = replace(caller, now=it.at, key=None)
            return return_in(engine, work, single, it.purchase, it.back)
        case Arrival():
            return _arrive(engine, work, caller, it)
        case Due():
            program = engine.rulebooks.current(caller.program).program
            settle_in(work, program, it.member)
            return review_in(engine, work, program, it.member)[1]


def _arrive(engine: Engine, work: Work, caller: Caller, it: Arrival) -> Written:
    assert it.purchase.member is not None
    program = engine.rulebooks.at(caller.program, it.at).program
    there = work.find_member(Address("member", it.purchase.member))
    if there is None:
        enrol_on_purchase(engine, work, program, it.purchase)
    for opening in it.openings:
        bring(work, program, caller, it.purchase.member, opening)
    return Written(Answer(201 if there is None else 200, b""))


def _sell(engine: Engine, work: Work, caller: Caller, it: Sale, ready: Prepared) -> Written:
    topped_up: set[str] = set()
    while True:
        try:
            return record_in(engine, work, ready)
        except InsufficientPoints as short:
            unit = str(short.values["unit"])
            if it.top_up is None or it.purchase.member is None or unit in topped_up:
                raise
            points = missing(work, it.purchase.member, unit, short)
            opening = Opening(f"short:{it.purchase.id}:{unit}", unit, points, it.top_up)
            bring(work, ready.program, caller, it.purchase.member, opening)
            topped_up.add(unit)


def missing(work: Work, member: str, unit: str, short: InsufficientPoints) -> int:
    """What must come in for the purchase to go through: a debt is paid from it first."""
    asked, there = short.values["asked"], short.values["available"]
    assert isinstance(asked, int) and isinstance(there, int) and asked > there
    found = work.find_member(Address("member", member))
    assert found is not None, "points were asked of somebody"
    balance = work.balances(found.account).get(unit)
    return asked - there + (balance.debt if balance else 0)


def bring(work: Work, program: Program, caller: Caller, member: str, opening: Opening) -> None:
    """Let a member bring points along, once for each `Opening.key`."""
    adjustment = Adjustment(opening.unit, opening.points, opening.reason, caller.client)
    key = f"{caller.key}:{opening.key}"
    if len(key) > LONGEST_KEY:
        key = hashlib.sha256(key.encode()).hexdigest()
    # How many points is left out: what a longer file asks for later does not change the opening.
    same = fingerprint((member, adjustment.unit, adjustment.reason))
    once = replace(caller, now=work.now, key=key, fingerprint=same)
    adjust_in(work, program, unit_of(program, adjustment.unit), once, member, adjustment)
