"""Put a member's balance on the board again, for when a write could not or did not live to."""

from datetime import datetime

from loyalty_engine.domain.errors import NotFound
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.show_balance import read_balance


def refresh_balance(engine: Engine, program: str, number: int, now: datetime) -> bool:
    """Show the balance as it is at `now`; False when the board does not take it.

    True as well where there is nothing to show: a guest, an erased member, a programme that is
    no more. Raises what the storage raises.
    """
    stamp = engine.board.stamp()
    with engine.storage.read(program) as view:
        member = view.member(number)
    if member is None or member.id is None:
        return True
    try:
        shown = read_balance(engine, program, member.id, now)
    except NotFound:
        return True
    if shown is None:
        return True
    return engine.board.show(program, shown.member, shown.version, shown.until, shown.body, stamp)
