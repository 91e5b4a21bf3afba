"""Holds: points set aside at a till until they are captured, released or lapse by themselves."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from loyalty_engine.domain.errors import Conflict, InvalidRequest, NotFound
from loyalty_engine.domain.holds import parted
from loyalty_engine.domain.ledger import AccountBook, Cause, Portion
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.ports import Event, Hold, MemberRecord, View, Work
from loyalty_engine.use_cases.answering import shown
from loyalty_engine.use_cases.deciding.case import Case
from loyalty_engine.use_cases.deciding.codec import encode
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.points.booking import (
    convert_full_cards,
    grant_points,
    issue_points,
    spend_points,
)

_portions = msgspec.json.Decoder(list[tuple[int, int]])


def portions_of(hold: Hold) -> list[Portion]:
    """The lots that a hold has set aside, and how much of each."""
    return _portions.decode(hold.portions)


def stored_portions(portions: list[Portion]) -> bytes:
    """Portions as they are kept."""
    return encode(portions)


def known_hold(work: View, id: str) -> Hold:
    """The hold with this id; raises `NotFound`."""
    hold = work.hold(id)
    if hold is None:
        raise NotFound(f"there is no hold {id!r}", code="hold_unknown")
    return hold


def closed(hold: Hold) -> Conflict:
    """The refusal for a hold that holds no more; one past its end has lapsed, swept or not."""
    state = "lapsed" if hold.state == "open" else hold.state
    told, code = _ENDED[state]
    return Conflict(f"hold {hold.id!r} {told}", code=code, state=state, captured=hold.captured)


_ENDED = {
    "captured": ("has been captured", "hold_captured"),
    "released": ("has been released", "hold_released"),
    "lapsed": ("has lapsed; its points are free again", "hold_lapsed"),
}


def is_open(hold: Hold, now: datetime) -> bool:
    """Whether it still holds at this instant."""
    return hold.state == "open" and now < hold.expires_at


def capture(book: AccountBook, hold: Hold, points: int, cause: Cause) -> list[Portion]:
    """Take so many of the points held and let the others go; answers the lots that paid."""
    taken, rest = parted(portions_of(hold), points)
    book.capture(hold.unit, taken, cause)
    book.release(hold.unit, rest, replace(cause, kind="release", reason="not captured"))
    return taken


def lapse_holds(work: Work, member: MemberRecord, book: AccountBook) -> None:
    """Let go of the member's holds that have lapsed; no sweeper needs to have run."""
    for hold in work.due_holds(member.number, work.now):
        cause = Cause("release", member.number, work.now, reason="hold lapsed")
        book.release(hold.unit, portions_of(hold), cause)
        lapsed = replace(hold, state="lapsed")
        work.save_hold(lapsed)
        work.announce(hold_event("hold_lapsed", lapsed, book.version, work))


def hold_event(kind: str, hold: Hold, version: int, work: Work) -> Event:
    """What became of a hold, for the outbox."""
    told = {
        "hold": hold.id,
        "unit": hold.unit,
        "points": hold.points,
        "captured": hold.captured,
        "purchase": hold.purchase,
        "expires_at": hold.expires_at,
    }
    return member_event(kind, hold.member, hold.id, version, work.now, told)


def hold_body(hold: Hold, member: MemberRecord | None, book: AccountBook) -> dict[str, Any]:
    """A hold as it is answered, with the balance as it stands in the book."""
    return {
        "hold": hold.id,
        "member": member.id if member else None,
        "unit": hold.unit,
        "points": hold.points,
        "captured": hold.captured,
        "state": hold.state,
        "placed_at": hold.placed_at,
        "expires_at": hold.expires_at,
        "purchase": hold.purchase,
        "balance": {name: shown(it) for name, it in sorted(book.balances.items())},
        "version": book.version,
    }


def named_hold(view: View, member: MemberRecord, purchase: Purchase, now: datetime) -> Hold | None:
    """The hold that pays for a purchase, or None where it names none.

    Raises `InvalidRequest` for one of another member, or of a unit that `spend` does not name;
    `Conflict` when it holds no more, or not as much.
    """
    if purchase.hold is None:
        return None
    hold = view.hold(purchase.hold)
    if hold is None or hold.member != member.number:
        raise InvalidRequest(
            "there is no such hold for this member", code="hold_unknown", pointer="/hold"
        )
    if not is_open(hold, now):
        raise closed(hold)
    points = purchase.spend.get(hold.unit, 0)
    if not points:
        raise InvalidRequest(
            f"the hold is of {hold.unit}, of which spend names none",
            code="hold_unit_differs", pointer="/spend",
        )  # fmt: skip
    if points > hold.points:
        raise above(hold, points)
    return hold


def above(hold: Hold, points: int) -> Conflict:
    """The refusal to take more than is held."""
    return Conflict(
        f"{points} {hold.unit} are to be captured and {hold.points} are held",
        code="capture_above_hold", held=hold.points,
    )  # fmt: skip


def pay(
    book: AccountBook, spend: Mapping[str, int], cause: Cause, hold: Hold | None
) -> dict[str, list[Portion]]:
    """Take the points used as tender, from the hold those it holds; the lots that paid, by unit."""
    if hold is None:
        return spend_points(book, spend, cause)
    rest = {unit: points for unit, points in spend.items() if unit != hold.unit}
    paid = {hold.unit: capture(book, hold, spend[hold.unit], cause)}
    return paid | spend_points(book, rest, cause)


def pay_and_earn(
    book: AccountBook,
    program: Program,
    case: Case,
    member: MemberRecord,
    spend: Mapping[str, int],
    hold: Hold | None,
) -> dict[str, list[Portion]]:
    """Take the points used as tender and give those earned; the lots that paid, by unit.

    Where the programme lets points pay for what earns them, they are given first: those that need
    not wait can pay.
    """
    purchase = case.facts.purchase
    cause = Cause("spend", member.number, purchase.occurred_at, purchase.id)
    if not program.switches.earned_points_pay:
        spent = pay(book, spend, cause, hold)
        grant_points(book, program, case.decision, member, case)
        return spent
    issue_points(book, program, case.decision, member, case)
    spent = pay(book, spend, cause, hold)
    book.settle()
    convert_full_cards(book, program, member.number, purchase.id)
    return spent


def save_captured(work: Work, hold: Hold, points: int, version: int, purchase: str | None) -> Hold:
    """Write a captured hold back and tell of it."""
    captured = replace(hold, state="captured", captured=points, purchase=purchase)
    work.save_hold(captured)
    work.announce(hold_event("hold_captured", captured, version, work))
    return captured
