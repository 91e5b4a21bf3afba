"""Record a purchase: it happened, once; points, discounts and tier follow from it."""

from loyalty_engine.domain.errors import Conflict, InvalidRequest
from loyalty_engine.domain.expiry import PURCHASE
from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.ports import Address, MemberRecord, Opening, StoredPurchase, Taken, Work
from loyalty_engine.use_cases.answering import with_member
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.challenges.challenging import Challenged, challenge
from loyalty_engine.use_cases.deciding.case import Case, Question
from loyalty_engine.use_cases.deciding.settling import gains_of
from loyalty_engine.use_cases.deciding.stored_forms import Flag
from loyalty_engine.use_cases.events import purchase_event
from loyalty_engine.use_cases.idempotency import (
    note_status,
    operation_of,
    purchase_resource,
    replay_of,
)
from loyalty_engine.use_cases.members.enrolling import enrol_on_purchase
from loyalty_engine.use_cases.members.guarding import awoken, sales_flags
from loyalty_engine.use_cases.members.standing import (
    GONE,
    count_purchase,
    flags_of,
    is_late,
    member_facts,
)
from loyalty_engine.use_cases.points.booking import (
    count_limits,
    save_carries,
)
from loyalty_engine.use_cases.points.renewing import renew, revive
from loyalty_engine.use_cases.purchases.preparing import Prepared, no_points_of_guests, prepare
from loyalty_engine.use_cases.purchases.receipt import purchase_receipt
from loyalty_engine.use_cases.purchases.record_guest import record_guest
from loyalty_engine.use_cases.purchases.storing import pending_points, stored_purchase
from loyalty_engine.use_cases.referrals.qualifying import WATCHED, follow
from loyalty_engine.use_cases.returns.correct_purchase import correct
from loyalty_engine.use_cases.spending.holding import pay_and_earn, save_captured
from loyalty_engine.use_cases.spending.paying_by_points import open_till
from loyalty_engine.use_cases.stored_value.cards_in_purchase import NOTHING
from loyalty_engine.use_cases.stored_value.finding_cards import counting_wrong
from loyalty_engine.use_cases.stored_value.paying_by_value import cards_of, pay, with_cards
from loyalty_engine.use_cases.vouchers.deciding_with_codes import (
    book_codes,
    decide_codes,
    tell_codes,
)
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write


def record_purchase(engine: Engine, caller: Caller, purchase: Purchase) -> Answer:
    """Record (201), repeat (200, the same receipt) or correct by a higher revision (200).

    Raises `InvalidRequest` (422), `Conflict` (409: another body under the id, a stale revision),
    `InsufficientPoints` (409) or `Forbidden` (403); then nothing has changed.
    """
    return record_prepared(engine, prepare(engine, caller, purchase, "record_purchase"))


def record_prepared(engine: Engine, prepared: Prepared) -> Answer:
    """The same, of a purchase whose codes are sealed already."""
    caller = prepared.caller
    try:
        with counting_wrong(engine, caller):
            return write(
                engine, caller.program, caller.now, lambda work: record_in(engine, work, prepared)
            )
    except Taken as taken:
        raise taken_conflict(taken) from taken


def taken_conflict(taken: Taken) -> Conflict:
    """The refusal for an id that another member's purchase already has."""
    return Conflict(
        f"{taken.kind} {taken.value!r} is already recorded for somebody else",
        code="purchase_exists",
    )


def record_in(engine: Engine, work: Work, prepared: Prepared) -> Written:
    """Record within a unit of work. What it refuses it refuses before writing anything."""
    purchase, caller = prepared.purchase, prepared.caller
    resource = purchase_resource(purchase.id, purchase.revision)
    operation = operation_of(caller, 201, resource)
    opening = work.open_purchase(prepared.who, purchase.id, operation)
    if opening.operation is not None:
        return Written(replay_of(work, caller, opening.operation))
    if opening.purchase is not None:
        written = _known(engine, work, prepared, opening, opening.purchase)
        note_status(work, operation, written.answer)
        return written
    prepared.check()
    member, flags = _member_of(engine, work, prepared, opening)
    if member is None:
        return record_guest(engine, work, prepared, flags)
    return _record_member(engine, work, prepared, member, opening, flags)


def _known(
    engine: Engine, work: Work, prepared: Prepared, opening: Opening, stored: StoredPurchase
) -> Written:
    """The id is known: the same again, a correction, or another purchase under the same id."""
    purchase = prepared.purchase
    if purchase.revision > stored.revision:
        prepared.check()
        if prepared.who is None:  # nobody was locked, so it may have changed meanwhile
            stored = work.purchase(purchase.id) or stored
            if purchase.revision <= stored.revision:
                return _known(engine, work, prepared, opening, stored)
        return correct(engine, work, prepared, stored)
    same = stored
    if purchase.revision < stored.revision:
        found = work.purchase(purchase.id, purchase.revision)
        if found is None or found.fingerprint != prepared.fingerprint:
            raise Conflict(
                f"revision {stored.revision} is recorded; an older one cannot follow it",
                code="stale_revision", revision=stored.revision,
            )  # fmt: skip
        same = found
    if same.fingerprint != prepared.fingerprint:
        raise Conflict(
            f"purchase {purchase.id!r} is recorded with another content; "
            f"to correct it send revision {stored.revision + 1}",
            code="purchase_exists", revision=stored.revision,
        )  # fmt: skip
    member = opening.member
    if member is None or member.number != same.member:
        member = work.member(same.member)
    name = member.id if member and same.account is not None else None  # a guest's is nobody's
    return Written(Answer(200, with_member(same.receipt, name), True))


def _member_of(
    engine: Engine, work: Work, prepared: Prepared, opening: Opening
) -> tuple[MemberRecord | None, tuple[Flag, ...]]:
    """Whose purchase it is; one who has left is a guest from then on."""
    member = opening.member
    if prepared.who is None:
        return None, ()
    if member is None:
        if not prepared.program.switches.enrol_on_first_purchase:
            raise InvalidRequest(
                "no member is known by this id; enrol the member first, or leave it out to "
                "record a guest's purchase that can be claimed later",
                code="member_unknown", pointer="/member",
            )  # fmt: skip
        return enrol_on_purchase(engine, work, prepared.program, prepared.purchase), ()
    if member.status in GONE:
        no_points_of_guests(prepared.purchase)
        return None, flags_of(member)
    return member, flags_of(member)


def _record_member(
    engine: Engine,
    work: Work,
    prepared: Prepared,
    member: MemberRecord,
    opening: Opening,
    flags: tuple[Flag, ...],
) -> Written:
    program, caller = prepared.program, prepared.caller
    till = open_till(work, prepared, member, opening)
    book, purchase, hold = till.book, till.purchase, till.hold
    facts = member_facts(work, program, member, purchase.occurred_at)
    cards = cards_of(work, engine, caller, program, purchase, member, reserved=till.values)
    decided = decide_codes(
        work, engine, caller,
        Question(prepared.rulebook, purchase, member, facts, prepared.plugins, till.promised),
    )  # fmt: skip
    case = decided.case
    spent = pay_and_earn(book, program, case, member, till.spend, hold)
    flags += till.flags + pay(work, cards, case) + case.flags
    if program.switches.sales_a_day:
        flags += sales_flags(engine, work, program, member, purchase.occurred_at)
    issued = book_codes(work, engine, caller, decided, member)
    challenged = challenge(work, engine, caller.program, case, member, book)
    after = _counted(work, case, member, challenged, book)
    receipt = purchase_receipt(
        case, facts.language, committed=True, pending=pending_points(book, purchase.id),
        tier=(facts.tier, after.tier.tier), balances=book.balances, version=book.version,
        flags=flags, late=is_late(member, purchase.occurred_at),
    )  # fmt: skip
    if issued or purchase.vouchers:
        tell_codes(receipt, decided, issued, caller, facts.language, committed=True)
    challenged.tell(receipt, case, facts.language)
    stored = stored_purchase(
        case, number=member.number, account=member.account, fingerprint=prepared.fingerprint,
        spent=spent, flags=flags, receipt=with_cards(receipt, cards, facts.language),
        now=work.now, vouchers=issued, value=cards.paid if cards else NOTHING,
        steps=challenged.steps,
    )  # fmt: skip
    work.add_address(Address("purchase", purchase.id), member.number)
    work.add_purchase(stored)
    count_limits(work, case)
    save_carries(work, member.number, case, case.decision)
    if hold is not None:
        save_captured(work, hold, till.spend[hold.unit], book.version, purchase.id)
    challenged.save(book)
    after = save_account(work, after, book)
    work.save_member(after)
    if after.referred == WATCHED:
        follow(engine, work, caller.program, after)
    tiers, more = (member.tier.tier, after.tier.tier), challenged.more
    work.announce(purchase_event("purchase_recorded", stored, book.version, work.now, tiers, more))
    return Written(
        Answer(201, with_member(stored.receipt, member.id)), shown_after(program, after, book)
    )


def _counted(
    work: Work, case: Case, member: MemberRecord, challenged: Challenged, book: AccountBook
) -> MemberRecord:
    """The member once the purchase counts, for its tier and for what keeps points alive."""
    program, at = case.rulebook.program, case.facts.purchase.occurred_at
    gains = gains_of(case.decision)
    after = count_purchase(work, program, member, at, gains)
    after = challenged.reviewed(work, after, case, gains)
    if program.switches.dormant_months:
        after = awoken(program, member, after, work.now)
    if program.renewing:
        revive(work, book, program, after, at)
        renew(work, book, program, after, PURCHASE, at)
    return after
