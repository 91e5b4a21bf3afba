"""Points as a gift from one member to another, once for each id."""

from datetime import datetime
from typing import Any

import msgspec

from loyalty_engine.domain.errors import Conflict, InvalidRequest, LoyaltyError, NotFound
from loyalty_engine.domain.expiry import expires_at
from loyalty_engine.domain.gifts import GiftedEnd, Gifting
from loyalty_engine.domain.ledger import AccountBook, Cause
from loyalty_engine.domain.lots import Lot
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import GiftRequest
from loyalty_engine.ports import Address, Gift, MemberRecord, Taken, View, Work
from loyalty_engine.use_cases.answering import instant, shown, to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.canonical import fingerprint
from loyalty_engine.use_cases.deciding.codec import encode
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.gifts.gift_limits import (
    BY_GIFT,
    may_take_part,
    portions_to_give,
    rules_of,
    within_limits,
)
from loyalty_engine.use_cases.gifts.gift_sentences import GIFT
from loyalty_engine.use_cases.idempotency import (
    operation_of,
    refusal_of,
    remember_answer,
    replay_of,
)
from loyalty_engine.use_cases.members.guarding import may_redeem
from loyalty_engine.use_cases.points.booking import convert_full_cards, open_book
from loyalty_engine.use_cases.purchases.reserving import lapse_due
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write


def give_points(engine: Engine, caller: Caller, asked: GiftRequest) -> Answer:
    """Give points (201), or tell again what became of a gift under this id (200).

    Raises `NotFound` (no such member), `InvalidRequest` (to oneself, a unit or an amount that may
    not be given), `InsufficientPoints`, and `Conflict`: a limit, a member who is not active or has
    just joined, another gift under the id.
    """
    program = engine.rulebooks.current(caller.program).program
    refusal = refusal_of(lambda: engine.hooks.guard(caller.program, "give_points", None, True))

    def act(work: Work) -> Written:
        operation = operation_of(caller, 201)
        if operation and (known := work.remember(operation)):
            return Written(replay_of(work, caller, known))
        written = _given(work, program, asked, refusal)
        remember_answer(work, operation, written.answer)
        return written

    try:
        return write(engine, caller.program, caller.now, act)
    except Taken as taken:
        raise _exists(asked.id) from taken


def show_gift(engine: Engine, caller: Caller, gift: str) -> Answer:
    """A gift and what became of it; raises `NotFound`."""
    with engine.storage.read(caller.program) as view:
        return Answer(200, to_json(gift_body(view, known_gift(view, gift))))


def known_gift(view: View, id: str) -> Gift:
    """A gift by its id; raises `NotFound`."""
    gift = view.gift(id)
    if gift is None:
        raise NotFound(f"there is no gift {id!r}", code="gift_unknown")
    return gift


def gift_body(view: View, gift: Gift, book: AccountBook | None = None) -> dict[str, Any]:
    """A gift as callers see it, with the giver's balance where its `book` is at hand."""
    body: dict[str, Any] = {
        "gift": gift.id,
        "from": view.called(gift.member),
        "to": view.called(gift.to_member),
        "unit": gift.unit,
        "points": gift.points,
        "message": gift.message,
        "state": gift.state,
        "given_at": instant(gift.given_at),
        "lots": msgspec.json.decode(gift.portions),
    }
    if gift.cancelled_at is not None:
        body |= {
            "cancelled_at": instant(gift.cancelled_at),
            "returned": gift.returned,
            "reason": gift.reason,
            "by": gift.by,
        }
    if book is not None:
        body["balance"] = {unit: shown(it) for unit, it in sorted(book.balances.items())}
        body["version"] = book.version
    return body


def _number(work: Work, id: str) -> int:
    found = work.whose(Address("member", id))
    if found is None:
        raise NotFound(f"no member is known by the id {id!r}", code="member_unknown")
    return found


def _exists(gift: str) -> Conflict:
    return Conflict(f"gift {gift!r} is another one; take a new id", code="gift_exists")


def _repeat(work: Work, gift: Gift, asked: GiftRequest) -> Written:
    if gift.fingerprint != fingerprint(asked):
        raise _exists(gift.id)
    return Written(Answer(200, to_json(gift_body(work, gift)), True))


def _given(
    work: Work, program: Program, asked: GiftRequest, refusal: LoyaltyError | None
) -> Written:
    if (before := work.gift(asked.id)) is not None:
        return _repeat(work, before, asked)
    if refusal is not None:
        raise refusal
    rules = rules_of(program, asked)
    numbers = _number(work, asked.giver), _number(work, asked.receiver)
    if numbers[0] == numbers[1]:
        raise InvalidRequest(
            "nobody gives points to oneself", code="gift_to_oneself", pointer="/to"
        )
    giver, receiver = work.lock_two(*numbers)
    if (before := work.gift(asked.id)) is not None:
        return _repeat(work, before, asked)
    return _give(work, program, rules, giver, receiver, asked)


def _give(
    work: Work,
    program: Program,
    rules: Gifting,
    giver: MemberRecord,
    receiver: MemberRecord,
    asked: GiftRequest,
) -> Written:
    may_take_part(rules, giver, receiver, work.now)
    may_redeem(program, giver, work.now)
    within_limits(work, program, rules, giver, receiver, asked, work.now)
    mine, theirs = open_book(work, giver, work.now), open_book(work, receiver, work.now)
    lapse_due(work, giver, mine)
    lapse_due(work, receiver, theirs)
    cause = Cause(GIFT, giver.number, work.now, rule=BY_GIFT + asked.id)
    portions = []
    for lot, part in portions_to_give(mine, rules, giver, asked):
        end = _end(program, rules, receiver, lot, work.now)
        theirs.be_given(mine, lot, part, cause, receiver.number, end)
        was = None if lot.expires_at is None else instant(lot.expires_at)
        portions.append({"points": part, "expires_at": was})
    gift = Gift(
        giver.number, asked.id, receiver.number, asked.unit, asked.points, "given", work.now,
        asked.message, fingerprint(asked), encode(portions),
    )  # fmt: skip
    work.add_address(Address("gift", asked.id), giver.number)
    work.save_gift(gift)
    after = book_gift(work, program, gift, (giver, mine), (receiver, theirs))
    return Written(
        Answer(201, to_json(gift_body(work, gift, mine))), shown_after(program, after, mine)
    )


def book_gift(
    work: Work,
    program: Program,
    gift: Gift,
    giver: tuple[MemberRecord, AccountBook],
    receiver: tuple[MemberRecord, AccountBook],
) -> MemberRecord:
    """Save both books, and tell of both sides; answers the giver with its account's version."""
    after = []
    for (member, book), side in ((giver, "given"), (receiver, "received")):
        convert_full_cards(book, program, member.number, None)
        after.append(save_account(work, member, book))
        told = {"gift": gift.id, "unit": gift.unit, "points": gift.points, "state": gift.state}
        kind = f"gift_{side}" if gift.state == "given" else f"gift_{side}_back"
        work.announce(member_event(kind, member.number, gift.id, book.version, work.now, told))
    return after[0]


def _end(
    program: Program, rules: Gifting, receiver: MemberRecord, lot: Lot, now: datetime
) -> datetime | None:
    if rules.ends is GiftedEnd.KEPT:
        return lot.expires_at
    expiry = program.units[lot.unit].expiry
    return expires_at(expiry, now, now, program.zone, receiver.tier.tier)
