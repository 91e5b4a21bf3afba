"""What accounts hold is what open holds and reservations, short-lived, have set aside."""

import json
from collections import Counter

from sqlalchemy import text

from loyalty_engine.storage.sql.integrity.checks import Finding
from loyalty_engine.storage.sql.statements import Statement
from loyalty_engine.storage.sql.wire import Wire

_HELD = Statement(
    text("SELECT account, unit, held FROM balances WHERE program = :program AND held <> 0"),
    "program",
    prepared=False,
)
_IN_HOLDS = Statement(
    text(
        """
        SELECT (
            SELECT m.account FROM members m WHERE m.program = h.program AND m.member = h.member
        ), h.unit, h.points, h.hold, h.portions
        FROM holds h WHERE h.program = :program AND h.state = 'open'
        """
    ),
    "program",
    prepared=False,
)
_SET_ASIDE = Statement(
    text(
        """
        SELECT (
            SELECT m.account FROM members m WHERE m.program = r.program AND m.member = r.member
        ), r.held
        FROM reservations r WHERE r.program = :program AND r.state = 'open'
        """
    ),
    "program",
    prepared=False,
)


def wrong_holds(wire: Wire, program: str) -> list[Finding]:
    """Accounts that hold more or less than somebody has set aside."""
    found: list[Finding] = []
    of = (program,)
    held, set_aside, holds = wire.ask((_HELD, of), (_SET_ASIDE, of), (_IN_HOLDS, of))
    there = {(account, unit): amount for account, unit, amount in held.rows}
    promised: Counter[tuple[int, str]] = Counter()
    for account, text_ in set_aside.rows:
        for unit, portions in json.loads(text_).get("points", {}).items():
            promised[account, unit] += sum(amount for _, amount in portions)
    for account, unit, points, hold, portions in holds.rows:
        promised[account, unit] += points
        of_lots = sum(amount for _, amount in json.loads(portions))
        if of_lots != points:
            detail = f"holds {points} {unit}, its lots {of_lots}"
            found.append(Finding("hold_of_lots", f"hold {hold}", detail))
    for place in sorted({*there, *promised}, key=str):
        there_is, wanted = there.get(place, 0), promised[place]
        if there_is != wanted:
            where = f"account {place[0]}, {place[1]}"
            detail = f"{there_is} are held, holds and reservations set {wanted} aside"
            found.append(Finding("held_for_reservations", where, detail))
    return found
