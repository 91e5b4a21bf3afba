"""An account as it is now, looked at and not written: what time has brought counts, booked or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from loyalty_engine.domain.ledger import AccountBook, Cause, Portion
from loyalty_engine.domain.lots import Balance
from loyalty_engine.ports import MemberRecord, View
from loyalty_engine.use_cases.members.standing import END_OF_TIME
from loyalty_engine.use_cases.points.booking import open_book
from loyalty_engine.use_cases.purchases.reserving import points_of
from loyalty_engine.use_cases.spending.holding import portions_of


@dataclass(frozen=True, slots=True)
class Look:
    """A book that is never saved, and when the next hold or reservation in it lapses."""

    book: AccountBook
    lapses_at: datetime | None


def look_at(
    view: View,
    member: MemberRecord,
    now: datetime,
    balances: Mapping[str, Balance] | None = None,
) -> Look:
    """The member's account at `now`: lots by their dates, lapsed holds and reservations free."""
    book = open_book(view, member, now, balances=balances)
    if not any(balance.held for balance in book.balances.values()):
        return Look(book, None)
    ends = []
    everybody = [member] if member.account == member.number else view.family(member.account)
    for one in everybody:
        for lapses_at, held in _promised(view, one.number):
            if lapses_at > now:
                ends.append(lapses_at)
                continue
            for unit, portions in held.items():
                book.release(unit, portions, Cause("release", one.number, now))
    return Look(book, min(ends, default=None))


def _promised(view: View, number: int) -> list[tuple[datetime, Mapping[str, list[Portion]]]]:
    """What a member's open holds and reservations set aside by unit, each with its end."""
    return [
        *(
            (it.expires_at, {it.unit: portions_of(it)})
            for it in view.due_holds(number, END_OF_TIME)
        ),
        *((it.expires_at, points_of(it)) for it in view.due_reservations(number, END_OF_TIME)),
    ]
