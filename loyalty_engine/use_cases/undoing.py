"""Undoing some or all of a purchase: what returns and cancellations have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from loyalty_engine.domain.errors import Conflict, NotFound
from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.domain.lots import Balance
from loyalty_engine.ports import MemberRecord, StoredPurchase, Work
from loyalty_engine.rulebook.kept import Kept, keep
from loyalty_engine.use_cases import codec
from loyalty_engine.use_cases.booking import open_book
from loyalty_engine.use_cases.calling import Caller, Engine
from loyalty_engine.use_cases.challenge_prizes import Acting
from loyalty_engine.use_cases.challenge_steps import steps_kept
from loyalty_engine.use_cases.challenge_told import moves_told
from loyalty_engine.use_cases.challenging import take_steps
from loyalty_engine.use_cases.changing import (
    Change,
    Moved,
    book_change,
    carries_without,
    count_change,
    points_due,
    save_carries_after,
    state_after,
    stored_after,
)
from loyalty_engine.use_cases.counting import counting, with_places
from loyalty_engine.use_cases.earning_account import earning_account, recall
from loyalty_engine.use_cases.households import book_of, tell_family
from loyalty_engine.use_cases.members import recount_purchases
from loyalty_engine.use_cases.receipt import product_reward, shown
from loyalty_engine.use_cases.referrals import follow
from loyalty_engine.use_cases.returning_value import has_cards, return_value
from loyalty_engine.use_cases.using_codes import give_back_unkept
from loyalty_engine.use_cases.voucher_issuing import Giving
from loyalty_engine.use_cases.writing import Shown, save_account, shown_after

OPEN = ("recorded", "partly_returned")
"""States of a purchase from which something can come back."""


def find_open(work: Work, purchase_id: str, *, allow_closed: bool = False) -> StoredPurchase:
    """The newest revision of a purchase; raises `NotFound`, or `Conflict` when it is closed."""
    stored = work.purchase(purchase_id)
    if stored is None:
        raise NotFound(f"no purchase {purchase_id!r} is recorded", code="purchase_unknown")
    if stored.state not in OPEN and not allow_closed:
        raise closed(stored)
    return stored


def closed(stored: StoredPurchase) -> Conflict:
    """The refusal for a purchase of which nothing is left."""
    return Conflict(
        f"purchase {stored.purchase!r} is {stored.state}; nothing of it is left",
        code=f"purchase_{stored.state}", revision=stored.revision, state=stored.state,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing some or all of a purchase came to.

    `codes_back` and `withdrawn` are kinds of voucher: of codes that can be used again, and of
    vouchers for next time that are taken back. `cards` tells of challenges that have moved,
    `value_back` of gift cards and store credit.
    """

    stored: StoredPurchase
    member: MemberRecord | None
    before: Kept
    after: Kept
    moved: Moved
    facts: Facts
    tier: tuple[str, str]
    balances: Mapping[str, Balance]
    version: int
    shown: Shown | None
    codes_back: Sequence[str] = ()
    withdrawn: Sequence[str] = ()
    cards: Sequence[Mapping[str, Any]] = ()
    value_back: Sequence[Mapping[str, Any]] = ()


def undo(
    engine: Engine,
    work: Work,
    caller: Caller,
    stored: StoredPurchase,
    before: Kept,
    kept_milli: Mapping[str, int],
    at: datetime,
    *,
    kind: str,
    state: str | None = None,
    name: str = "",
) -> Undone:
    """Leave only `kept_milli` of a purchase: points, tender, limits, sums and tier follow.

    `name` tells one return of it from the others.
    """
    rulebook = engine.rulebooks.by_hash(caller.program, stored.rulebook)
    program = rulebook.program
    facts = codec.facts_of(program, stored.body, stored.facts)
    decision = codec.decision_of(stored.decision)
    without = carries_without(work, stored.member, before)
    member = work.member(stored.member) if stored.account is not None else None
    after = keep(rulebook, codec.original_of(program, facts, decision), kept_milli, without)
    value_back: list[dict[str, Any]] = []
    if has_cards(decision.value, facts.purchase):
        after, value_back = return_value(
            engine, work, caller, member, stored, facts, decision.value, before, after,
            f"{kind}:{stored.purchase}:{name}",
        )  # fmt: skip
    codes_back: list[str] = []
    if facts.purchase.vouchers:
        after, codes_back = give_back_unkept(
            work, engine, caller.program, rulebook, facts.purchase, before, after,
            cancelled=state == "cancelled",
        )  # fmt: skip
    home = member and replace(member, account=earning_account(work, member, stored))
    after = with_places(rulebook, after, counting(program, facts.purchase, home))
    if before.steps:
        after = replace(after, steps=steps_kept(rulebook, facts, after, before.steps))
    changed = stored_after(stored, after, state or state_after(after))
    change = Change(
        stored.purchase, stored.member, stored.occurred_at, before, after, at, kind,
        facts.member.tier if facts.member else "",
        frozen=member is not None and member.status == "frozen",
    )  # fmt: skip
    work.save_purchase(changed)
    count_change(work, rulebook, change)
    withdrawn: list[str] = []
    if decision.vouchers:
        giving = Giving(
            engine, caller.program, rulebook, member, stored.purchase, stored.occurred_at
        )
        withdrawn = giving.take_back_unkept(work, decision.vouchers, before, after)
    if member is None:
        return Undone(
            changed, None, before, after, Moved({}, {}, {}), facts, ("", ""), {}, 0, None,
            codes_back, withdrawn, (), value_back,
        )  # fmt: skip
    assert home is not None, "a member's purchase has been earned somewhere"
    if home.account == member.account:
        book = open_book(work, member, work.now, stored.purchase)
    else:
        book = book_of(work, home.account, work.now, stored.purchase)
    others = recall(work, book, member, stored.purchase, points_due(before, after))
    moved = book_change(work, book, program, change, decision.spent, stored.account)
    save_carries_after(work, stored.member, without, before, after)
    acting = Acting(engine, caller.program, rulebook, member, stored.purchase, stored.occurred_at)
    books = [book, *others]
    moves = take_steps(work, acting, books, before, after)
    counted = recount_purchases(work, program, member)
    book, counted = _save_all(work, counted, book, books[1:])
    work.save_member(counted)
    if counted.referred and not facts.purchase.event:
        follow(engine, work, caller.program, counted)
    return Undone(
        changed, counted, before, after, moved, facts,
        (member.tier.tier, counted.tier.tier), book.balances, book.version,
        shown_after(program, counted, book), codes_back, withdrawn,
        moves_told(rulebook, moves, member.language or program.languages[0], work.now), value_back,
    )  # fmt: skip


def _save_all(
    work: Work, member: MemberRecord, book: AccountBook, others: list[AccountBook]
) -> tuple[AccountBook, MemberRecord]:
    """Save what has moved, and tell who shares it; answers the member's own book."""
    for it in (book, *others):
        if it.account == member.account:
            member = save_account(work, member, it)
        else:
            save_account(work, member, it)
            if it.entries:
                tell_family(work, it, member.number)
    mine = [it for it in (book, *others) if it.account == member.account]
    return (mine[0] if mine else open_book(work, member, work.now)), member


def undone_figures(undone: Undone) -> dict[str, Any]:
    """The sums of a return or a cancellation."""
    before, after = undone.before, undone.after
    refund = _in_money(after) - _in_money(before)
    figures: dict[str, Any] = {
        "committed": True,
        "state": undone.stored.state,
        "refund": max(0, refund),
        "due": max(0, -refund),
        "refunded": _in_money(after),
        "points_taken": dict(undone.moved.taken),
        "points_given": dict(undone.moved.given),
        "points_returned": dict(undone.moved.spent_back),
        "tier": {"before": undone.tier[0], "after": undone.tier[1]},
        "balance": {unit: shown(it) for unit, it in sorted(undone.balances.items())},
        "version": undone.version,
        "rulebook": undone.stored.rulebook,
    }
    if back := _products_back(before, after):
        figures["rewards_back"] = back
    if undone.codes_back:
        figures["codes_given_back"] = list(undone.codes_back)
    if undone.cards:
        figures["challenges"] = list(undone.cards)
    if undone.withdrawn:
        figures["vouchers_withdrawn"] = list(undone.withdrawn)
    if undone.value_back:
        figures["cards_back"] = list(undone.value_back)
    return figures


def _in_money(kept: Kept) -> int:
    """What has come back so far, but for what came back as points or to cards."""
    return kept.refunded - kept.tender_back - sum(kept.value_back.values())


def _products_back(before: Kept, after: Kept) -> list[dict[str, Any]]:
    """Products that had been added and that what is kept no longer gets."""
    lost = [
        (rule, sku, milli - after.added.get(rule, {}).get(sku, 0))
        for rule, by_sku in before.added.items()
        for sku, milli in by_sku.items()
    ]
    return [product_reward(rule, sku, milli) for rule, sku, milli in lost if milli > 0]


def line_refunds(undone: Undone) -> dict[str, int]:
    """By line, what its price after discounts has gone down by; below zero where it lost one."""
    lines = undone.facts.purchase.lines
    return {
        line.id: undone.before.nets.get(line.id, 0) - undone.after.nets.get(line.id, 0)
        for line in lines
    }
