"""Points that end after inactivity: what a programme lets count as activity moves their end.

That is each purchase unless a unit says otherwise; events and rewards where it says so. What comes
late counts when it happened, and what came back of a purchase later takes nothing from that.
Programmes whose points end otherwise do nothing here.
"""

from collections.abc import Sequence
from datetime import datetime

from loyalty_engine.domain.expiry import PURCHASE, alive_until, expires_at
from loyalty_engine.domain.ledger import AccountBook, Cause
from loyalty_engine.domain.lots import Lot
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.tiers import VISITS
from loyalty_engine.domain.units import Unit
from loyalty_engine.ports import MemberRecord, View


def renew(
    view: View,
    book: AccountBook,
    program: Program,
    member: MemberRecord,
    deed: str,
    at: datetime,
) -> None:
    """Let what is there last as the member's deeds and tier say, and never shorter.

    `deed` is what it did `at` an instant: a purchase, a reward taken, an event by its kind. What
    comes late may have brought points that later deeds kept alive.
    """
    for unit in program.renewing:
        sorts = unit.expiry.renewed_by
        known = [at] if deed in sorts else []
        if at < book.now and sorts != (PURCHASE,):
            known += deeds_of(view, unit, member, newest=True)
        elif PURCHASE in sorts and member.last_purchase_at is not None:
            known.append(member.last_purchase_at)
        if known:
            _renew(book, program, unit, member, known)


def renew_for_tier(
    view: View, book: AccountBook, program: Program, member: MemberRecord, fresh: datetime
) -> None:
    """Let what is there last as the member's new tier says, from the last activity on.

    What had no end, for members of the tier before had none, gets a whole period from `fresh`.
    """
    for unit in program.renewing:
        last = deeds_of(view, unit, member, newest=True)
        _renew(book, program, unit, member, last, fresh)


def deeds_of(
    view: View, unit: Unit, member: MemberRecord, *, newest: bool = False
) -> Sequence[datetime]:
    """When the member did what keeps points of the unit alive, as it is stored.

    With `newest` the last of each sort may stand for all.
    """
    sorts, found = unit.expiry.renewed_by, []
    if PURCHASE in sorts:
        last = member.last_purchase_at
        if not newest:
            bought = [it.at for it in view.activities(member.number) if it.measure == VISITS]
            found += bought
        elif last is not None:
            found.append(last)
    if any(sort != PURCHASE for sort in sorts):
        found += [at for sort, at in view.deeds(member.number) if sort in sorts]
    return found


def _renew(
    book: AccountBook,
    program: Program,
    unit: Unit,
    member: MemberRecord,
    deeds: Sequence[datetime],
    fresh: datetime | None = None,
) -> None:
    if unit.name not in book.balances:
        return

    def ends(lot: Lot) -> datetime | None:
        assert lot.active_from is not None, "what waits for an event is not renewed"
        since = [lot.active_from, *deeds]
        if lot.expires_at is None and fresh is not None:
            since.append(fresh)
        last, tier = max(since), member.tier.tier
        end = expires_at(unit.expiry, last, last, program.zone, tier)
        return end if end is None or lot.expires_at is None else max(end, lot.expires_at)

    book.renew(unit.name, ends)


def revive(
    view: View,
    book: AccountBook,
    program: Program,
    member: MemberRecord,
    at: datetime,
    deed: str = PURCHASE,
) -> None:
    """Give back what expired although there was such a deed `at` an instant before, or another
    deed after points came that only now are told of.
    """
    for unit in program.renewing:
        counts = deed in unit.expiry.renewed_by
        if not counts and not any(lot.unit == unit.name for lot in book.opened.values()):
            continue
        if at >= book.now or not _may_have_expired(book, program, unit, member, at):
            continue
        expired = dict(view.expired_since(book.account, unit.name, at))
        there = view.expired_points(book.account, unit.name)
        for entry in book.entries:
            if entry.unit == unit.name and entry.kind == "expire" and entry.lot is not None:
                expired[entry.lot] = expired.get(entry.lot, 0) + entry.amount
                there += entry.amount
        if not expired:
            continue
        book.bring(view.lots_numbered(book.account, expired))
        known = [*deeds_of(view, unit, member), *([at] if counts else [])]
        for number, points in sorted(expired.items()):
            _revive(book, program, unit, member, (number, min(points, there)), known)
            there -= min(points, there)
        book.settle()


def _revive(
    book: AccountBook,
    program: Program,
    unit: Unit,
    member: MemberRecord,
    portion: tuple[int, int],
    activities: Sequence[datetime],
) -> None:
    number, points = portion
    lot = book.lot(number)
    if not points or lot.active_from is None or lot.expires_at is None:
        return
    tier = member.tier.tier
    end = alive_until(unit.expiry, lot.active_from, activities, program.zone, tier)
    if end is None or end > lot.expires_at:
        cause = Cause("revive", member.number, lot.expires_at)  # the instant that it undoes
        book.revive(number, points, end, cause)


def _may_have_expired(
    book: AccountBook, program: Program, unit: Unit, member: MemberRecord, at: datetime
) -> bool:
    """Whether points of the unit may have expired since `at`, by what is at hand."""
    last = member.last_purchase_at
    if unit.expiry.renewed_by != (PURCHASE,) or member.account != member.number:
        return True
    if last is None or at < last:
        return True
    if any(it.unit == unit.name and it.kind == "expire" for it in book.entries):
        return True
    end = expires_at(unit.expiry, last, last, program.zone, member.tier.tier)
    return end is not None and end <= book.now
