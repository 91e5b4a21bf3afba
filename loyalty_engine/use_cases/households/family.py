"""What all that is done with households has in common."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from loyalty_engine.domain.errors import Conflict, NotFound
from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.ports import Address, MemberRecord, View, Work
from loyalty_engine.use_cases.answering import instant, shown
from loyalty_engine.use_cases.events import settled_event


def household_account(view: View, household: str) -> int:
    """The account of a household; raises `NotFound`."""
    found = view.whose(Address("household", household))
    if found is None:
        raise NotFound(f"there is no household {household!r}", code="household_unknown")
    return found


def shares_an_account(member: MemberRecord) -> bool:
    """Whether the member belongs to a household."""
    return member.account != member.number


def account_at(view: View, member: MemberRecord, at: datetime) -> int:
    """Which account the member had at a past instant: a household's, or its own."""
    for it in view.memberships(member.number):
        if it.since <= at and (it.until is None or at < it.until):
            return it.account
    return member.number


def belongs(member: MemberRecord, account: int) -> None:
    """Raise `Conflict` for one who does not belong to the household."""
    if member.account != account:
        raise Conflict("the member does not belong to this household", code="not_in_household")


def book_of(view: View, account: int, now: datetime, purchase: str | None = None) -> AccountBook:
    """Any account, locked in a unit of work, settled up to now."""
    version = view.account_version(account)
    book = AccountBook(
        account, version, view.balances(account), lambda: view.open_lots(account, purchase),
        now,
    )  # fmt: skip
    book.settle()
    return book


def tell_family(work: Work, book: AccountBook, besides: int | None = None) -> None:
    """Let what is kept of a household's balance be renewed, where nobody of it tells an event."""
    for member in work.family(book.account):
        if member.number != besides:
            tier = member.tier.tier
            work.announce(settled_event(member.number, book, work.now, (tier, tier)))
            return


def household_body(
    view: View, household: str, account: int, book: AccountBook, now: datetime
) -> dict[str, Any]:
    """A household as it is: who belongs to it, what each has put in and is left, what there is."""
    family = view.family(account)
    names = {it.number: it.id for it in family}
    contributed = _contributed(family, book)
    invited = [it for it in view.invitations(account) if it.expires_at > now]
    asked = {it.member: view.called(it.member) for it in invited}
    return {
        "household": household,
        "members": [
            {"member": it.id, "tier": it.tier.tier, "contributed": contributed[it.number]}
            for it in family
        ],
        "invitations": [
            {
                "member": asked[it.member],
                "by": names.get(it.by_member),
                "expires_at": instant(it.expires_at),
            }
            for it in invited
        ],
        "balance": {unit: shown(it) for unit, it in sorted(book.balances.items())},
        "version": book.version,
    }


def _contributed(family: Sequence[MemberRecord], book: AccountBook) -> Mapping[int, dict[str, int]]:
    sums: dict[int, dict[str, int]] = {it.number: {} for it in family}
    for unit in sorted(book.balances):
        for lot in book.lots(unit):
            if lot.remaining and lot.member in sums:
                mine = sums[lot.member]
                mine[unit] = mine.get(unit, 0) + lot.remaining
    return sums
