"""Show which points expire when: by unit, soonest first."""

from datetime import datetime, timedelta
from typing import Any

from loyalty_engine.domain.local_time import add_months, local_day
from loyalty_engine.domain.lots import Lot
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Address
from loyalty_engine.use_cases.answering import instant, to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.points.looking import look_at

A_MOMENT = timedelta(microseconds=1)


def show_expiring(engine: Engine, caller: Caller, member_id: str, months: int = 12) -> Answer:
    """What is neither spent nor held and ends in the next `months`; raises `NotFound`.

    `at` is the first instant at which the points are gone, `last_day` the last day on which they
    can be spent, in the programme's zone.
    """
    program = engine.rulebooks.current(caller.program).program
    with engine.storage.read(caller.program) as view:
        member = known(view, Address("member", member_id))
        book = look_at(view, member, caller.now).book
        until = add_months(caller.now, months, program.zone)
        units = {unit: _ends(program, book.lots(unit), until) for unit in program.units}
    body = {
        "member": member.id,
        "as_of": instant(caller.now),
        "until": instant(until),
        "units": units,
        "version": member.version,
    }
    return Answer(200, to_json(body))


def _ends(program: Program, lots: list[Lot], until: datetime) -> list[dict[str, Any]]:
    sums: dict[datetime, int] = {}
    for lot in lots:
        ends = lot.expires_at
        if lot.free and ends is not None and ends <= until:
            sums[ends] = sums.get(ends, 0) + lot.free
    return [
        {
            "points": points,
            "at": instant(at),
            "last_day": local_day(at - A_MOMENT, program.zone).isoformat(),
        }
        for at, points in sorted(sums.items())
    ]
