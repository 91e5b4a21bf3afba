"""A member as callers see it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from loyalty_engine.domain.lots import Balance
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Address, MemberRecord, View
from loyalty_engine.use_cases.answering import instant, shown, to_json
from loyalty_engine.use_cases.members.standing import state_at
from loyalty_engine.use_cases.points.looking import look_at


def profile_at(
    view: View,
    program: Program,
    member: MemberRecord,
    identifiers: Iterable[Address],
    now: datetime,
    more: Mapping[str, Any] | None = None,
) -> bytes:
    """The profile with tier and balances as they are now, whatever has been booked by then."""
    balances = look_at(view, member, now).book.balances
    state = state_at(view, program, member, max(now, member.tier.since))
    return profile_body(program, replace(member, tier=state), identifiers, balances, more)


def profile_body(
    program: Program,
    member: MemberRecord,
    identifiers: Iterable[Address],
    balances: Mapping[str, Balance],
    more: Mapping[str, Any] | None = None,
) -> bytes:
    """Profile, tier and balances as JSON."""
    return to_json(
        {
            "member": member.id,
            "status": member.status,
            "identifiers": [
                {"kind": it.kind.removeprefix("identifier:"), "value": it.value}
                for it in sorted(identifiers, key=lambda it: (it.kind, it.value))
            ],
            "language": member.language,
            "preferred_channel": member.preferred_channel,
            "attributes": dict(sorted(member.attributes.items())),
            "enrolled_at": instant(member.enrolled_at),
            "touchpoint": member.touchpoint,
            "tier": member.tier.tier,
            "balance": {unit: shown(balances.get(unit, Balance())) for unit in program.units},
            "version": member.version,
        }
        | dict(more or {})
    )
