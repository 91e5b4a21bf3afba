"""Show a balance: what the board is filled with, and what answers where there is none."""

from dataclasses import replace
from datetime import datetime

from loyalty_engine.domain.errors import Conflict, InvalidRequest, NotFound
from loyalty_engine.domain.lots import Balance
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Address, MemberRecord, View
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.households.family import account_at
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.members.standing import state_at, tier_as_of
from loyalty_engine.use_cases.points.balance_body import balance_body, true_until
from loyalty_engine.use_cases.points.looking import look_at
from loyalty_engine.use_cases.writing import PAST, Shown


def read_balance(engine: Engine, program_name: str, member_id: str, now: datetime) -> Shown | None:
    """The balance from the database as it is at `now`; None for an unknown member."""
    program = engine.rulebooks.current(program_name).program
    with engine.storage.read(program_name) as view:
        member = view.find_member(Address("member", member_id))
        if member is None or member.status == "erased":
            return None
        shown = _shown(view, program, member, now)
    # Under the id of one who was merged into another one nothing is kept, for nobody renews it.
    return shown if member_id == member.id else replace(shown, until=PAST)


def _shown(view: View, program: Program, member: MemberRecord, now: datetime) -> Shown:
    look = look_at(view, member, now)
    balances, state = look.book.balances, state_at(view, program, member, now)
    body = balance_body(program, member.id, balances, state.tier, member.version, now)
    ends = [it for it in (true_until(balances, state), look.lapses_at) if it is not None]
    return Shown(member.id or "", member.version, min(ends, default=None), body)


def show_balance(
    engine: Engine,
    caller: Caller,
    member_id: str,
    as_of: datetime | None = None,
    min_version: int | None = None,
) -> Answer:
    """The balance now, or as it was known at a past instant.

    Raises `NotFound`, `InvalidRequest` for an instant to come, `Conflict` for a `min_version`
    beyond the account's: every version that a write has answered is there to be read.
    """
    if as_of is not None:
        return Answer(200, _past(engine, caller, member_id, as_of))
    shown = read_balance(engine, caller.program, member_id, caller.now)
    if shown is None:
        raise NotFound("no member is known by this id", code="member_unknown")
    if min_version is not None and shown.version < min_version:
        raise Conflict(
            f"the account stands at version {shown.version}; no write has answered {min_version}",
            code="version_not_reached", version=shown.version,
        )  # fmt: skip
    return Answer(200, shown.body)


def _past(engine: Engine, caller: Caller, member_id: str, as_of: datetime) -> bytes:
    if as_of > caller.now:
        raise InvalidRequest(
            "as_of lies in the future; what is to come is not known",
            code="as_of_in_the_future", pointer="/as_of",
        )  # fmt: skip
    program = engine.rulebooks.current(caller.program).program
    with engine.storage.read(caller.program) as view:
        member = known(view, Address("member", member_id))
        account = account_at(view, member, as_of)
        version, balances = view.balances_as_of(account, as_of)
        tier = tier_as_of(view, program, member, max(as_of, member.enrolled_at))
    filled = {unit: balances.get(unit, Balance()) for unit in program.units}
    return balance_body(program, member.id, filled, tier, version, as_of)
