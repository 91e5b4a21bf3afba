"""Reserve what a quote promises, under one id: points, limits, codes and stored value set aside."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from loyalty_engine.domain.errors import InvalidRequest
from loyalty_engine.domain.ledger import Cause
from loyalty_engine.domain.lots import Balance
from loyalty_engine.ports import Address, MemberRecord, Reservation, Work
from loyalty_engine.use_cases.answering import to_json, with_member
from loyalty_engine.use_cases.calling import Answer, Engine
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.points.booking import count_limits, open_book
from loyalty_engine.use_cases.purchases.preparing import Prepared
from loyalty_engine.use_cases.purchases.quoting import (
    decide_quote,
    expected_member,
    quoted_receipt,
    with_member_flags,
)
from loyalty_engine.use_cases.purchases.reserving import held_by, lapse_due
from loyalty_engine.use_cases.stored_value.paying_by_value import cards_of, tell_cards
from loyalty_engine.use_cases.stored_value.reserving_value import reserve_value
from loyalty_engine.use_cases.vouchers.deciding_with_codes import hold_codes
from loyalty_engine.use_cases.writing import Written, save_account, shown_after


def reserve_in(engine: Engine, work: Work, prepared: Prepared) -> Written:
    """Reserve within a unit of work. What it refuses it refuses before writing anything."""
    caller, purchase = prepared.caller, prepared.purchase
    operation = operation_of(caller, 201)
    opening = work.open_purchase(prepared.who, purchase.id, operation)
    if opening.operation is not None:
        return Written(replay_of(work, caller, opening.operation))
    prepared.check()
    if purchase.hold is not None:
        raise InvalidRequest(
            "a reservation holds its points itself; leave the hold out, or quote without reserve",
            code="hold_in_reservation", pointer="/hold",
        )  # fmt: skip
    member = expected_member(prepared, opening.member)
    if member is None:
        raise InvalidRequest(
            "only a member's purchase can be reserved; name the member, or quote without reserve",
            code="member_missing", pointer="/member",
        )  # fmt: skip
    written = _reserve(engine, work, prepared, member, opening.balances)
    if operation:
        work.answer(replace(operation, answer=written.answer.body))
    return written


def _reserve(
    engine: Engine,
    work: Work,
    prepared: Prepared,
    member: MemberRecord,
    balances: Mapping[str, Balance],
) -> Written:
    caller, purchase = prepared.caller, prepared.purchase
    book = open_book(work, member, work.now, balances=balances)
    if any(balance.held for balance in book.balances.values()):
        lapse_due(work, member, book)
    cards = cards_of(work, engine, caller, prepared.program, purchase, member)
    decided, _ = decide_quote(engine, work, prepared, member, balances)
    trial = open_book(work, member, work.now, balances=balances)
    decided = with_member_flags(decided, member)
    receipt = quoted_receipt(engine, work, prepared, decided, member, trial)
    case = decided.case
    cause = Cause("hold", member.number, purchase.occurred_at, purchase.id)
    held = {
        unit: book.hold(unit, points, cause)
        for unit, points in sorted(case.facts.purchase.spend.items())
        if points
    }
    count_limits(work, case)
    ends = work.now + timedelta(minutes=prepared.program.switches.reservation_minutes)
    name = f"R-{engine.new_secret()}"
    values = reserve_value(work, cards, case, name, ends)
    tell_cards(receipt, cards, case)
    codes = hold_codes(work, decided, name, ends)
    work.add_address(Address("reservation", name), member.number)
    work.save_reservation(
        Reservation(
            member.number, name, "open", ends, codec.body_of(purchase), b"",
            held_by(case, held, codes, [it.text for it in decided.presented.codes], values),
        )
    )  # fmt: skip
    after = save_account(work, member, book)
    work.announce(
        member_event(
            "reservation_placed", member.number, name, after.version, work.now,
            {"reservation": name, "purchase": purchase.id},
        )
    )  # fmt: skip
    body = with_member(
        to_json({**receipt, "version": after.version, "reservation": name, "reserved_until": ends}),
        member.id,
    )
    return Written(Answer(201, body), shown_after(prepared.program, after, book))
