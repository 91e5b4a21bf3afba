"""The body of a balance look-up: the same bytes from the database and from the board."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loyalty_engine.domain.lots import Balance
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.tiers import State
from loyalty_engine.use_cases.answering import instant, to_json


def balance_body(
    program: Program,
    member: str | None,
    balances: Mapping[str, Balance],
    tier: str,
    version: int,
    as_of: datetime,
) -> bytes:
    """JSON of what a member has, by unit; units without any movement show zeros."""
    return to_json(
        {
            "member": member,
            "units": {unit: _unit(balances.get(unit, Balance())) for unit in program.units},
            "tier": tier,
            "version": version,
            "as_of": instant(as_of),
        }
    )


def _unit(balance: Balance) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "available": balance.available,
        "pending": balance.pending,
        "held": balance.held,
        "next_expiry": None,
    }
    if balance.next_expiry_at is not None:
        figures["next_expiry"] = {
            "points": balance.next_expiry_points,
            "at": instant(balance.next_expiry_at),
        }
    if balance.debt:
        figures["debt"] = balance.debt
    return figures


def true_until(balances: Mapping[str, Balance], state: State) -> datetime | None:
    """When the body stops being true by itself: a lot falls due, or the tier does."""
    ends = [it.next_change_at for it in balances.values() if it.next_change_at is not None]
    if state.due is not None:
        ends.append(state.due)
    return min(ends, default=None)
