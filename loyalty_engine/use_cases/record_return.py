"""Record a return: some units of some lines come back, once or in many parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from loyalty_engine.domain.errors import Conflict, InvalidRequest, NotFound
from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.lots import Balance
from loyalty_engine.domain.money import MILLI
from loyalty_engine.domain.requests import Return
from loyalty_engine.ports import MemberRecord, StoredPurchase, StoredReturn, Taken, Work
from loyalty_engine.rulebook.kept import Kept, keep
from loyalty_engine.use_cases import codec
from loyalty_engine.use_cases.booking import open_book
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.changing import (
    Change,
    Moved,
    book_change,
    carries_without,
    count_change,
    save_carries_after,
    state_after,
    stored_after,
)
from loyalty_engine.use_cases.checks import check_time
from loyalty_engine.use_cases.events import return_event
from loyalty_engine.use_cases.idempotency import operation_of, replay_of, return_resource
from loyalty_engine.use_cases.members import recount_purchases
from loyalty_engine.use_cases.preparing import Prepared, prepare
from loyalty_engine.use_cases.receipt import shown, to_json, with_member
from loyalty_engine.use_cases.record_purchase import record_in
from loyalty_engine.use_cases.writing import Shown, Written, save_account, shown_after, write

OPEN = ("recorded", "partly_returned")
"""States of a purchase from which something can come back."""


def record_return(engine: Engine, caller: Caller, purchase_id: str, back: Return) -> Answer:
    """Record (201) or repeat (200) a return.

    Raises `NotFound` (no such purchase), `InvalidRequest` (no such line, nothing to return) and
    `Conflict` (more than is kept, another body under the id, a cancelled purchase).
    """
    engine.hooks.guard(caller.program, "record_return", None, False)
    exchange = prepare(engine, caller, back.exchange, "record_purchase") if back.exchange else None

    def act(work: Work) -> Written:
        stored_operation = operation_of(caller, 201, return_resource(purchase_id, back.id))
        if stored_operation and (known := work.remember(stored_operation)):
            return Written(replay_of(work, caller, known))
        return return_in(engine, work, caller, purchase_id, back, exchange)

    try:
        return write(engine, caller.program, caller.now, act)
    except Taken as taken:
        raise Conflict(
            f"purchase {taken.value!r} of the exchange is already recorded", code="purchase_exists"
        ) from taken


def return_in(
    engine: Engine,
    work: Work,
    caller: Caller,
    purchase_id: str,
    back: Return,
    exchange: Prepared | None = None,
) -> Written:
    """Record a return within a unit of work."""
    stored = find_open(work, purchase_id, allow_closed=True)
    print_of = codec.fingerprint(back)
    if known := work.find_return(stored.member, purchase_id, back.id):
        return _repeat(work, known, print_of)
    if stored.state not in OPEN:
        raise closed(stored)
    program = engine.rulebooks.by_hash(caller.program, stored.rulebook).program
    check_time(program, back.occurred_at, caller.now)
    if back.occurred_at < stored.occurred_at:
        raise InvalidRequest(
            "a return cannot happen before its purchase", code="return_before_purchase",
            pointer="/occurred_at",
        )  # fmt: skip
    before = codec.kept_of(stored.kept)
    _check_lines(stored, before, back)
    kept_milli = quantities_left(before, back)
    undone = undo(engine, work, caller, stored, before, kept_milli, back.occurred_at, kind="return")
    receipt = return_receipt(undone, stored, back)
    answer: dict[str, Any] = receipt
    shown_last = undone.shown
    if exchange is not None:
        written = record_in(engine, work, exchange)
        bought = work.purchase(exchange.purchase.id)
        assert bought is not None, "the exchange has just been recorded"
        answer = receipt | {"exchange": msgspec.Raw(bought.receipt)}
        shown_last = written.shown or shown_last
    data = to_json(answer)
    work.add_return(
        StoredReturn(
            member=stored.member, purchase=purchase_id, id=back.id, revision=stored.revision,
            occurred_at=back.occurred_at, recorded_at=work.now, fingerprint=print_of,
            body=codec.encode(back.lines), receipt=data,
        )
    )  # fmt: skip
    work.announce(return_event(undone.stored, back.id, undone.version, work.now))
    name = undone.member.id if undone.member else None
    return Written(Answer(201, with_member(data, name)), shown_last)


def find_open(work: Work, purchase_id: str, *, allow_closed: bool = False) -> StoredPurchase:
    """The newest revision of a purchase; raises `NotFound`, or `Conflict` when it is closed."""
    stored = work.purchase(purchase_id)
    if stored is None:
        raise NotFound(f"no purchase {purchase_id!r} is recorded", code="purchase_unknown")
    if stored.state not in OPEN and not allow_closed:
        raise closed(stored)
    return stored


def closed(stored: StoredPurchase) -> Conflict:
    """The refusal for a purchase of which nothing is left."""
    return Conflict(
        f"purchase {stored.purchase!r} is {stored.state}; nothing of it is left",
        code=f"purchase_{stored.state}", revision=stored.revision, state=stored.state,
    )  # fmt: skip


def _repeat(work: Work, known: StoredReturn, print_of: bytes) -> Written:
    if known.fingerprint != print_of:
        raise Conflict(
            f"return {known.id!r} is recorded with another content; take a new id",
            code="return_exists",
        )
    member = work.member(known.member)
    return Written(Answer(200, with_member(known.receipt, member.id if member else None), True))


def _check_lines(stored: StoredPurchase, before: Kept, back: Return) -> None:
    """Refuse lines that the purchase never had; those that have all come back are another case."""
    strange = [place for place, it in enumerate(back.lines) if it.line not in before.lines]
    if not strange:
        return
    bought = {line.id for line in codec.purchase_of(stored.body).lines}
    for place in strange:
        if back.lines[place].line not in bought:
            raise InvalidRequest(
                f"the purchase has no line {back.lines[place].line!r}; "
                f"it has {', '.join(sorted(bought))}",
                code="line_unknown", pointer=f"/lines/{place}/line",
            )  # fmt: skip


def quantities_left(kept: Kept, back: Return) -> dict[str, int]:
    """What is kept of each line after the return, in thousandths."""
    left = dict(kept.lines)
    seen: set[str] = set()
    for index, line in enumerate(back.lines):
        pointer = f"/lines/{index}"
        if line.line in seen:
            raise InvalidRequest(
                f"line {line.line!r} stands there twice", code="line_twice", pointer=pointer
            )
        seen.add(line.line)
        there = left.get(line.line, 0)
        if line.quantity_milli > there:
            raise Conflict(
                f"line {line.line!r}: {quantity(line.quantity_milli)} are to come back and "
                f"{quantity(there)} are left",
                code="return_above_kept", pointer=f"{pointer}/quantity",
            )  # fmt: skip
        left[line.line] = there - line.quantity_milli
    return {line: milli for line, milli in left.items() if milli}


def quantity(milli: int) -> int | str:
    """A quantity as the API writes it: whole, or a decimal string."""
    if milli % MILLI == 0:
        return milli // MILLI
    return f"{milli // MILLI}.{milli % MILLI:03d}".rstrip("0")


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing some or all of a purchase came to."""

    stored: StoredPurchase
    member: MemberRecord | None
    before: Kept
    after: Kept
    moved: Moved
    facts: Facts
    tier: tuple[str, str]
    balances: Mapping[str, Balance]
    version: int
    shown: Shown | None


def undo(
    engine: Engine,
    work: Work,
    caller: Caller,
    stored: StoredPurchase,
    before: Kept,
    kept_milli: Mapping[str, int],
    at: datetime,
    *,
    kind: str,
    state: str | None = None,
) -> Undone:
    """Leave only `kept_milli` of a purchase: points, tender, limits, sums and tier follow."""
    rulebook = engine.rulebooks.by_hash(caller.program, stored.rulebook)
    program = rulebook.program
    facts = codec.facts_of(program, stored.body, stored.facts)
    decision = codec.decision_of(stored.decision)
    without = carries_without(work, stored.member, before)
    after = keep(rulebook, codec.original_of(program, facts, decision), kept_milli, without)
    changed = stored_after(stored, after, state or state_after(after))
    member = work.member(stored.member) if stored.account is not None else None
    change = Change(
        stored.purchase, stored.member, facts.purchase.store, stored.occurred_at, before, after,
        at, kind, facts.member.tier if facts.member else "",
        frozen=member is not None and member.status == "frozen",
    )  # fmt: skip
    work.save_purchase(changed)
    count_change(work, rulebook, change)
    if member is None:
        return Undone(changed, None, before, after, Moved({}, {}, {}), facts, ("", ""), {}, 0, None)
    book = open_book(work, member, work.now, stored.purchase)
    moved = book_change(book, program, change, decision.spent)
    save_carries_after(work, stored.member, without, after)
    counted = recount_purchases(work, program, member)
    counted = save_account(work, counted, book)
    work.save_member(counted)
    return Undone(
        changed, counted, before, after, moved, facts,
        (member.tier.tier, counted.tier.tier), book.balances, book.version,
        shown_after(program, counted, book),
    )  # fmt: skip


def return_receipt(undone: Undone, stored: StoredPurchase, back: Return) -> dict[str, Any]:
    """What came back: money by line, points taken and given back, tier, balance.

    `refund` is money only: the part paid with points comes back as points. Where the kept lines
    have lost a discount, `due` says what is to be paid instead.
    """
    receipt = undone_figures(undone)
    quantities = {it.line: quantity(it.quantity_milli) for it in back.lines}
    receipt["lines"] = [
        {"id": line, "quantity": quantities.get(line, 0), "refund": refund}
        for line, refund in line_refunds(undone).items()
        if refund or line in quantities
    ]
    return {"purchase": stored.purchase, "return": back.id, "revision": stored.revision} | receipt


def undone_figures(undone: Undone) -> dict[str, Any]:
    """The sums of a return or a cancellation."""
    before, after = undone.before, undone.after
    refund = (after.refunded - before.refunded) - (after.tender_back - before.tender_back)
    return {
        "committed": True,
        "state": undone.stored.state,
        "refund": max(0, refund),
        "due": max(0, -refund),
        "refunded": after.refunded - after.tender_back,
        "points_taken": dict(undone.moved.taken),
        "points_given": dict(undone.moved.given),
        "points_returned": dict(undone.moved.spent_back),
        "tier": {"before": undone.tier[0], "after": undone.tier[1]},
        "balance": {unit: shown(it) for unit, it in sorted(undone.balances.items())},
        "version": undone.version,
        "rulebook": undone.stored.rulebook,
    }


def line_refunds(undone: Undone) -> dict[str, int]:
    """By line, what its price after discounts has gone down by; below zero where it lost one."""
    lines = undone.facts.purchase.lines
    return {
        line.id: undone.before.nets.get(line.id, 0) - undone.after.nets.get(line.id, 0)
        for line in lines
    }
