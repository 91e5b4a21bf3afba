"""What stands between an account and who has taken it over: waiting, proof, and an alarm.

A programme that declares none of it pays nothing for it.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from loyalty_engine.domain.errors import Conflict
from loyalty_engine.domain.local_time import add_calendar, start_of_day
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import MemberRecord, View
from loyalty_engine.use_cases.answering import instant
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.deciding.codec import local_time
from loyalty_engine.use_cases.deciding.stored_forms import Flag

MANY_SALES = "many_sales"


def may_redeem(program: Program, member: MemberRecord, now: datetime, pointer: str = "") -> None:
    """Refuse to let points go whose member has just got other identifiers, or has long been silent.

    Raises `Conflict`: `redemption_waits` until an instant, or `confirmation_needed`.
    """
    switches = program.switches
    if (until := waits_until(program, member, now)) is not None:
        raise Conflict(
            "the identifiers of the member have changed a short while ago: its points wait, by "
            "the programme's switch redemption_wait_hours",
            code="redemption_waits", pointer=pointer or None, until=instant(until),
        )  # fmt: skip
    if switches.dormant_months and (member.step_up or is_dormant(program, member, now)):
        raise Conflict(
            "the member has long been silent: it has to prove who it is before its points go",
            code="confirmation_needed", pointer=pointer or None,
        )  # fmt: skip


def waits_until(program: Program, member: MemberRecord, now: datetime) -> datetime | None:
    """Until when what is the member's own waits, as its identifiers have just changed; None where
    nothing does.
    """
    hours = program.switches.redemption_wait_hours
    if not hours or member.renamed_at is None:
        return None
    until = member.renamed_at + timedelta(hours=hours)
    return until if now < until else None


def is_dormant(program: Program, member: MemberRecord, at: datetime) -> bool:
    """Whether the member has neither bought nor proved who it is for so many months."""
    months = program.switches.dormant_months
    heard = [member.enrolled_at, member.last_purchase_at, member.confirmed_at]
    last = max(it for it in heard if it is not None)
    return bool(months) and at >= add_calendar(last, months, 0, program.zone)


def awoken(
    program: Program, before: MemberRecord, after: MemberRecord, at: datetime
) -> MemberRecord:
    """The member after a purchase: one that breaks a long silence proves nothing."""
    if not before.step_up and is_dormant(program, before, at):
        return replace(after, step_up=True)
    return after


def sales_flags(
    engine: Engine, view: View, program: Program, member: MemberRecord, at: datetime
) -> tuple[Flag, ...]:
    """An alarm where one member buys more often in a day than people do: somebody else's sales?"""
    most, last = program.switches.sales_a_day, member.last_purchase_at
    day = local_time(program, at).date()
    begins = start_of_day(day, program.zone)
    if not most or last is None or last < begins:
        return ()
    ends = start_of_day(day + timedelta(days=1), program.zone)
    sales = 1 + sum(when < ends for _, when, _ in view.bought_since(member.number, begins))
    if sales <= most:
        return ()
    engine.alarm(MANY_SALES)
    return (Flag(MANY_SALES, f"{sales} purchases of one member on one day; {most} are usual"),)
