"""Claim a guest's purchase: once, with the secret printed on its receipt."""

import hmac
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from loyalty_engine.domain.errors import Conflict, Forbidden
from loyalty_engine.domain.expiry import PURCHASE
from loyalty_engine.domain.facts import MemberFacts
from loyalty_engine.ports import Address, MemberRecord, StoredPurchase, Work
from loyalty_engine.rulebook.deciding.kept import Kept, keep
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.answering import to_json, with_member
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.challenges.challenging import challenge_anew
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.deciding.case import Case, Question
from loyalty_engine.use_cases.deciding.counting import counting, with_places
from loyalty_engine.use_cases.deciding.settling import settle_case
from loyalty_engine.use_cases.deciding.stored_forms import StoredDecision
from loyalty_engine.use_cases.events import purchase_event
from loyalty_engine.use_cases.idempotency import operation_of, purchase_resource, replay_of
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.members.standing import (
    GONE,
    activities_of,
    gains_kept,
    is_late,
    member_facts,
    recount_purchases,
)
from loyalty_engine.use_cases.points.booking import open_book
from loyalty_engine.use_cases.points.renewing import renew, revive
from loyalty_engine.use_cases.purchases.receipt import purchase_receipt
from loyalty_engine.use_cases.purchases.storing import first_kept, pending_points, stored_purchase
from loyalty_engine.use_cases.referrals.qualifying import follow
from loyalty_engine.use_cases.returns.changing import (
    Change,
    book_change,
    count_change,
    save_carries_after,
    stored_after,
)
from loyalty_engine.use_cases.returns.undoing import find_open
from loyalty_engine.use_cases.vouchers.vouchers_won import Giving, as_given
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write


def claim_purchase(engine: Engine, caller: Caller, id: str, member_id: str, secret: str) -> Answer:
    """Give a guest's purchase, as far as it is still kept, to a member (200).

    Decided with the member's facts as of the purchase. Raises `NotFound`, `Conflict` when it is
    not a guest's (any more), `Forbidden` for a wrong secret or when the time is over.
    """

    def act(work: Work) -> Written:
        operation = operation_of(caller, 200)
        if operation and (known_one := work.remember(operation)):
            return Written(replay_of(work, caller, known_one))
        stored = find_open(work, id)
        _check(engine, caller, stored, secret)
        written = _claim(engine, work, caller, stored, member_id)
        if operation:
            resource = purchase_resource(stored.purchase, stored.revision)
            work.answer(replace(operation, resource=resource))
        return written

    return write(engine, caller.program, caller.now, act)


def _check(engine: Engine, caller: Caller, stored: StoredPurchase, secret: str) -> None:
    if stored.account is not None:
        raise Conflict("this purchase belongs to a member already", code="purchase_claimed")
    printed = str(codec.claim_of(stored.receipt).get("secret", ""))
    if not hmac.compare_digest(printed.encode(), secret.encode()):
        raise Forbidden("this is not the secret on the receipt", code="claim_refused")
    days = engine.rulebooks.current(caller.program).program.switches.claim_days
    if caller.now > stored.occurred_at + timedelta(days=days):
        raise Forbidden(f"a purchase can be claimed for {days} days", code="claim_refused")


@dataclass(frozen=True, slots=True)
class _Decided:
    """A guest's purchase decided for a member, and what it comes to `after` what came back."""

    case: Case
    facts: MemberFacts
    was: StoredDecision
    before: Kept
    after: Kept


def _decide(
    work: Work, rulebook: Rulebook, stored: StoredPurchase, member: MemberRecord
) -> _Decided:
    """Decide with the member's facts; discounts, codes and what has come back stay as they are."""
    program = rulebook.program
    guest = codec.facts_of(program, stored.body, stored.facts)
    was = codec.decision_of(stored.decision)
    kept_then = codec.kept_of(stored.kept)
    facts = member_facts(work, program, member, stored.occurred_at)
    booked = {it.rule: it for it in (*was.given, *was.reductions)}
    question = Question(
        rulebook, guest.purchase, member, facts, guest.plugins, reserved=booked,
        given_back=kept_then.counted, codes=guest.codes, worths=guest.worths,
    )  # fmt: skip
    case = settle_case(work, question)
    decided = codec.stored_decision(case.decision, case.given, {}, case.flags)
    original = codec.original_of(rulebook, case.facts, replace(decided, value=was.value))
    after = first_kept(case)
    if kept_then.lines != after.lines:
        after = keep(rulebook, original, kept_then.lines, case.facts.carries)
        after = with_places(rulebook, after, counting(program, guest.purchase, member))
        # What was told to come back has come back, whatever a member would have been told.
        after = replace(after, refunded=kept_then.refunded, value_back=kept_then.value_back)
    return _Decided(case, facts, was, replace(kept_then, points={}, carried={}), after)


def _claim(
    engine: Engine, work: Work, caller: Caller, stored: StoredPurchase, member_id: str
) -> Written:
    rulebook = engine.rulebooks.by_hash(caller.program, stored.rulebook)
    program = rulebook.program
    member = known(work, Address("member", member_id))
    if member.status in GONE:
        raise Forbidden("this member has left and can claim nothing", code="claim_refused")
    decided = _decide(work, rulebook, stored, member)
    case, facts, before = decided.case, decided.facts, decided.before
    change = Change(
        stored.purchase, member.number, stored.occurred_at, before, decided.after,
        stored.occurred_at, "claim", facts.tier, frozen=member.status == "frozen",
    )  # fmt: skip
    count_change(work, rulebook, change)
    # What a limit of the member's does not let it have is taken back, unless it has been used.
    giving = Giving(engine, caller.program, rulebook, member, stored.purchase, stored.occurred_at)
    giving.take_back_unkept(work, decided.was.vouchers, before, change.after)
    book = open_book(work, member, work.now, stored.purchase)
    book_change(work, book, program, change, {})
    challenged, change = challenge_anew(work, engine, caller.program, case, member, book, change)
    save_carries_after(work, member.number, case.facts.carries, before, change.after)
    own = activities_of(stored.occurred_at, gains_kept(change.after))
    counted = recount_purchases(work, program, member, own)
    if program.renewing:
        revive(work, book, program, counted, stored.occurred_at)
        renew(work, book, program, counted, PURCHASE, stored.occurred_at)
    receipt = purchase_receipt(
        case, facts.language, committed=True, pending=pending_points(book, stored.purchase),
        tier=(facts.tier, counted.tier.tier), balances=book.balances, version=book.version,
        flags=case.flags, late=is_late(member, stored.occurred_at),
    )  # fmt: skip
    challenged.tell(receipt, case, facts.language)
    row = _anew(work, decided, stored, member, receipt)
    row = stored_after(row, change.after, stored.state)
    work.save_purchase(replace(stored, state="claimed", spend=0, visits=0, measures={}))
    _bring_past(work, stored, member.number)
    work.add_purchase(row)
    challenged.save(book)
    counted = save_account(work, counted, book)
    work.save_member(counted)
    if counted.referred:
        follow(engine, work, caller.program, counted)
    tiers = (member.tier.tier, counted.tier.tier)
    work.announce(
        purchase_event("purchase_claimed", row, book.version, work.now, tiers, challenged.more)
    )
    return Written(
        Answer(200, with_member(row.receipt, member.id)), shown_after(program, counted, book)
    )


def _anew(
    work: Work,
    decided: _Decided,
    stored: StoredPurchase,
    member: MemberRecord,
    receipt: dict[str, Any],
) -> StoredPurchase:
    """The purchase as it is kept from then on, the member's; cards and codes stay as they were."""
    case, was = decided.case, decided.was
    return stored_purchase(
        case, number=member.number, account=member.account, fingerprint=stored.fingerprint,
        spent={}, flags=case.flags, now=work.now,
        receipt=to_json(receipt | codec.value_told(stored.receipt)),
        vouchers=as_given(case.decision.vouchers, was.vouchers), value=was.value,
    )  # fmt: skip


def _bring_past(work: Work, stored: StoredPurchase, member: int) -> None:
    """Let a retry of what came before the claim find its answer: older revisions, returns."""
    older = [work.purchase(stored.purchase, it) for it in range(1, stored.revision)]
    work.remove_address(Address("purchase", stored.purchase))
    work.add_address(Address("purchase", stored.purchase), member)
    for revision in older:
        if revision is not None:
            work.add_purchase(replace(revision, member=member))
    for back in work.returns(stored.member, stored.purchase):
        work.add_return(replace(back, member=member))
