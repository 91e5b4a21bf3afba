"""A purchase's standing moves from one state of what is kept to another: the ledger follows.

Returns, cancellations, corrections and claims all work out what should be left and book the
difference here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from loyalty_engine.domain.facts import Carry
from loyalty_engine.domain.ledger import AccountBook, Cause, Portion
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.units import Shortfall, Unit
from loyalty_engine.ports import StoredPurchase, View, Work
from loyalty_engine.rulebook.deciding.carrying import less, plus, rule_of
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.deciding.codec import encode
from loyalty_engine.use_cases.deciding.counting import in_order, key_of
from loyalty_engine.use_cases.points.booking import THAW, convert_full_cards, issue
from loyalty_engine.use_cases.returns.restoring import restored_until, that_come_back
from loyalty_engine.use_cases.returns.unconverting import last_first, unconvert


@dataclass(frozen=True, slots=True)
class Change:
    """From what was kept to what is kept, for one purchase; `at` is when it happened."""

    purchase: str
    member: int
    occurred_at: datetime
    before: Kept
    after: Kept
    at: datetime
    kind: str
    tier: str = ""
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """What a change moved: points taken and given, by unit, and points used as tender back."""

    taken: Mapping[str, int]
    given: Mapping[str, int]
    spent_back: Mapping[str, int]


def book_change(
    view: View,
    book: AccountBook,
    program: Program,
    change: Change,
    spent: Mapping[str, list[Portion]],
    paid_by: int | None = None,
) -> Moved:
    """Move the account's points by the difference. `spent` are the lots that paid, by unit.

    They are of the account `paid_by`, where that is another one than the book's.

    Points used as tender come back first, so that they can pay what the return owes; then cards
    are taken apart again whose points the return takes.
    """
    cause = Cause(change.kind, change.member, change.at, change.purchase)
    grace = restored_until(program, book.now)
    spent_back = {}
    for unit, portions in sorted(spent.items()):
        was = change.before.points_back.get(unit, 0)
        now = change.after.points_back.get(unit, 0)
        if now > was:
            back = last_first(portions, was, now)
            back = that_come_back(view, book, program, back, paid_by)
            give_back_tender(view, book, unit, back, paid_by, cause, grace)
            if back:
                spent_back[unit] = sum(points for _, points in back)
        elif now < was:  # the kept lines have lost a discount: more is due for them than before
            again = last_first(portions, now, was)
            again = that_come_back(view, book, program, again, paid_by)
            points = sum(points for _, points in again)
            book.spend_again(unit, points, replace(cause, at=book.now))
            spent_back[unit] = -points
    taken: dict[str, int] = {}
    given: dict[str, int] = {}
    before, after = _sums(change.before.points), _sums(change.after.points)
    for unit in sorted(before.keys() | after.keys()):
        difference = after.get(unit, 0) - before.get(unit, 0)
        if difference < 0:
            declared = program.units[unit]
            if declared.shortfall is not Shortfall.PENDING_ONLY:
                unconvert(view, book, declared, -difference, cause, grace)
            taken[unit] = _take_back(book, declared, -difference, cause)
        elif difference > 0:
            given[unit] = difference
            _give(book, program, change, unit, difference, cause)
    book.settle()
    convert_full_cards(book, program, change.member, change.purchase)
    return Moved(taken, given, spent_back)


def give_back_tender(
    view: View,
    book: AccountBook,
    unit: str,
    portions: list[Portion],
    paid_by: int | None,
    cause: Cause,
    grace_until: datetime,
) -> None:
    """Give points back to the lots that paid, or where those are of an account that has been left,
    as lots with the same dates.
    """
    if paid_by in (None, book.account):
        book.unspend(unit, portions, cause, grace_until)
        return
    lots = view.lots_numbered(paid_by, [number for number, _ in portions])
    there = {lot.number: lot for lot in lots}
    for number, amount in portions:
        book.unspend_like(there[number], amount, cause, grace_until)


def points_due(before: Kept, after: Kept) -> dict[str, int]:
    """What a change takes back, by unit."""
    was, now = _sums(before.points), _sums(after.points)
    return {unit: was[unit] - now.get(unit, 0) for unit in was if was[unit] > now.get(unit, 0)}


def _sums(points: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    return {unit: sum(by_rule.values()) for unit, by_rule in points.items()}


def _take_back(book: AccountBook, unit: Unit, points: int, cause: Cause) -> int:
    """Take points back as far as the unit's policy lets; answers how many, owed ones included."""
    return book.take_back(
        unit.name,
        points,
        cause,
        pending_only=unit.shortfall is Shortfall.PENDING_ONLY,
        into_debt=unit.shortfall is Shortfall.DEBT,
    )


def _give(
    book: AccountBook, program: Program, change: Change, unit: str, points: int, cause: Cause
) -> None:
    """Give points back that were taken, or more than before after a correction or a claim."""
    left = book.give_back(unit, points, cause)
    if left:
        opened = replace(cause, at=change.occurred_at)
        waits_for = THAW if change.frozen else None
        issue(book, program, program.units[unit], left, opened, change.tier, waits_for)


def count_change(work: Work, rulebook: Rulebook, change: Change) -> None:
    """Give back to limits what is no longer used of them, or count what is used more."""
    before, after = change.before.counted, change.after.counted
    differences = {
        key_of(text): after.get(text, 0) - before.get(text, 0)
        for text in sorted(before.keys() | after.keys())
    }
    keys = [key for key in in_order(differences) if differences[key]]
    used = work.counters(keys) if keys else {}
    for key in keys:
        amount, limit = differences[key], rulebook.limits[key.counter]
        work.use(key, amount, max(limit.ceiling, used[key] + amount))


def carries_without(
    view: View, member: int | None, kept: Kept, rules: Sequence[str] = ()
) -> dict[str, Carry]:
    """The member's running sums as they would be without this purchase; those of `rules` too.

    Guests have none.
    """
    if member is None or (not kept.carried and not rules):
        return {}
    found = dict(view.carries(member, {*map(rule_of, kept.carried), *rules}))
    mine = {key: less(found.get(key, Carry()), own) for key, own in kept.carried.items()}
    return found | mine


def save_carries_after(
    work: Work, member: int, without: Mapping[str, Carry], before: Kept, after: Kept
) -> None:
    """Write the running sums that a purchase was or is in, with what is kept of it now."""
    for key in sorted(before.carried.keys() | after.carried.keys()):
        own = after.carried.get(key, Carry())
        work.save_carry(member, key, plus(without.get(key, Carry()), own))


def state_after(kept: Kept) -> str:
    """What state a purchase is in by what is kept of it."""
    if not kept.lines:
        return "returned"
    return "partly_returned"


def stored_after(stored: StoredPurchase, after: Kept, state: str) -> StoredPurchase:
    """The purchase's row with what is left of it."""
    return replace(
        stored,
        state=state,
        kept=encode(after),
        spend=after.spend,
        visits=after.visits,
        measures=_sums(after.points),
        refunded=after.refunded,
    )
