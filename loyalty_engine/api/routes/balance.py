"""The balance look-up when Redis has not answered it already (see api.front)."""

from flask import request

from loyalty_engine.api.calls import Answer, Ask, Calls
from loyalty_engine.api.front import MISSED
from loyalty_engine.api.schemas.members import Balance, BalanceQuery
from loyalty_engine.balances import NEVER, Cached
from loyalty_engine.clock import micros_of
from loyalty_engine.use_cases.points.show_balance import read_balance, show_balance

calls = Calls("balances", "What a member has right now: the fastest call there is.")


@calls.get(
    "/v1/members/<id:member>/balance",
    scope="members:read",
    query=BalanceQuery(),
    gives={200: Balance()},
    refuses=[404, 409],
)
def get_balance(ask: Ask, member: str) -> Answer:
    """Show what a member has.

    At most 5 seconds old. `min_version`, as answered by a write, asks for that version or a newer
    one, read from the database if need be; a version that the account has not reached is refused
    with 409 `version_not_reached`, for no wait would bring it. `as_of` shows the balance as it was at an instant, as it is known now.
    """
    as_of, version = ask.query.get("as_of"), ask.query.get("min_version", 0)
    if as_of is not None:
        return show_balance(ask.engine, ask.caller, member, as_of, version)
    program, now = ask.caller.program, ask.caller.now

    def load() -> Cached | None:
        shown = read_balance(ask.engine, program, member, now)
        if shown is None:
            return None
        until = NEVER if shown.until is None else micros_of(shown.until)
        return Cached(shown.version, until, shown.body)

    look_up = ask.service.look_up
    look = look_up.read if request.environ.get(MISSED) else look_up.balance
    found = look(program, member, load, version)
    if found is None or found.version < version:
        return show_balance(ask.engine, ask.caller, member, None, version)  # which says why not
    return Answer(200, found.body)
