"""Undoing some or all of a purchase: what returns and cancellations have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from loyalty_engine.domain.errors import Conflict, NotFound
from loyalty_engine.domain.facts import Carry, Facts
from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import MemberRecord, StoredPurchase, Work
from loyalty_engine.rulebook.deciding.kept import Kept, keep
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.calling import Caller, Engine
from loyalty_engine.use_cases.challenges.challenge_cards import CardMove
from loyalty_engine.use_cases.challenges.challenge_prizes import Acting
from loyalty_engine.use_cases.challenges.challenge_steps import steps_kept
from loyalty_engine.use_cases.challenges.challenge_told import moves_told
from loyalty_engine.use_cases.challenges.challenging import take_steps
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.deciding.counting import counting, with_places
from loyalty_engine.use_cases.deciding.stored_forms import StoredDecision
from loyalty_engine.use_cases.households.family import book_of, tell_family
from loyalty_engine.use_cases.members.standing import recount_purchases
from loyalty_engine.use_cases.points.booking import open_book
from loyalty_engine.use_cases.referrals.qualifying import follow
from loyalty_engine.use_cases.returns.changing import (
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
from loyalty_engine.use_cases.returns.earning_account import earning_account, recall
from loyalty_engine.use_cases.returns.undone import Undone
from loyalty_engine.use_cases.stored_value.returning_value import has_cards, return_value
from loyalty_engine.use_cases.vouchers.using_codes import give_back_unkept
from loyalty_engine.use_cases.vouchers.vouchers_won import Giving
from loyalty_engine.use_cases.writing import save_account, shown_after

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
class _Stays:
    """What stays of a purchase once codes and stored value have been seen to.

    `home` is the member with the account that earned on it.
    """

    after: Kept
    home: MemberRecord | None
    codes_back: list[str]
    value_back: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Undoing:
    """A purchase of which something comes back, as it was decided, and what was kept `before`."""

    engine: Engine
    work: Work
    caller: Caller
    stored: StoredPurchase
    before: Kept
    rulebook: Rulebook
    facts: Facts
    decision: StoredDecision
    without: Mapping[str, Carry]
    member: MemberRecord | None

    @property
    def program(self) -> Program:
        return self.rulebook.program

    def stays(self, kept_milli: Mapping[str, int], key: str, *, cancelled: bool) -> _Stays:
        """What stays with `kept_milli`; gives value and codes back. `key` names this time."""
        work, rulebook, facts, before = self.work, self.rulebook, self.facts, self.before
        original = codec.original_of(rulebook, facts, self.decision)
        after = keep(rulebook, original, kept_milli, self.without)
        value_back: list[dict[str, Any]] = []
        if has_cards(self.decision.value, facts.purchase):
            after, value_back = return_value(
                self.engine, work, self.caller, self.member, self.stored, facts,
                self.decision.value, before, after, key,
            )  # fmt: skip
        codes_back: list[str] = []
        if facts.purchase.vouchers:
            after, codes_back = give_back_unkept(
                work, self.engine, self.caller.program, rulebook, facts.purchase, before, after,
                cancelled=cancelled,
            )  # fmt: skip
        member = self.member
        home = member and replace(member, account=earning_account(work, member, self.stored))
        after = with_places(rulebook, after, counting(self.program, facts.purchase, home))
        if before.steps:
            after = replace(after, steps=steps_kept(rulebook, facts, after, before.steps))
        return _Stays(after, home, codes_back, value_back)

    def withdraw(self, after: Kept) -> list[str]:
        """Take those vouchers for next time back that what is kept no longer gives."""
        if not self.decision.vouchers:
            return []
        giving = Giving(
            self.engine, self.caller.program, self.rulebook, self.member, self.stored.purchase,
            self.stored.occurred_at,
        )  # fmt: skip
        return giving.take_back_unkept(self.work, self.decision.vouchers, self.before, after)

    def move(
        self, change: Change, member: MemberRecord, home: MemberRecord
    ) -> tuple[Moved, Sequence[CardMove], AccountBook, MemberRecord]:
        """Move the points, cards and tier of a member; answers its own book, and it as saved."""
        work, program, stored, after = self.work, self.program, self.stored, change.after
        if home.account == member.account:
            book = open_book(work, member, work.now, stored.purchase)
        else:
            book = book_of(work, home.account, work.now, stored.purchase)
        others = recall(work, book, member, stored.purchase, points_due(self.before, after))
        moved = book_change(work, book, program, change, self.decision.spent, stored.account)
        save_carries_after(work, stored.member, self.without, self.before, after)
        acting = Acting(
            self.engine, self.caller.program, self.rulebook, member, stored.purchase,
            stored.occurred_at,
        )  # fmt: skip
        books = [book, *others]
        moves = take_steps(work, acting, books, self.before, after)
        counted = recount_purchases(work, program, member)
        book, counted = _save_all(work, counted, book, books[1:])
        work.save_member(counted)
        if counted.referred and not self.facts.purchase.event:
            follow(self.engine, work, self.caller.program, counted)
        return moved, moves, book, counted


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
    member = work.member(stored.member) if stored.account is not None else None
    without = carries_without(work, member.number if member else None, before)
    undoing = _Undoing(
        engine, work, caller, stored, before, rulebook, facts, decision, without, member
    )
    key = f"{kind}:{stored.purchase}:{name}"
    stays = undoing.stays(kept_milli, key, cancelled=state == "cancelled")
    after = stays.after
    changed = stored_after(stored, after, state or state_after(after))
    change = Change(
        stored.purchase, stored.member, stored.occurred_at, before, after, at, kind,
        facts.member.tier if facts.member else "",
        frozen=member is not None and member.status == "frozen",
    )  # fmt: skip
    work.save_purchase(changed)
    count_change(work, rulebook, change)
    withdrawn = undoing.withdraw(after)
    if member is None or stays.home is None:
        return Undone(
            changed, None, before, after, Moved({}, {}, {}), facts, ("", ""), {}, 0, None,
            stays.codes_back, withdrawn, (), stays.value_back,
        )  # fmt: skip
    moved, moves, book, counted = undoing.move(change, member, stays.home)
    return Undone(
        changed, counted, before, after, moved, facts,
        (member.tier.tier, counted.tier.tier), book.balances, book.version,
        shown_after(program, counted, book), stays.codes_back, withdrawn,
        moves_told(rulebook, moves, member.language or program.languages[0], work.now),
        stays.value_back,
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
