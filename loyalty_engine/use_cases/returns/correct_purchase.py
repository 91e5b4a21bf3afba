"""Correct a purchase: a higher revision takes the place of the one recorded."""

from collections.abc import Mapping
from dataclasses import replace

from loyalty_engine.domain.facts import Carry
from loyalty_engine.domain.ledger import AccountBook, Cause, Portion
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.ports import MemberRecord, StoredPurchase, Work
from loyalty_engine.rulebook.deciding.kept import Kept, keep
from loyalty_engine.use_cases.answering import with_member
from loyalty_engine.use_cases.calling import Answer, Engine
from loyalty_engine.use_cases.challenges.challenging import challenge_anew
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.deciding.case import Question
from loyalty_engine.use_cases.deciding.counting import counted_alike, counting, with_places
from loyalty_engine.use_cases.events import purchase_event
from loyalty_engine.use_cases.members.standing import activities_of, gains_kept, recount_purchases
from loyalty_engine.use_cases.points.booking import may_spend, open_book, spend_points
from loyalty_engine.use_cases.purchases.preparing import Prepared
from loyalty_engine.use_cases.purchases.receipt import purchase_receipt
from loyalty_engine.use_cases.purchases.storing import first_kept, pending_points, stored_purchase
from loyalty_engine.use_cases.referrals.qualifying import follow
from loyalty_engine.use_cases.returns.changing import (
    Change,
    book_change,
    carries_without,
    count_change,
    give_back_tender,
    save_carries_after,
    stored_after,
)
from loyalty_engine.use_cases.returns.correctable import correctable, still_kept
from loyalty_engine.use_cases.returns.unconverting import last_first
from loyalty_engine.use_cases.stored_value.cards_in_purchase import NOTHING, Cards
from loyalty_engine.use_cases.stored_value.paying_by_value import with_cards
from loyalty_engine.use_cases.stored_value.returning_value import (
    Paid,
    book_correction,
    correcting_cards,
)
from loyalty_engine.use_cases.vouchers.correcting_codes import Corrected, correct_codes, leave_kept
from loyalty_engine.use_cases.writing import Written, save_account, shown_after


def correct(engine: Engine, work: Work, prepared: Prepared, stored: StoredPurchase) -> Written:
    """Replace `stored` by the prepared revision; decided with the facts of the first one.

    Refused when it drops what has come back already, names somebody else, or the purchase is
    closed. The points that it paid with are given back and taken anew.
    """
    member = correctable(work, prepared, stored)
    rulebook = engine.rulebooks.by_hash(prepared.caller.program, stored.rulebook)
    program, purchase = rulebook.program, prepared.purchase
    old_facts = codec.facts_of(program, stored.body, stored.facts)
    old_decision = codec.decision_of(stored.decision)
    before = codec.kept_of(stored.kept)
    kept_milli = still_kept(stored, prepared, before)
    without = carries_without(work, member.number if member else None, before, rulebook.carrying)
    counted = counting(program, old_facts.purchase, member)
    counts = counting(program, purchase, member)
    question = Question(
        rulebook, purchase, member, old_facts.member, old_facts.plugins,
        given_back=before.counted,
        headroom_at_most=counted_alike(rulebook, counted, counts, old_facts.headroom),
        carries_without=without,
    )  # fmt: skip
    old = Paid(stored, old_facts.purchase, old_decision.value, before)
    cards = correcting_cards(work, engine, prepared.caller, program, purchase, member, old)
    coded = correct_codes(
        work, engine, prepared.caller, question, old_facts.purchase, old_decision.vouchers
    )
    case = coded.case
    paid = cards.settle_anew(case) if cards else NOTHING
    decided = codec.stored_decision(case.decision, case.given, {}, case.flags, value=paid)
    if member is not None and purchase.spend != old_facts.purchase.spend:
        may_spend(program, member, _more(purchase.spend, old_facts.purchase.spend), work.now)
    spent_sums: Mapping[str, list[Portion]] = {
        unit: [(0, points)] for unit, points in purchase.spend.items() if points
    }
    original = codec.original_of(rulebook, case.facts, replace(decided, spent=spent_sums))
    returned = bool(kept_milli != first_kept(case).lines)
    after = first_kept(case)
    if returned:
        after = with_places(rulebook, keep(rulebook, original, kept_milli, without), counts)
        leave_kept(work, engine, prepared.caller, coded, member, after)
    if cards is not None:
        book_correction(engine, work, cards, member, old, after)
    change = Change(
        stored.purchase, stored.member, stored.occurred_at, before, after,
        purchase.occurred_at, "correct", old_facts.member.tier if old_facts.member else "",
        frozen=member is not None and member.status == "frozen",
    )  # fmt: skip
    work.save_purchase(replace(stored, state="superseded", spend=0, visits=0, measures={}))
    count_change(work, rulebook, change)
    if member is None:
        return _store_guest(work, prepared, stored, coded, cards, after, returned)
    written = _store_member(
        engine, work, prepared, stored, member, coded, cards, change, without,
        old_decision.spent, returned,
    )  # fmt: skip
    if member.referred:
        follow(engine, work, prepared.caller.program, member)
    return written


def _more(now: Mapping[str, int], before: Mapping[str, int]) -> dict[str, int]:
    """Points by unit of which there are more now."""
    return {unit: points for unit, points in now.items() if points > before.get(unit, 0)}


def _store_member(
    engine: Engine,
    work: Work,
    prepared: Prepared,
    stored: StoredPurchase,
    member: MemberRecord,
    coded: Corrected,
    cards: Cards | None,
    change: Change,
    without: Mapping[str, Carry],
    paid_by: Mapping[str, list[Portion]],
    returned: bool,
) -> Written:
    program, purchase, case = prepared.program, prepared.purchase, coded.case
    book = open_book(work, member, work.now, stored.purchase)
    change, spent = _spend_anew(work, book, change, paid_by, purchase, stored.account)
    book_change(work, book, program, change, spent)
    challenged, change = challenge_anew(
        work, engine, prepared.caller.program, case, member, book, change
    )
    save_carries_after(work, member.number, without, change.before, change.after)
    own = activities_of(purchase.occurred_at, gains_kept(change.after))
    after = recount_purchases(work, program, member, own if change.after.visits else ())
    assert case.facts.member is not None, "a member's purchase is decided on a member's facts"
    receipt = purchase_receipt(
        case, case.facts.member.language, committed=True,
        pending=pending_points(book, purchase.id), tier=(case.facts.member.tier, after.tier.tier),
        balances=book.balances, version=book.version, flags=case.flags,
    )  # fmt: skip
    coded.tell(receipt, prepared.caller, case.facts.member.language)
    challenged.tell(receipt, case, case.facts.member.language)
    row = stored_purchase(
        case, number=member.number, account=member.account, fingerprint=prepared.fingerprint,
        spent=spent, flags=case.flags, now=work.now, vouchers=coded.issued,
        receipt=with_cards(receipt, cards, case.facts.member.language),
        value=cards.paid if cards else NOTHING,
    )  # fmt: skip
    row = stored_after(row, change.after, "partly_returned" if returned else "recorded")
    work.add_purchase(row)
    challenged.save(book)
    after = save_account(work, after, book)
    work.save_member(after)
    tiers = (member.tier.tier, after.tier.tier)
    work.announce(
        purchase_event("purchase_corrected", row, book.version, work.now, tiers, challenged.more)
    )
    return Written(
        Answer(200, with_member(row.receipt, member.id)), shown_after(program, after, book)
    )


def _spend_anew(
    work: Work,
    book: AccountBook,
    change: Change,
    paid_by: Mapping[str, list[Portion]],
    purchase: Purchase,
    account: int | None,
) -> tuple[Change, Mapping[str, list[Portion]]]:
    """Give the old tender back and take the new one; nothing moves where they are the same.

    `account` is the one that paid; from another one than the book's, all moves.
    """
    paid = {unit: sum(n for _, n in portions) for unit, portions in paid_by.items()}
    same = paid == {unit: points for unit, points in purchase.spend.items() if points}
    if same and (account == book.account or not paid):
        return change, paid_by
    cause = Cause("correct", change.member, purchase.occurred_at, purchase.id)
    for unit, portions in paid_by.items():
        back = change.before.points_back.get(unit, 0)
        rest = last_first(portions, back, paid[unit])
        give_back_tender(work, book, unit, rest, account, cause, book.now)
    spent = spend_points(book, purchase.spend, replace(cause, kind="spend"))
    return replace(change, before=replace(change.before, points_back={})), spent


def _store_guest(
    work: Work,
    prepared: Prepared,
    stored: StoredPurchase,
    coded: Corrected,
    cards: Cards | None,
    after: Kept,
    returned: bool,
) -> Written:
    case = coded.case
    receipt = purchase_receipt(
        case, prepared.program.languages[0], committed=True, pending={}, tier=("", ""),
        balances={}, version=0, flags=case.flags,
    )  # fmt: skip
    coded.tell(receipt, prepared.caller, prepared.program.languages[0])
    receipt["claim"] = codec.claim_of(stored.receipt)
    row = stored_purchase(
        case, number=stored.member, account=None, fingerprint=prepared.fingerprint, spent={},
        flags=case.flags, now=work.now, vouchers=coded.issued,
        receipt=with_cards(receipt, cards, prepared.program.languages[0]),
        value=cards.paid if cards else NOTHING,
    )  # fmt: skip
    row = stored_after(row, after, "partly_returned" if returned else "recorded")
    work.add_purchase(row)
    work.announce(purchase_event("purchase_corrected", row, 0, work.now))
    return Written(Answer(200, with_member(row.receipt, None)))
