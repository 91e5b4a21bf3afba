"""What of a purchase a higher revision may change, and what it has to leave."""

from loyalty_engine.domain.errors import Conflict, InvalidRequest
from loyalty_engine.ports import MemberRecord, StoredPurchase, Work
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.members.standing import GONE
from loyalty_engine.use_cases.purchases.preparing import Prepared
from loyalty_engine.use_cases.returns.earning_account import earning_account


def correctable(work: Work, prepared: Prepared, stored: StoredPurchase) -> MemberRecord | None:
    """The purchase's member, locked. Raises `Conflict` for what cannot be corrected any more."""
    member = _same_member(work, prepared, stored)
    if stored.state not in ("recorded", "partly_returned"):
        raise Conflict(
            f"purchase {stored.purchase!r} is {stored.state}; it cannot be corrected",
            code=f"purchase_{stored.state}", revision=stored.revision,
        )  # fmt: skip
    if member is not None and earning_account(work, member, stored) != member.account:
        raise Conflict(
            "the household that earned on it has been left; cancel it and record it anew",
            code="household_left",
        )
    return member


def _same_member(work: Work, prepared: Prepared, stored: StoredPurchase) -> MemberRecord | None:
    """The purchase's member, locked; a correction cannot move a purchase to somebody else."""
    member = work.member(stored.member) if stored.account is not None else None
    named = work.find_member(prepared.who) if prepared.who else None
    if member is None and named is not None and named.status in GONE:
        return None  # it was recorded as a guest's
    if prepared.who is None and codec.purchase_of(stored.body).is_guest:
        return member  # the till cannot know that it has been claimed since
    if (named.number if named else None) != (member.number if member else None):
        raise Conflict(
            "a correction cannot give a purchase to another member; cancel it and record it anew",
            code="member_differs", revision=stored.revision,
        )  # fmt: skip
    return member


def still_kept(stored: StoredPurchase, prepared: Prepared, before: Kept) -> dict[str, int]:
    """What is kept of the new lines, once what has come back is taken off."""
    bought = {line.id: line.quantity_milli for line in codec.purchase_of(stored.body).lines}
    new = {line.id: line.quantity_milli for line in prepared.purchase.lines}
    kept = dict(new)
    for line, quantity in bought.items():
        back = quantity - before.lines.get(line, 0)
        if back > new.get(line, 0):
            raise Conflict(
                f"of line {line!r} more has come back than the correction leaves of it",
                code="correction_drops_returned", pointer="/lines", revision=stored.revision,
            )  # fmt: skip
        if back:
            kept[line] = new[line] - back
    if prepared.purchase.reservation is not None:
        raise InvalidRequest(
            "a correction cannot use a reservation", code="reservation_unknown",
            pointer="/reservation",
        )  # fmt: skip
    if prepared.purchase.hold not in (None, codec.purchase_of(stored.body).hold):
        raise InvalidRequest(
            "a correction cannot capture another hold", code="hold_unknown", pointer="/hold"
        )
    return {line: milli for line, milli in kept.items() if milli}
