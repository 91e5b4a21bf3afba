"""What a member's purchase is decided on: its account up to now, what was promised, what pays."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.ports import Hold, MemberRecord, Opening, Work
from loyalty_engine.rulebook.deciding.decision import Reduction
from loyalty_engine.use_cases.deciding.stored_forms import Flag
from loyalty_engine.use_cases.points.booking import (
    affordable,
    may_spend,
    open_book,
)
from loyalty_engine.use_cases.points.renewing import revive
from loyalty_engine.use_cases.purchases.preparing import Prepared
from loyalty_engine.use_cases.purchases.reserving import Promised, lapse_due, take_reservation
from loyalty_engine.use_cases.spending.holding import named_hold


@dataclass(frozen=True, slots=True)
class Till:
    """A member's `book` settled up to now, and the purchase with what it can pay of what it names.

    `promised` and `values` are the discounts and stored value that its reservation set aside;
    `spend` are the points that pay, those of `hold` among them.
    """

    book: AccountBook
    purchase: Purchase
    promised: Mapping[str, Reduction]
    values: Mapping[str, int]
    hold: Hold | None
    spend: Mapping[str, int]
    flags: tuple[Flag, ...]


def open_till(work: Work, prepared: Prepared, member: MemberRecord, opening: Opening) -> Till:
    """Open the member's account for a purchase, and see what it can pay by points."""
    purchase, program = prepared.purchase, prepared.program
    book = open_book(work, member, work.now, balances=opening.balances)
    if any(balance.held for balance in book.balances.values()):
        lapse_due(work, member, book)
    if program.renewing:
        revive(work, book, program, member, purchase.occurred_at)
    purchase, promised, values, flags = _promised(work, member, book, purchase)
    may_spend(program, member, purchase.spend, work.now)
    hold = named_hold(work, member, purchase, work.now)
    spend = affordable(book, program, purchase.spend, purchase.occurred_at, hold)
    if spend != purchase.spend:
        purchase = replace(purchase, spend=spend)
        flags += (Flag("spend_reduced", "fewer points were there than were to be spent"),)
    return Till(book, purchase, promised, values, hold, spend, flags)


def _promised(work: Work, member: MemberRecord, book: AccountBook, purchase: Purchase) -> Promised:
    if purchase.reservation is None:
        return Promised(purchase)
    return take_reservation(work, member, book, purchase)
