"""What a programme lets members give each other: who, how much, and which points."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from loyalty_engine.domain.errors import Conflict, InsufficientPoints, InvalidRequest
from loyalty_engine.domain.gifts import GiftedEnd, Gifting
from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.domain.local_time import start_of_day
from loyalty_engine.domain.lots import Lot, spending_order
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import GiftRequest
from loyalty_engine.ports import MemberRecord, View
from loyalty_engine.use_cases.deciding.codec import local_time

BY_GIFT = "gift:"
"""How the rule of points that were given begins; the gift's id follows."""

Portions = Sequence[tuple[Lot, int]]


def rules_of(program: Program, asked: GiftRequest) -> Gifting:
    """How points of the unit may be given; raises `InvalidRequest` where they may not."""
    unit = program.units.get(asked.unit)
    if unit is None:
        raise InvalidRequest(
            f"there is no unit {asked.unit!r}; the programme has {', '.join(program.units)}",
            code="unit_unknown", pointer="/unit",
        )  # fmt: skip
    rules = unit.gifts
    if rules is None:
        raise InvalidRequest(
            f"members cannot give each other {asked.unit}; `gifts` of the unit would let them",
            code="unit_not_given", pointer="/unit",
        )  # fmt: skip
    most = rules.at_most
    if asked.points < rules.at_least or (most is not None and asked.points > most):
        told = f"at least {rules.at_least}" + (f" and at most {most}" if most is not None else "")
        raise InvalidRequest(
            f"a gift is of {told} {asked.unit}", code="gift_amount", pointer="/points"
        )
    return rules


def may_take_part(
    rules: Gifting, giver: MemberRecord, receiver: MemberRecord, now: datetime
) -> None:
    """Raise `Conflict` for members who are not active, share an account, or have just joined."""
    for member, whose in ((giver, "who gives"), (receiver, "who is to be given")):
        if member.status == "frozen":
            raise Conflict(
                f"the member {whose} is frozen: points neither come nor go until it is thawed",
                code="member_frozen",
            )
        if member.status != "active":
            raise Conflict(f"the member {whose} is not active", code="member_not_active")
        if now < member.enrolled_at + timedelta(days=rules.after_joining):
            raise Conflict(
                f"the member {whose} has not been a member for {rules.after_joining} days",
                code="gift_too_soon",
            )
    if giver.account == receiver.account:
        raise Conflict("they share one account already", code="gift_to_oneself")


def within_limits(
    view: View,
    program: Program,
    rules: Gifting,
    giver: MemberRecord,
    receiver: MemberRecord,
    asked: GiftRequest,
    now: datetime,
) -> None:
    """Raise `Conflict` where the month's or the year's gifts would be too many with this one."""
    today = local_time(program, now).date()
    month = start_of_day(today.replace(day=1), program.zone)
    year = start_of_day(today.replace(month=1, day=1), program.zone)
    for most, since, name in (
        (rules.given_per_month, month, "given_per_month"),
        (rules.given_per_year, year, "given_per_year"),
    ):
        if most is not None:
            _room(most, view.given_since(giver.number, asked.unit, since), asked, name)
    for most, since, name in (
        (rules.received_per_month, month, "received_per_month"),
        (rules.received_per_year, year, "received_per_year"),
    ):
        if most is not None:
            _room(most, view.received_since(receiver.number, asked.unit, since), asked, name)


def _room(most: int, used: int, asked: GiftRequest, name: str) -> None:
    if used + asked.points > most:
        raise Conflict(
            f"{used} of {most} {asked.unit} have been used of {name}, and {asked.points} would be "
            "more than that leaves",
            code="gift_limit_reached", limit=name, left=max(0, most - used),
        )  # fmt: skip


def portions_to_give(
    book: AccountBook, rules: Gifting, giver: MemberRecord, asked: GiftRequest
) -> Portions:
    """The lots that are given, soonest end first: the giver's own, and none that may not be yet.

    Raises `InsufficientPoints`.
    """
    before = book.now - timedelta(days=rules.after_earning)
    anew = rules.ends is GiftedEnd.ANEW
    usable = [
        lot
        for lot in book.lots(asked.unit)
        if lot.free
        and lot.usable_at(book.now)
        and lot.member == giver.number
        and (lot.active_from is None or lot.active_from <= before)
        and not (anew and (lot.rule or "").startswith(BY_GIFT))
    ]
    there = sum(lot.free for lot in usable)
    if there < asked.points:
        raise InsufficientPoints(
            f"{asked.points} {asked.unit} are to be given and {there} can be",
            unit=asked.unit, asked=asked.points, available=there,
        )  # fmt: skip
    picked, left = [], asked.points
    for lot in spending_order(usable):
        part = min(left, lot.free)
        if part:
            picked.append((lot, part))
            left -= part
    return picked
