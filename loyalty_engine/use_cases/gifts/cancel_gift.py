"""Cancel a gift, for support: what is left of it goes back to the giver, with the ends it had."""

from dataclasses import replace
from datetime import datetime

import msgspec

from loyalty_engine.domain.errors import Conflict
from loyalty_engine.domain.ledger import AccountBook, Cause
from loyalty_engine.ports import Gift, MemberRecord, Work
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.gifts.gift_limits import BY_GIFT
from loyalty_engine.use_cases.gifts.gift_sentences import GIFT_BACK
from loyalty_engine.use_cases.gifts.give_points import book_gift, gift_body, known_gift
from loyalty_engine.use_cases.idempotency import operation_of, remember_answer, replay_of
from loyalty_engine.use_cases.points.booking import open_book
from loyalty_engine.use_cases.purchases.reserving import lapse_due
from loyalty_engine.use_cases.writing import Written, shown_after, write


def cancel_gift(engine: Engine, caller: Caller, gift_id: str, reason: str, by: str) -> Answer:
    """Take a gift back as far as it has not been spent (200); once more changes nothing.

    Raises `NotFound`, and `Conflict` where nothing of it is left.
    """
    program = engine.rulebooks.current(caller.program).program

    def act(work: Work) -> Written:
        operation = operation_of(caller, 200)
        if operation and (known := work.remember(operation)):
            return Written(replay_of(work, caller, known))
        gift = known_gift(work, gift_id)
        if gift.member == gift.to_member:
            raise _spent(gift)  # they have turned out to be one member since
        giver, receiver = work.lock_two(gift.member, gift.to_member)
        gift = known_gift(work, gift_id)
        if gift.state == "cancelled":
            told = Answer(200, to_json(gift_body(work, gift)))
            remember_answer(work, operation, told)
            return Written(told)
        mine, theirs = open_book(work, giver, work.now), open_book(work, receiver, work.now)
        lapse_due(work, giver, mine)
        lapse_due(work, receiver, theirs)
        shared = giver.account == receiver.account
        returned = 0 if shared else _back(gift, giver, mine, theirs, by)
        if not returned:
            raise _spent(gift)
        gift = replace(
            gift, state="cancelled", returned=returned, cancelled_at=work.now, reason=reason, by=by
        )
        work.save_gift(gift)
        after = book_gift(work, program, gift, (giver, mine), (receiver, theirs))
        answer = Answer(200, to_json(gift_body(work, gift, mine)))
        remember_answer(work, operation, answer)
        return Written(answer, shown_after(program, after, mine))

    return write(engine, caller.program, caller.now, act)


def _spent(gift: Gift) -> Conflict:
    return Conflict(f"nothing of the gift {gift.id!r} is left to take back", code="gift_spent")


def _back(gift: Gift, giver: MemberRecord, mine: AccountBook, theirs: AccountBook, by: str) -> int:
    """Move what is free of the gift's own points; answers how many."""
    rule = BY_GIFT + gift.id
    cause = Cause(GIFT_BACK, giver.number, mine.now, rule=rule, by=by)
    had, back = _ends(gift), 0
    for lot in sorted(theirs.lots(gift.unit), key=lambda it: it.number):
        if lot.rule != rule or not lot.free or back == gift.points:
            continue
        part = min(lot.free, gift.points - back)
        ends = [it for it in (lot.expires_at, had) if it is not None]
        mine.be_given(theirs, lot, part, cause, giver.number, min(ends, default=None))
        back += part
    return back


def _ends(gift: Gift) -> datetime | None:
    """The last end that the points had before they were given; None where some had none."""
    told = [it["expires_at"] for it in msgspec.json.decode(gift.portions)]
    if None in told:
        return None
    return max(datetime.fromisoformat(it) for it in told)
