"""From a decision to the ledger: lots opened, points spent, cards converted, limits counted."""

from collections.abc import Mapping
from datetime import datetime

from loyalty_engine.domain.errors import Conflict
from loyalty_engine.domain.expiry import activates_at, expires_at
from loyalty_engine.domain.facts import Carry
from loyalty_engine.domain.ledger import AccountBook, Cause, Portion
from loyalty_engine.domain.lots import EVENT, Balance, Lot
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.switches import Overspend
from loyalty_engine.domain.units import Paying, Unit
from loyalty_engine.ports import Hold, MemberRecord, View, Work
from loyalty_engine.rulebook.deciding.carrying import carried_by, plus
from loyalty_engine.rulebook.deciding.decision import Decision
from loyalty_engine.use_cases.deciding.case import Case
from loyalty_engine.use_cases.members.guarding import may_redeem

THAW = "thaw"
"""What the points of a frozen member wait for."""


def open_book(
    view: View,
    member: MemberRecord,
    now: datetime,
    purchase: str | None = None,
    balances: Mapping[str, Balance] | None = None,
) -> AccountBook:
    """The member's account, settled up to `now`; its lots are read when something needs them."""
    book = AccountBook(
        member.account,
        member.version,
        view.balances(member.account) if balances is None else balances,
        lambda: view.open_lots(member.account, purchase),
        now,
    )
    book.settle()
    return book


def spend_points(
    book: AccountBook, spend: Mapping[str, int], cause: Cause
) -> dict[str, list[Portion]]:
    """Take the points used as tender; raises `InsufficientPoints`."""
    return {
        unit: book.spend(unit, points, cause) for unit, points in sorted(spend.items()) if points
    }


def may_spend(
    program: Program, member: MemberRecord, spend: Mapping[str, int], now: datetime
) -> None:
    """Refuse to let points pay that have to stay; purchases without them are recorded."""
    if not spend or not any(spend.values()):
        return
    if member.status == "frozen":
        raise Conflict(
            "the member is frozen: its points cannot pay until it is active again",
            code="member_frozen", pointer="/spend",
        )  # fmt: skip
    may_redeem(program, member, now, "/spend")


def affordable(
    book: AccountBook,
    program: Program,
    spend: Mapping[str, int],
    at: datetime,
    hold: Hold | None = None,
) -> dict[str, int]:
    """What may be spent: as asked, or what is there where the programme says `reduced`.

    What a hold pays is there.
    """
    if program.switches.overspend is Overspend.REFUSED:
        return dict(spend)
    return {
        unit: points
        if hold is not None and unit == hold.unit
        else _payable(program.units[unit].paying, min(points, book.spendable(unit, at)))
        for unit, points in spend.items()
    }


def _payable(paying: Paying, points: int) -> int:
    """The most of these points that may pay: whole steps, and not less than the least."""
    points -= points % paying.step
    return points if points >= paying.at_least else 0


def issue(
    book: AccountBook,
    program: Program,
    unit: Unit,
    points: int,
    cause: Cause,
    tier: str,
    waits_for: str | None = None,
) -> Lot:
    """Open a lot of `unit` with the dates that the programme declares."""
    active_from = activates_at(unit.pending, cause.at, tier, program.zone)
    if active_from is None and waits_for is None:
        waits_for = EVENT
    ends = None
    if active_from is not None:
        ends = expires_at(unit.expiry, cause.at, active_from, program.zone, tier)
    return book.issue(
        unit.name, points, cause, active_from=active_from, expires_at=ends, waits_for=waits_for
    )


def grant_points(
    book: AccountBook, program: Program, decision: Decision, member: MemberRecord, case: Case
) -> None:
    """Give what the decision grants. A frozen member's points wait until it is thawed."""
    issue_points(book, program, decision, member, case)
    book.settle()
    convert_full_cards(book, program, member.number, case.facts.purchase.id)


def issue_points(
    book: AccountBook, program: Program, decision: Decision, member: MemberRecord, case: Case
) -> None:
    """Open the lots of what the decision grants; full cards are not converted yet."""
    purchase = case.facts.purchase
    tier = case.facts.member.tier if case.facts.member else ""
    waits_for = THAW if member.status == "frozen" else None
    for grant in decision.grants:
        if grant.granted > 0:
            cause = Cause("earn", member.number, purchase.occurred_at, purchase.id, grant.rule)
            unit = program.units[grant.unit]
            issue(book, program, unit, grant.granted, cause, tier, waits_for)


def conversion_of(unit: str) -> str:
    """What stands for a rule in the entries of a unit's conversions."""
    return f"convert:{unit}"


def convert_full_cards(
    book: AccountBook, program: Program, member: int, purchase: str | None
) -> None:
    """Turn full cards into what they convert to, as often as they are full."""
    for unit in program.units.values():
        rule = unit.converts
        if rule is None or unit.name not in book.balances:
            continue
        there = book.balance(unit.name).available
        if there < max(rule.at_least, rule.each):
            continue
        times = there // rule.each
        cause = Cause("convert", member, book.now, purchase, conversion_of(unit.name))
        book.spend(unit.name, times * rule.each, cause)
        issue(book, program, program.units[rule.into], times * rule.gives, cause, "")


def count_limits(work: Work, case: Case) -> None:
    """Count what a decision uses against its limits, in the order in which they were locked.

    Points never overrun (they were cut to the headroom); discounts that the till has already
    given are facts, so the ceiling gives way to them and the receipt says so.
    """
    for key, amount, ceiling in case.uses():
        work.use(key, amount, ceiling)


def save_carries(work: Work, member: int, case: Case, decision: Decision) -> None:
    """Move the running sums of rules with carry on."""
    for key, more in carried_by(decision.grants, case.facts).items():
        work.save_carry(member, key, plus(case.facts.carries.get(key, Carry()), more))
