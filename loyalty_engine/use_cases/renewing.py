"""Points that end after inactivity: each purchase moves their end, also one that comes late.

A member has been active when something was bought, by when it happened; what came back of it
later takes nothing from that. Programmes whose points end otherwise do nothing here.
"""

from datetime import datetime

from loyalty_engine.domain.expiry import alive_until, expires_at
from loyalty_engine.domain.ledger import AccountBook, Cause
from loyalty_engine.domain.lots import Lot
from loyalty_engine.domain.program import Program, Unit
from loyalty_engine.domain.tiers import VISITS
from loyalty_engine.ports import MemberRecord, View


def renew(
    book: AccountBook, program: Program, member: MemberRecord, fresh: datetime | None = None
) -> None:
    """Let what is there last as the member's last purchase and tier say, and never shorter.

    What had no end, for members of the tier before had none, gets a whole period from `fresh`, or
    from the last purchase.
    """
    last, tier = member.last_purchase_at, member.tier.tier
    for unit in program.renewing:
        if unit.name not in book.balances:
            continue

        def ends(lot: Lot, unit: Unit = unit) -> datetime | None:
            assert lot.active_from is not None, "what waits for an event is not renewed"
            since = [lot.active_from]
            if last is not None:
                since.append(last)
            if lot.expires_at is None and fresh is not None:
                since.append(fresh)
            end = expires_at(unit.expiry, max(since), max(since), program.zone, tier)
            return end if end is None or lot.expires_at is None else max(end, lot.expires_at)

        book.renew(unit.name, ends)


def revive(
    view: View, book: AccountBook, program: Program, member: MemberRecord, at: datetime
) -> None:
    """Give back what expired although there was a purchase `at` an instant before."""
    for unit in program.renewing:
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
        known = [it.at for it in view.activities(member.number) if it.measure == VISITS]
        for number, points in sorted(expired.items()):
            _revive(book, program, unit, member, (number, min(points, there)), [*known, at])
            there -= min(points, there)
        book.settle()


def _revive(
    book: AccountBook,
    program: Program,
    unit: Unit,
    member: MemberRecord,
    portion: tuple[int, int],
    activities: list[datetime],
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
    if last is None or at < last or member.account != member.number:
        return True
    if any(it.unit == unit.name and it.kind == "expire" for it in book.entries):
        return True
    end = expires_at(unit.expiry, last, last, program.zone, member.tier.tier)
    return end is not None and end <= book.now
