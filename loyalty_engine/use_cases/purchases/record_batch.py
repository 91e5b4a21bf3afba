"""Record many purchases in one call: an answer for each, what is refused refused alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from loyalty_engine.domain.errors import LoyaltyError, Unavailable
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.ports import Taken, Work
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.purchases.preparing import Prepared, prepare
from loyalty_engine.use_cases.purchases.record_purchase import record_in, record_prepared
from loyalty_engine.use_cases.writing import Shown, revealed, show

CHUNK = 100
"""Purchases in one transaction: few enough to hold no lock for long."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one purchase: its answer, or why it was refused."""

    purchase: Purchase
    answer: Answer | None = None
    refusal: LoyaltyError | None = None


class _Spoiled(Exception):
    """A refusal came after something was written, or of the database itself, which ends the unit of
    work: the chunk must be undone and done singly.
    """


def record_batch(engine: Engine, caller: Caller, purchases: Sequence[Purchase]) -> Answer:
    """Record purchases in the order given for each member; 200 with an answer for each."""
    results = [_result(it) for it in record_each(engine, caller, purchases)]
    return Answer(200, b'{"results":[' + b",".join(results) + b"]}")


def record_each(
    engine: Engine,
    caller: Caller,
    purchases: Sequence[Purchase],
    now_of: Callable[[Purchase], datetime] | None = None,
) -> list[Outcome]:
    """The same, as values. Several purchases share a transaction; each still stands alone.

    `now_of` gives the instant at which each purchase is recorded where the past is played again.
    """
    once = replace(caller, key=None, fingerprint=b"")
    outcomes: list[Outcome | None] = [None] * len(purchases)
    ready: list[tuple[int, Prepared]] = []
    for index, purchase in enumerate(purchases):
        single = replace(once, now=now_of(purchase)) if now_of else once
        try:
            ready.append((index, prepare(engine, single, purchase, "record_purchase")))
        except LoyaltyError as refusal:
            outcomes[index] = Outcome(purchase, refusal=refusal)
    # Members are locked in one order, whatever order the purchases come in, so that two batches
    # do not wait for each other; a member's own purchases keep theirs.
    ready.sort(key=lambda it: (it[1].who.kind, it[1].who.value) if it[1].who else ("", ""))
    for start in range(0, len(ready), CHUNK):
        chunk = ready[start : start + CHUNK]
        for (index, _), outcome in zip(chunk, _chunk(engine, chunk), strict=True):
            outcomes[index] = outcome
    return [outcome for outcome in outcomes if outcome is not None]


def _chunk(engine: Engine, chunk: Sequence[tuple[int, Prepared]]) -> list[Outcome]:
    """Together, unless one names gift cards, or a reservation that may hold some: cards of several
    members have no common order.
    """
    if any(it.purchase.names_cards or it.purchase.reservation for _, it in chunk):
        return [_alone(engine, prepared) for _, prepared in chunk]
    try:
        return _together(engine, [prepared for _, prepared in chunk])
    except (_Spoiled, Taken, LoyaltyError):
        return [_alone(engine, prepared) for _, prepared in chunk]


def _together(engine: Engine, chunk: Sequence[Prepared]) -> list[Outcome]:
    caller = chunk[0].caller
    outcomes: list[Outcome] = []  # made inside the transaction, answered after its commit
    changed: dict[str, Shown] = {}
    with engine.storage.begin(caller.program, caller.now, sure=True) as work:
        outcomes.extend(_one(engine, work, prepared, changed) for prepared in chunk)
        stamp = engine.board.stamp()
    for shown in changed.values():
        show(engine, caller.program, shown, stamp)
    return outcomes


def _one(engine: Engine, work: Work, prepared: Prepared, changed: dict[str, Shown]) -> Outcome:
    before = work.writes
    work.now = prepared.caller.now
    try:
        written = record_in(engine, work, prepared)
    except LoyaltyError as refusal:
        if work.writes != before or isinstance(refusal, Unavailable):
            raise _Spoiled from refusal
        return Outcome(prepared.purchase, refusal=refusal)
    if written.shown is not None:
        changed[written.shown.member] = written.shown
    answer = revealed(engine, prepared.caller.program, written.answer)
    return Outcome(prepared.purchase, answer)


def _alone(engine: Engine, prepared: Prepared) -> Outcome:
    try:
        return Outcome(prepared.purchase, record_prepared(engine, prepared))
    except LoyaltyError as refusal:
        return Outcome(prepared.purchase, refusal=refusal)


def _result(outcome: Outcome) -> bytes:
    name = msgspec.json.encode(outcome.purchase.id)
    if outcome.answer is not None:
        return b'{"purchase":%b,"status":%d,"receipt":%b}' % (
            name, outcome.answer.status, outcome.answer.body,
        )  # fmt: skip
    assert outcome.refusal is not None
    problem = {
        "code": outcome.refusal.code,
        "detail": outcome.refusal.detail,
        "pointer": outcome.refusal.pointer,
    }
    return b'{"purchase":%b,"status":%d,"problem":%b}' % (
        name, outcome.refusal.status, msgspec.json.encode(problem),
    )  # fmt: skip
