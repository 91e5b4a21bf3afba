"""Quote a purchase: what it would give and cost, with no effect; or reserve what it promises."""

from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.ports import MemberRecord
from loyalty_engine.use_cases.answering import to_json, with_member
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.members.enrolling import buying_member
from loyalty_engine.use_cases.purchases.preparing import Prepared, prepare
from loyalty_engine.use_cases.purchases.quoting import (
    decide_quote,
    expected_member,
    quoted_receipt,
    with_member_flags,
)
from loyalty_engine.use_cases.purchases.reserve_purchase import reserve_in
from loyalty_engine.use_cases.stored_value.finding_cards import counting_wrong
from loyalty_engine.use_cases.stored_value.paying_by_value import quote_cards
from loyalty_engine.use_cases.vouchers.deciding_with_codes import note_wrong_codes
from loyalty_engine.use_cases.writing import write


def quote_purchase(engine: Engine, caller: Caller, purchase: Purchase, reserve: bool) -> Answer:
    """A receipt with `"committed": false`; with `reserve` also the id of a reservation (201).

    Raises what recording the purchase would raise.
    """
    prepared = prepare(engine, caller, purchase, "quote_purchase")
    if reserve:
        with counting_wrong(engine, caller):
            return write(
                engine, caller.program, caller.now, lambda work: reserve_in(engine, work, prepared)
            )
    prepared.check()
    with counting_wrong(engine, caller), engine.storage.read(caller.program) as view:
        opening = view.open_purchase(prepared.who, purchase.id)
        member = expected_member(prepared, opening.member) or _newcomer(
            engine, prepared, opening.member
        )
        balances = opening.balances if member else None
        decided, book = decide_quote(engine, view, prepared, member, balances)
        decided = with_member_flags(decided, opening.member)
        receipt = quoted_receipt(engine, view, prepared, decided, member, book)
        quote_cards(view, engine, caller, decided.case, member, receipt)
    note_wrong_codes(engine, caller, decided)
    return Answer(200, with_member(to_json(receipt), member.id if member else None))


def _newcomer(
    engine: Engine, prepared: Prepared, found: MemberRecord | None
) -> MemberRecord | None:
    """Whom the purchase would enrol; None for a guest and for one who has left."""
    if found is not None or prepared.who is None:
        return None
    return buying_member(engine, prepared.program, prepared.purchase, prepared.caller.now)
