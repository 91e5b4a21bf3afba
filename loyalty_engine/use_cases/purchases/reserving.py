"""Reservations: what a quote has promised is held until it is used, let go or lapses."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import msgspec

from loyalty_engine.domain.errors import Conflict, InvalidRequest
from loyalty_engine.domain.ledger import AccountBook, Cause, Portion
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.ports import CounterKey, MemberRecord, Reservation, Work
from loyalty_engine.rulebook.deciding.decision import Reduction
from loyalty_engine.use_cases.deciding.case import Case
from loyalty_engine.use_cases.deciding.codec import encode
from loyalty_engine.use_cases.deciding.stored_forms import Flag
from loyalty_engine.use_cases.spending.holding import lapse_holds

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Counted:
    """What a reservation counts against one limit."""

    key: CounterKey
    amount: int
    ceiling: int


@dataclass(frozen=True, slots=True)
class Held:
    """All that a reservation holds: points by lot, limits, codes, discounts by rule and line id.

    `codes` are those kept one by one, `named` all that its discounts came of, as purchases keep them.
    `values` are holds of stored value, with their purses: they lapse by themselves.
    """

    points: Mapping[str, list[Portion]]
    counted: list[Counted]
    discounts: Mapping[str, Mapping[str, int]]
    codes: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    values: Mapping[str, int] = field(default_factory=dict)


class Promised(NamedTuple):
    """What a purchase gets of its reservation: discounts by rule, holds of stored value with their
    purses; and the purchase itself, which names all codes then.
    """

    purchase: Purchase
    discounts: Mapping[str, Reduction] = NOTHING
    values: Mapping[str, int] = NOTHING
    flags: tuple[Flag, ...] = ()


_held = msgspec.json.Decoder(Held)
_counted = msgspec.json.Decoder(list[Counted])


def held_by(
    case: Case,
    points: Mapping[str, list[Portion]],
    codes: list[str],
    named: list[str],
    values: Mapping[str, int],
) -> bytes:
    """What a decided quote is to hold, as stored."""
    lines = case.facts.purchase.lines
    counted = [Counted(*it) for it in case.uses()]
    discounts = {
        it.rule: {lines[index].id: amount for index, amount in it.by_line.items()}
        for it in (*case.given.values(), *case.decision.reductions)
    }
    return encode(Held(points, counted, discounts, codes, named, values))


def values_of(reservation: Reservation) -> Mapping[str, int]:
    """The holds of stored value of a reservation, with their purses."""
    return _held.decode(reservation.held).values


def points_of(reservation: Reservation) -> Mapping[str, list[Portion]]:
    """The points that a reservation has set aside, by unit and lot."""
    return _held.decode(reservation.held).points


def let_go(
    work: Work, member: MemberRecord, book: AccountBook, reservation: Reservation, state: str
) -> Held:
    """Free what a reservation holds and leave it in `state`."""
    held = _held.decode(reservation.held)
    for unit, portions in held.points.items():
        cause = Cause("release", member.number, work.now, reason=f"reservation {state}")
        book.release(unit, portions, cause)
    for code, voucher in work.vouchers(held.codes).items():
        if voucher.held_by == reservation.id:
            work.hold_voucher(code, None, None)
    for it in held.counted:
        work.use(it.key, -it.amount, it.ceiling)
    work.save_reservation(replace(reservation, state=state))
    return held


def recounted(data: bytes, owners: Mapping[str, str]) -> bytes:
    """What is counted against limits (JSON), with other owners of the limits."""
    return encode([_owned(it, owners) for it in _counted.decode(data)])


def _owned(it: Counted, owners: Mapping[str, str]) -> Counted:
    return replace(it, key=replace(it.key, owner=owners.get(it.key.owner, it.key.owner)))


def moved(
    reservation: Reservation, member: int, lots: Mapping[int, int], owners: Mapping[str, str]
) -> Reservation:
    """The reservation as another member's: its lots and whose limits it uses have new names."""
    held = _held.decode(reservation.held)
    points = {
        unit: [(lots.get(lot, lot), amount) for lot, amount in portions]
        for unit, portions in held.points.items()
    }
    counted = [_owned(it, owners) for it in held.counted]
    moved_ = replace(held, points=points, counted=counted)
    return replace(reservation, member=member, held=encode(moved_))


def lapse_due(work: Work, member: MemberRecord, book: AccountBook) -> None:
    """Let go of reservations and holds that have lapsed; no sweeper needs to have run."""
    everybody = [member] if member.account == member.number else work.family(member.account)
    for one in everybody:
        lapse_holds(work, one, book)
        for reservation in work.due_reservations(one.number, work.now):
            let_go(work, one, book, reservation, "lapsed")


def take_reservation(
    work: Work, member: MemberRecord, book: AccountBook, purchase: Purchase
) -> Promised:
    """Free what the named reservation holds, but for stored value, which the purchase frees itself.

    A lapsed one is flagged, for the purchase has happened all the same. Codes that discounts were
    promised for are used by the purchase whether it names them or not.
    """
    assert purchase.reservation is not None
    found = work.reservation(purchase.reservation)
    if found is None or found.member != member.number:
        raise InvalidRequest(
            "there is no such reservation for this member", code="reservation_unknown",
            pointer="/reservation",
        )  # fmt: skip
    if found.state == "used":
        raise Conflict("another purchase has used this reservation", code="reservation_used")
    if found.state == "open" and found.expires_at <= work.now:
        let_go(work, member, book, found, "lapsed")
        found = replace(found, state="lapsed")
    if found.state != "open":
        told = Flag(f"reservation_{found.state}", "decided anew: it no longer held")
        return Promised(purchase, flags=(told,))
    if values := values_of(found):
        work.purses(values.values())  # locked before codes and limits, as wherever cards pay
    held = let_go(work, member, book, found, "used")
    places = {line.id: index for index, line in enumerate(purchase.lines)}
    promised = {}
    for rule, by_line in held.discounts.items():
        amounts = {
            places[line]: min(amount, purchase.lines[places[line]].net)
            for line, amount in by_line.items()
            if line in places
        }
        promised[rule] = Reduction(rule, amounts)
    unnamed = [it for it in held.named if it not in purchase.vouchers]
    if unnamed:
        purchase = replace(purchase, vouchers=(*purchase.vouchers, *unnamed))
    return Promised(purchase, promised, held.values)
