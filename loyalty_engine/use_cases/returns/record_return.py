"""Record a return: some units of some lines come back, once or in many parts."""

from dataclasses import replace
from typing import Any

import msgspec

from loyalty_engine.domain.errors import Conflict, InvalidRequest, LoyaltyError, pointing_below
from loyalty_engine.domain.requests import Return
from loyalty_engine.ports import StoredPurchase, StoredReturn, Taken, Work
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.use_cases.answering import quantity, to_json, with_member
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.canonical import fingerprint
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.events import return_event
from loyalty_engine.use_cases.idempotency import (
    note_status,
    operation_of,
    refusal_of,
    replay_of,
    return_resource,
)
from loyalty_engine.use_cases.purchases.checks import check_time
from loyalty_engine.use_cases.purchases.preparing import Prepared, prepare
from loyalty_engine.use_cases.purchases.record_purchase import record_in
from loyalty_engine.use_cases.returns.undoing import OPEN, closed, find_open, undo
from loyalty_engine.use_cases.returns.undone import Undone, line_refunds, undone_figures
from loyalty_engine.use_cases.writing import Shown, Written, write

NEW = 201
"""The status of what was not there before."""


def record_return(engine: Engine, caller: Caller, purchase_id: str, back: Return) -> Answer:
    """Record (201) or repeat (200) a return.

    Raises `NotFound` (no such purchase), `InvalidRequest` (no such line, nothing to return) and
    `Conflict` (more than is kept, another body under the id, a cancelled purchase).
    """
    refusal = refusal_of(lambda: engine.hooks.guard(caller.program, "record_return", None, False))
    exchange = None
    if back.exchange:  # the return's answer bears the key, and the purchase's within it
        with pointing_below("/exchange"):
            exchange = prepare(engine, replace(caller, key=None), back.exchange, "record_purchase")

    def act(work: Work) -> Written:
        stored_operation = operation_of(caller, 201, return_resource(purchase_id, back.id))
        if stored_operation and (known := work.remember(stored_operation)):
            return Written(replay_of(work, caller, known))
        written = return_in(engine, work, caller, purchase_id, back, exchange, refusal)
        note_status(work, stored_operation, written.answer)
        return written

    try:
        return write(engine, caller.program, caller.now, act)
    except Taken as taken:
        raise _already_bought(taken.value) from taken


def _already_bought(purchase: str) -> Conflict:
    """The refusal for an exchange whose purchase stands on its own or in another exchange."""
    return Conflict(
        f"purchase {purchase!r} of the exchange is already recorded; give the new one its own id",
        code="purchase_exists", pointer="/exchange/purchase",
    )  # fmt: skip


def return_in(
    engine: Engine,
    work: Work,
    caller: Caller,
    purchase_id: str,
    back: Return,
    exchange: Prepared | None = None,
    refusal: LoyaltyError | None = None,
) -> Written:
    """Record a return within a unit of work; `refusal` speaks against a new one."""
    stored = find_open(work, purchase_id, allow_closed=True)
    print_of = fingerprint(back)
    if known := work.find_return(stored.member, purchase_id, back.id):
        return _repeat(work, known, print_of)
    if refusal is not None:
        raise refusal
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
    undone = undo(
        engine, work, caller, stored, before, kept_milli, back.occurred_at,
        kind="return", name=back.id,
    )  # fmt: skip
    receipt = return_receipt(undone, stored, back)
    answer: dict[str, Any] = receipt
    shown_last = undone.shown
    if exchange is not None:
        bought, shown = _buy(engine, work, exchange)
        answer = receipt | {"exchange": msgspec.Raw(bought.receipt)}
        shown_last = shown or shown_last
    data = to_json(answer)
    work.add_return(
        StoredReturn(
            member=stored.member, purchase=purchase_id, id=back.id, revision=stored.revision,
            occurred_at=back.occurred_at, recorded_at=work.now, fingerprint=print_of,
            body=codec.encode(back.lines), receipt=data,
        )
    )  # fmt: skip
    tiers = undone.tier if undone.member else None
    work.announce(return_event(undone.stored, back.id, undone.version, work.now, tiers))
    name = undone.member.id if undone.member else None
    return Written(Answer(201, with_member(data, name)), shown_last)


def _buy(engine: Engine, work: Work, exchange: Prepared) -> tuple[StoredPurchase, Shown | None]:
    """Record what goes out in exchange; answers it as stored, and the balance to show."""
    with pointing_below("/exchange"):
        written = record_in(engine, work, exchange)
    if written.answer.status != NEW:
        raise _already_bought(exchange.purchase.id)
    bought = work.purchase(exchange.purchase.id)
    assert bought is not None, "the exchange has just been recorded"
    return bought, written.shown


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
