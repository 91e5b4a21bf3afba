"""Quote a purchase: what it would give and cost, with no effect; or reserve what it promises."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from loyalty_engine.domain.errors import InsufficientPoints, InvalidRequest
from loyalty_engine.domain.ledger import AccountBook, Cause
from loyalty_engine.domain.lots import Balance
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.ports import Address, MemberRecord, Reservation, View, Work
from loyalty_engine.use_cases import codec
from loyalty_engine.use_cases.booking import (
    affordable,
    count_limits,
    may_spend,
    open_book,
)
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.case import Question
from loyalty_engine.use_cases.challenging import tell_supposed
from loyalty_engine.use_cases.deciding import gains_of
from loyalty_engine.use_cases.deciding_with_codes import (
    Decided,
    decide_codes,
    giving,
    hold_codes,
    note_wrong_codes,
    tell_codes,
)
from loyalty_engine.use_cases.enrolling import buying_member
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.finding_cards import counting_wrong
from loyalty_engine.use_cases.holding import named_hold, pay_and_earn
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.looking import look_at
from loyalty_engine.use_cases.members import (
    GONE,
    flags_of,
    is_late,
    member_facts,
    next_tier,
    tier_as_of,
)
from loyalty_engine.use_cases.paying_by_value import cards_of, quote_cards, tell_cards
from loyalty_engine.use_cases.preparing import Prepared, no_points_of_guests, prepare
from loyalty_engine.use_cases.receipt import purchase_receipt, to_json, with_member
from loyalty_engine.use_cases.reserving import held_by, lapse_due
from loyalty_engine.use_cases.reserving_value import reserve_value
from loyalty_engine.use_cases.stored_forms import Flag
from loyalty_engine.use_cases.storing import pending_points
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write


def quote_purchase(engine: Engine, caller: Caller, purchase: Purchase, reserve: bool) -> Answer:
    """A receipt with `"committed": false`; with `reserve` also the id of a reservation (201).

    Raises what recording the purchase would raise.
    """
    prepared = prepare(engine, caller, purchase, "quote_purchase")
    if reserve:
        with counting_wrong(engine, caller):
            return write(
                engine, caller.program, caller.now, lambda work: _reserve(engine, work, prepared)
            )
    with counting_wrong(engine, caller), engine.storage.read(caller.program) as view:
        opening = view.open_purchase(prepared.who, purchase.id)
        member = _member(prepared, opening.member) or _newcomer(engine, prepared, opening.member)
        balances = opening.balances if member else None
        decided, book = _decide(engine, view, prepared, member, balances)
        decided = _flagged(decided, opening.member)
        receipt = _receipt(engine, view, prepared, decided, member, book)
        quote_cards(view, engine, caller, decided.case, member, receipt)
    note_wrong_codes(engine, caller, decided)
    return Answer(200, with_member(to_json(receipt), member.id if member else None))


def _member(prepared: Prepared, found: MemberRecord | None) -> MemberRecord | None:
    if found is None or found.status in GONE:
        if prepared.who is not None and found is None:
            if prepared.program.switches.enrol_on_first_purchase:
                return None
            raise InvalidRequest(
                "no member is known by this id; leave it out to quote for a guest",
                code="member_unknown", pointer="/member",
            )  # fmt: skip
        no_points_of_guests(prepared.purchase)
        return None
    return found


def _flagged(decided: Decided, found: MemberRecord | None) -> Decided:
    """The case with what a record would tell of the member, too."""
    if found is None:
        return decided
    case = decided.case
    return replace(decided, case=replace(case, flags=flags_of(found) + case.flags))


def _newcomer(
    engine: Engine, prepared: Prepared, found: MemberRecord | None
) -> MemberRecord | None:
    """Whom the purchase would enrol; None for a guest and for one who has left."""
    if found is not None or prepared.who is None:
        return None
    return buying_member(engine, prepared.program, prepared.purchase, prepared.caller.now)


def _decide(
    engine: Engine,
    view: View,
    prepared: Prepared,
    member: MemberRecord | None,
    balances: Mapping[str, Balance] | None = None,
) -> tuple[Decided, AccountBook | None]:
    """Decide, and let the points move in a book that is never written."""
    purchase, program, now = prepared.purchase, prepared.program, prepared.caller.now
    if member is None:
        question = Question(prepared.rulebook, purchase, None, None, prepared.plugins)
        return decide_codes(view, engine, prepared.caller, question), None
    book = look_at(view, member, now, balances).book
    may_spend(program, member, purchase.spend, now)
    hold = named_hold(view, member, purchase, now)
    spend = affordable(book, program, purchase.spend, purchase.occurred_at, hold)
    flags: tuple[Flag, ...] = ()
    if spend != purchase.spend:
        purchase = replace(purchase, spend=spend)
        flags = (Flag("spend_reduced", "fewer points are there than are to be spent"),)
    facts = member_facts(view, program, member, purchase.occurred_at)
    question = Question(prepared.rulebook, purchase, member, facts, prepared.plugins)
    decided = decide_codes(view, engine, prepared.caller, question)
    if flags:
        case = decided.case
        decided = replace(decided, case=replace(case, flags=flags + case.flags))
    for unit, points in spend.items():
        if program.switches.earned_points_pay or (hold is not None and unit == hold.unit):
            continue
        if book.spendable(unit, purchase.occurred_at) < points:
            raise InsufficientPoints(
                f"{points} {unit} are asked for and "
                f"{book.spendable(unit, purchase.occurred_at)} can be spent",
                unit=unit,
            )
    return decided, book


def _receipt(
    engine: Engine,
    view: View,
    prepared: Prepared,
    decided: Decided,
    member: MemberRecord | None,
    book: AccountBook | None,
) -> dict[str, object]:
    """What the receipt would be if the purchase happened now."""
    case = decided.case
    purchase, program = case.facts.purchase, prepared.program
    if member is None or book is None or case.facts.member is None:
        receipt = purchase_receipt(
            case, program.languages[0], committed=False, pending={}, tier=("", ""), balances={},
            version=0, flags=case.flags,
        )  # fmt: skip
        return _with_codes(engine, receipt, prepared, decided, member)
    version = book.first_version
    hold = named_hold(view, member, purchase, prepared.caller.now)
    pay_and_earn(book, program, case, member, purchase.spend, hold)
    tier = tier_as_of(view, program, member, purchase.occurred_at)
    after = next_tier(view, program, member, purchase.occurred_at, gains_of(case.decision))
    receipt = purchase_receipt(
        case, case.facts.member.language, committed=False,
        pending=pending_points(book, purchase.id), tier=(tier, after),
        balances=book.balances, version=version, flags=case.flags,
        late=is_late(member, purchase.occurred_at),
    )  # fmt: skip
    if case.rulebook.challenges:
        tell_supposed(view, receipt, case, member)
    return _with_codes(engine, receipt, prepared, decided, member)


def _with_codes(
    engine: Engine,
    receipt: dict[str, object],
    prepared: Prepared,
    decided: Decided,
    member: MemberRecord | None,
) -> dict[str, object]:
    """The receipt with its codes, and with the vouchers it would give: announced, not shown."""
    case = decided.case
    wanted = case.decision.vouchers
    if wanted or prepared.purchase.vouchers:
        facts = case.facts.member
        language = facts.language if facts else prepared.program.languages[0]
        issued = giving(engine, prepared.caller, decided, member).announced(wanted)
        tell_codes(receipt, decided, issued, prepared.caller, language, committed=False)
    return receipt


def _reserve(engine: Engine, work: Work, prepared: Prepared) -> Written:
    caller, purchase = prepared.caller, prepared.purchase
    if purchase.hold is not None:
        raise InvalidRequest(
            "a reservation holds its points itself; leave the hold out, or quote without reserve",
            code="hold_in_reservation", pointer="/hold",
        )  # fmt: skip
    operation = operation_of(caller, 201)
    opening = work.open_purchase(prepared.who, purchase.id, operation)
    if opening.operation is not None:
        return Written(replay_of(work, caller, opening.operation))
    member = _member(prepared, opening.member)
    if member is None:
        raise InvalidRequest(
            "only a member's purchase can be reserved; name the member, or quote without reserve",
            code="member_missing", pointer="/member",
        )  # fmt: skip
    book = open_book(work, member, work.now, balances=opening.balances)
    if any(balance.held for balance in book.balances.values()):
        lapse_due(work, member, book)
    cards = cards_of(work, engine, caller, prepared.program, purchase, member)
    decided, _ = _decide(engine, work, prepared, member, opening.balances)
    trial = open_book(work, member, work.now, balances=opening.balances)
    decided = _flagged(decided, member)
    receipt = _receipt(engine, work, prepared, decided, member, trial)
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
            member.number,
            name,
            "open",
            ends,
            codec.body_of(purchase),
            b"",
            held_by(case, held, codes, [it.text for it in decided.presented.codes], values),
        )
    )
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
    if operation:
        work.answer(replace(operation, answer=body))
    return Written(Answer(201, body), shown_after(prepared.program, after, book))
