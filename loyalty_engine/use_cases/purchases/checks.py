"""What a purchase must satisfy before anything is decided: checked against the programme."""

from datetime import datetime, timedelta

from loyalty_engine.domain.errors import InvalidRequest, pointer_to
from loyalty_engine.domain.money import MILLI
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import LineKind, Purchase
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.spending.tender import check_steps
from loyalty_engine.use_cases.stored_value.purses import card_terms

GIFT_CARD = "gift_card"
MOST_MONEY = 10**15
"""Sums beyond this many minor units are a mistake, whatever the currency."""


def check_time(program: Program, at: datetime, now: datetime) -> None:
    """Refuse what lies further in the past or ahead of the clock than the programme allows."""
    switches = program.switches
    if at > now + timedelta(minutes=switches.ahead_minutes):
        raise InvalidRequest(
            f"occurred_at lies more than {switches.ahead_minutes} minutes ahead of the clock; "
            "send it with the offset of the till's time zone",
            code="occurred_in_the_future", pointer="/occurred_at",
        )  # fmt: skip
    if at < now - timedelta(days=switches.late_days):
        raise InvalidRequest(
            f"occurred_at lies more than {switches.late_days} days back; "
            "the programme's switch late_days says how late a purchase may arrive",
            code="occurred_too_long_ago", pointer="/occurred_at",
        )  # fmt: skip


def check_purchase(rulebook: Rulebook, purchase: Purchase, now: datetime) -> None:
    """Refuse a purchase that contradicts the programme or itself; raises `InvalidRequest`."""
    check_time(rulebook.program, purchase.occurred_at, now)
    check_contents(rulebook, purchase)


def check_contents(rulebook: Rulebook, purchase: Purchase) -> None:
    """As `check_purchase`, whenever it happens."""
    program = rulebook.program
    if purchase.currency != program.currency:
        raise InvalidRequest(
            f"the programme's currency is {program.currency}, not {purchase.currency}",
            code="currency_differs", pointer="/currency",
        )  # fmt: skip
    if program.touchpoints and purchase.touchpoint and (
        purchase.touchpoint not in program.touchpoints
    ):  # fmt: skip
        raise InvalidRequest(
            f"touchpoint {purchase.touchpoint!r} is not declared; "
            f"the programme knows {', '.join(program.touchpoints)}",
            code="touchpoint_unknown", pointer="/touchpoint",
        )  # fmt: skip
    _check_lines(purchase)
    _check_spend(program, purchase)
    if purchase.names_cards:
        _check_cards(program, purchase)


def _check_lines(purchase: Purchase) -> None:
    seen: set[str] = set()
    for index, line in enumerate(purchase.lines):
        if line.id in seen:
            raise InvalidRequest(
                f"line {line.id!r} stands there twice; give each line an id of its own",
                code="line_twice", pointer=f"/lines/{index}/id",
            )  # fmt: skip
        seen.add(line.id)
        off = line.discount
        if line.applied:
            off += sum(it.amount for it in line.applied)
        if off > line.gross:
            raise InvalidRequest(
                f"the discounts of line {line.id!r} are more than its price",
                code="discount_above_price", pointer=f"/lines/{index}/discount",
            )  # fmt: skip
    if purchase.gross > MOST_MONEY:
        raise InvalidRequest(
            "the purchase adds up to more than any purchase can", code="amount_too_large",
            pointer="/lines",
        )  # fmt: skip


def _check_cards(program: Program, purchase: Purchase) -> None:
    card_terms(program)
    for index, line in enumerate(purchase.lines):
        if line.card and (line.kind is not LineKind.GIFT_CARD or line.quantity_milli != MILLI):
            raise InvalidRequest(
                "a line that sells a gift card is of the kind gift_card, and of one piece",
                code="card_line", pointer=f"/lines/{index}/card",
            )  # fmt: skip
    for index, it in enumerate(purchase.payments):
        if (it.card or it.hold) and it.method != GIFT_CARD:
            raise InvalidRequest(
                f"a gift card pays by the method {GIFT_CARD}, not {it.method}",
                code="card_method", pointer=f"/payments/{index}/method",
            )  # fmt: skip


def _check_spend(program: Program, purchase: Purchase) -> None:
    for unit, points in purchase.spend.items():
        declared = program.units.get(unit)
        if declared is None or declared.tender is None:
            raise InvalidRequest(
                f"{unit!r} cannot be used to pay; the programme declares no tender value for it",
                code="unit_not_tender", pointer=pointer_to("spend", unit),
            )  # fmt: skip
        if points and purchase.is_guest:
            raise InvalidRequest(
                "points are spent, but no member is named", code="member_missing",
                pointer="/spend",
            )  # fmt: skip
        if points:
            check_steps(declared, points)
    if purchase.hold is not None and not any(purchase.spend.values()):
        raise InvalidRequest(
            "a hold is named, but spend does not say how many of its points pay",
            code="hold_without_spend", pointer="/spend",
        )  # fmt: skip
