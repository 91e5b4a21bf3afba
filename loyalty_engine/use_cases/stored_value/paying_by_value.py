"""Gift cards and store credit in a purchase: found, locked, and refused where they cannot be used.

A purchase that names none asks the database nothing here.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from loyalty_engine.domain.errors import InvalidRequest
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Payment, Purchase
from loyalty_engine.ports import MemberRecord, View, Work
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Caller, Engine
from loyalty_engine.use_cases.deciding.case import Case
from loyalty_engine.use_cases.deciding.stored_forms import Flag
from loyalty_engine.use_cases.points.booking import may_spend
from loyalty_engine.use_cases.stored_value.cards_in_purchase import NOTHING, Cards, Part, sold
from loyalty_engine.use_cases.stored_value.finding_cards import (
    GOOD,
    SLIP,
    CardRefused,
    check_tries,
    reason_against,
)
from loyalty_engine.use_cases.stored_value.purses import MALFORMED, Opened, number_of, open_purses
from loyalty_engine.use_cases.stored_value.reserving_value import free_value
from loyalty_engine.use_cases.stored_value.value_holds import known_value_hold, lapsed_or
from loyalty_engine.use_cases.vouchers.attempts import Asker

STORE_CREDIT = "store_credit"


def cards_of(
    view: View,
    engine: Engine,
    caller: Caller,
    program: Program,
    purchase: Purchase,
    member: MemberRecord | None,
    before: Mapping[str, int] = NOTHING,
    reserved: Mapping[str, int] = NOTHING,
) -> Cards | None:
    """The stored value that a purchase names; None where it names none. Locked in a unit of work,
    after the member's account and before codes and limits.

    `before` names purses that an earlier revision paid with, `reserved` the holds of the reservation
    that the purchase names, with their purses: all of that is free for it. Raises `CardRefused` for a card that
    cannot be used.
    """
    own = program.stored_value is not None and program.stored_value.store_credit is not None
    tenders = [
        (place, it)
        for place, it in enumerate(purchase.payments)
        if it.card or it.hold or (own and it.method == STORE_CREDIT)
    ]
    codes = [it.card for _, it in tenders if it.card] + [
        it.card for it in purchase.lines if it.card
    ]
    if not tenders and not codes and not before and not reserved:
        return None
    who = None
    if codes:
        who = check_tries(view, engine, program, caller, member.number if member else None)
    if member is not None and any(it.method == STORE_CREDIT for _, it in tenders):
        may_spend(program, member, {STORE_CREDIT: 1}, caller.now)
    parts = [_part(view, purchase, it, place, member, reserved) for place, it in tenders]
    wanted = [number for part in parts for number in part.purses]
    wanted += [number for _, number, _ in sold(purchase)]
    if len(set(wanted)) < len(wanted):
        raise InvalidRequest(
            "a card stands there twice; name each once, and sell none that pays",
            code="card_twice", pointer="/payments",
        )  # fmt: skip
    opened = open_purses(view, {*wanted, *map(int, before), *reserved.values()}, caller.now)
    cards = Cards(program, purchase, opened, parts, before)
    cards.freed = free_value(view, opened, reserved, caller.now)
    cards.parts = [_locked(view, opened, purchase, it) for it in parts]
    _check(cards, caller, who)
    return cards


def _check(cards: Cards, caller: Caller, who: Asker | None) -> None:
    """Refuse cards that are none, or cannot be used; what is held already may have ended."""
    for part in cards.parts:
        if not part.payment.card:
            continue
        book = cards.books.get(part.purses[0])
        why = reason_against(book.purse if book else None, part.payment.card, caller.now)
        own = part.purses[0]
        paid_already = part.hold is not None or str(own) in cards.before or own in cards.freed
        if why != GOOD and (why in (SLIP, "unknown") or not paid_already):
            raise CardRefused(why, caller, who, f"/payments/{part.place}/card")
    for index, line in enumerate(cards.purchase.lines):
        if line.card:
            book = cards.books.get(_number(line.card))
            why = reason_against(book.purse if book else None, line.card, caller.now)
            if why not in (GOOD, "inactive"):
                raise CardRefused(why, caller, who, f"/lines/{index}/card")


def _number(code: str) -> int:
    return 0 if code == MALFORMED else number_of(code)


def _part(
    view: View,
    purchase: Purchase,
    payment: Payment,
    place: int,
    member: MemberRecord | None,
    reserved: Mapping[str, int],
) -> Part:
    if payment.hold is not None and payment.hold in reserved:
        return Part(place, payment, (reserved[payment.hold],))
    if payment.hold is not None:
        hold = known_value_hold(view, payment.hold)
        captured = hold.purchase == purchase.id  # by the revision before this one
        return Part(place, payment, (hold.purse,), None if captured else hold)
    if payment.card:
        return Part(place, payment, (_number(payment.card),))
    if member is None:
        raise InvalidRequest(
            "store credit is a member's own, and no member is named",
            code="member_missing", pointer=f"/payments/{place}",
        )  # fmt: skip
    return Part(place, payment, tuple(it.number for it in view.purses_of(member.number)))


def _locked(view: View, opened: Opened, purchase: Purchase, part: Part) -> Part:
    """The part with its hold as it is now that its purse is locked: it may have ended meanwhile."""
    if part.hold is None:
        return part
    hold = lapsed_or(opened, known_value_hold(view, part.hold.id))
    captured = hold.purchase == purchase.id
    return replace(part, hold=None if captured else hold)


def pay(work: Work, cards: Cards | None, case: Case) -> tuple[Flag, ...]:
    """Let the cards of a purchase pay, if it names any; what somebody should look at."""
    return () if cards is None else cards.pay(work, case)


def with_cards(receipt: dict[str, Any], cards: Cards | None, language: str) -> bytes:
    """The receipt, as it is kept, with what it says of stored value."""
    if cards is not None:
        cards.tell(receipt, language)
    return to_json(receipt)


def quote_cards(
    view: View,
    engine: Engine,
    caller: Caller,
    case: Case,
    member: MemberRecord | None,
    receipt: dict[str, Any],
) -> None:
    """Put into a quote what each card would pay; nothing is used or held."""
    program, purchase = case.rulebook.program, case.facts.purchase
    cards = cards_of(view, engine, caller, program, purchase, member)
    if cards is None:
        return
    cards.settle(case, quoted=True)
    tell_cards(receipt, cards, case)


def tell_cards(receipt: dict[str, Any], cards: Cards | None, case: Case) -> None:
    """Put what settled cards would pay, and what is odd about it, into a quote."""
    if cards is None:
        return
    facts = case.facts.member
    cards.tell(receipt, facts.language if facts else cards.program.languages[0])
    if cards.flags:
        told = [{"code": it.code, "detail": it.detail} for it in cards.flags]
        receipt["flags"] = [*receipt.get("flags", ()), *told]
