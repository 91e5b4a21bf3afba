"""Record an event that is no purchase: it happened, once; points and messages follow from it.

It is decided like a purchase without lines, by the rules about events alone.
"""

from collections.abc import Mapping
from typing import Any

from loyalty_engine.domain.errors import Conflict, InvalidRequest
from loyalty_engine.domain.happenings import EVENT_ID, kept_as
from loyalty_engine.domain.lots import Balance
from loyalty_engine.domain.purchase import Happening, Purchase
from loyalty_engine.domain.requests import EventRequest
from loyalty_engine.ports import Address, MemberRecord, StoredEvent, Taken, Work
from loyalty_engine.rulebook.referral import KINDS
from loyalty_engine.use_cases.answering import to_json, with_member
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.challenges.challenging import challenge
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.deciding.case import Question
from loyalty_engine.use_cases.deciding.settling import gains_of
from loyalty_engine.use_cases.events import happening_event
from loyalty_engine.use_cases.happenings.event_checks import check_event
from loyalty_engine.use_cases.idempotency import (
    note_status,
    operation_of,
    purchase_resource,
    refusal_of,
    replay_of,
)
from loyalty_engine.use_cases.members.standing import (
    GONE,
    count_event,
    flags_of,
    is_late,
    member_facts,
)
from loyalty_engine.use_cases.points.booking import count_limits, grant_points, open_book
from loyalty_engine.use_cases.points.renewing import renew, revive
from loyalty_engine.use_cases.purchases.checks import check_time
from loyalty_engine.use_cases.purchases.preparing import Prepared
from loyalty_engine.use_cases.purchases.receipt import purchase_receipt
from loyalty_engine.use_cases.purchases.storing import pending_points, stored_purchase
from loyalty_engine.use_cases.referrals.qualifying import WATCHED, follow
from loyalty_engine.use_cases.vouchers.deciding_with_codes import (
    book_codes,
    decide_codes,
    tell_codes,
)
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write

OF_PURCHASES = ("purchase", "revision", "lines", "rewards", "refused", "totals")
"""Parts of a receipt that an event has none of."""


def record_event(engine: Engine, caller: Caller, told: EventRequest) -> Answer:
    """Record (201) or repeat (200, the same receipt).

    Raises `InvalidRequest` (422: kind, data, time, an unknown member or one who has left) and
    `Conflict` (409: another content under the id); then nothing has changed.
    """
    prepared = _prepare(engine, caller, told)
    try:
        return write(
            engine, caller.program, caller.now, lambda work: _record_in(engine, work, prepared)
        )
    except Taken as taken:
        raise _exists(told.id) from taken


def _prepare(engine: Engine, caller: Caller, told: EventRequest) -> Prepared:
    rulebook = engine.rulebooks.at(caller.program, told.occurred_at)
    event = Happening(told.kind, told.data)
    purchase = Purchase(
        kept_as(told.id), told.occurred_at, rulebook.program.currency, (), member=told.member,
        event=event,
    )  # fmt: skip

    def check() -> None:
        check_time(rulebook.program, told.occurred_at, caller.now)
        check_event(rulebook.program, event)
        if told.kind in KINDS:
            raise InvalidRequest(
                f"{told.kind!r} is told by the engine alone, when a friend has qualified",
                code="event_kind_unknown", pointer="/kind",
            )  # fmt: skip
        engine.hooks.guard(caller.program, "record_event", purchase, False)

    who = Address("member", told.member)
    return Prepared(caller, rulebook, purchase, {}, who, refusal_of(check))


def _exists(event: str) -> Conflict:
    return Conflict(
        f"event {event!r} is recorded with another content; take a new id", code="event_exists"
    )


def _record_in(engine: Engine, work: Work, prepared: Prepared) -> Written:
    purchase, caller = prepared.purchase, prepared.caller
    resource = purchase_resource(purchase.id, purchase.revision)
    operation = operation_of(caller, 201, resource)
    opening = work.open_purchase(prepared.who, purchase.id, operation)
    if opening.operation is not None:
        return Written(replay_of(work, caller, opening.operation))
    if (stored := opening.purchase) is not None:
        if stored.fingerprint != prepared.fingerprint:
            raise _exists(purchase.id.removeprefix(EVENT_ID))
        member = work.member(stored.member)
        name = member.id if member else None
        again = Answer(200, with_member(stored.receipt, name), True)
        note_status(work, operation, again)
        return Written(again)
    prepared.check()
    member = opening.member
    if member is None:
        raise InvalidRequest(
            "no member is known by this id; enrol the member first", code="member_unknown",
            pointer="/member",
        )  # fmt: skip
    if member.status in GONE:
        raise InvalidRequest(
            "the member has left: nothing that happens is kept of them any more",
            code="member_left", pointer="/member",
        )  # fmt: skip
    return record_happening(engine, work, prepared, member, opening.balances)


def record_happening(
    engine: Engine,
    work: Work,
    prepared: Prepared,
    member: MemberRecord,
    balances: Mapping[str, Balance],
) -> Written:
    """Record what happened to a member, who is locked, within a unit of work."""
    purchase, program = prepared.purchase, prepared.program
    book = open_book(work, member, work.now, balances=balances)
    deed = purchase.event.kind if purchase.event is not None else ""
    if program.renewing:
        revive(work, book, program, member, purchase.occurred_at, deed)
    facts = member_facts(work, program, member, purchase.occurred_at)
    question = Question(prepared.rulebook, purchase, member, facts)
    decided = decide_codes(work, engine, prepared.caller, question)
    case = decided.case
    grant_points(book, program, case.decision, member, case)
    challenged = challenge(work, engine, prepared.caller.program, case, member, book)
    gains = gains_of(case.decision, visits=0)
    after = count_event(work, program, member, purchase.occurred_at, gains)
    after = challenged.reviewed(work, after, case, gains)
    if program.renewing:
        revive(work, book, program, after, purchase.occurred_at, deed)
        renew(work, book, program, after, deed, purchase.occurred_at)
    flags = flags_of(member) + case.flags
    full = purchase_receipt(
        case, facts.language, committed=True, pending=pending_points(book, purchase.id),
        tier=(facts.tier, after.tier.tier), balances=book.balances, version=book.version,
        flags=flags, late=is_late(member, purchase.occurred_at),
    )  # fmt: skip
    issued = book_codes(work, engine, prepared.caller, decided, member)
    tell_codes(full, decided, issued, prepared.caller, facts.language, committed=True)
    challenged.tell(full, case, facts.language)
    stored = stored_purchase(
        case, number=member.number, account=member.account, fingerprint=prepared.fingerprint,
        spent={}, flags=flags, receipt=to_json(_receipt(purchase, full)), now=work.now,
        vouchers=issued, steps=challenged.steps,
    )  # fmt: skip
    event = _stored_event(purchase, member, facts.tier)
    work.add_address(Address("purchase", purchase.id), member.number)
    work.add_purchase(stored)
    work.save_event(event)
    count_limits(work, case)
    challenged.save(book)
    after = save_account(work, after, book)
    work.save_member(after)
    if after.referred == WATCHED:
        follow(engine, work, prepared.caller.program, after)
    tiers = (member.tier.tier, after.tier.tier)
    work.announce(
        happening_event(
            "event_recorded", stored, event.id, event.kind, book.version, work.now, tiers
        )
    )
    return Written(
        Answer(201, with_member(stored.receipt, member.id)), shown_after(program, after, book)
    )


def _stored_event(purchase: Purchase, member: MemberRecord, tier: str) -> StoredEvent:
    assert purchase.event is not None, "only events are stored as such"
    return StoredEvent(
        member.number, purchase.id.removeprefix(EVENT_ID), purchase.event.kind,
        purchase.occurred_at, "recorded", tier, codec.encode(dict(purchase.event.data)),
    )  # fmt: skip


def _receipt(purchase: Purchase, full: dict[str, Any]) -> dict[str, Any]:
    """Of a receipt what an event has: points, rules, messages, tier, balance."""
    assert purchase.event is not None, "only events have this receipt"
    names = {"event": purchase.id.removeprefix(EVENT_ID), "kind": purchase.event.kind}
    return names | {key: value for key, value in full.items() if key not in OF_PURCHASES}
