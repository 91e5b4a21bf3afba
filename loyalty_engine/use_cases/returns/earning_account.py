"""Which account a purchase's points are taken back from: the one that earned them.

A member may have joined or left a household since. What is still there of the purchase's own lots
goes back to that account first, wherever it is by now.
"""

from collections.abc import Mapping

from loyalty_engine.domain.ledger import AccountBook, Cause
from loyalty_engine.ports import MemberRecord, StoredPurchase, Work
from loyalty_engine.use_cases.households.family import book_of


def earning_account(work: Work, member: MemberRecord, stored: StoredPurchase) -> int:
    """The account that earned a purchase's points.

    That is the household's, while there is one; else the member's, wherever it is now.
    """
    return member.account if stored.account is None else earner(work, member, stored.account)


def earner(work: Work, member: MemberRecord, account: int) -> int:
    """Where the points are now that an account earned by what a member did."""
    if account in (member.account, member.number):
        return member.account
    if work.household(account) is not None and work.family(account):
        return account
    return member.account


def recall(
    work: Work, book: AccountBook, member: MemberRecord, purchase: str, due: Mapping[str, int]
) -> list[AccountBook]:
    """Bring back as many of the purchase's own points as will be taken and are elsewhere.

    `due` is by unit. Answers the other accounts that gave some, to be saved.
    """
    short = {unit: points - _own(book, unit, purchase) for unit, points in due.items()}
    if not any(points > 0 for points in short.values()):
        return []
    been = {it.account for it in work.memberships(member.number)}
    if not been:
        return []
    cause = Cause("recall", member.number, work.now, purchase)
    others = []
    for account in sorted({*been, member.number, member.account} - {book.account}):
        other = book_of(work, account, work.now, purchase)
        for unit, points in short.items():
            left = points
            for lot in other.lots(unit):
                part = min(left, lot.free) if lot.purchase == purchase else 0
                if part > 0:
                    book.take_over(other, lot, part, cause, lot.member)
                    left -= part
            short[unit] = left
        if other.entries:
            others.append(other)
    return others


def _own(book: AccountBook, unit: str, purchase: str) -> int:
    return sum(lot.free for lot in book.lots(unit) if lot.purchase == purchase)
