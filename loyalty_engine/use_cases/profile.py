"""A member as callers see it."""

from collections.abc import Iterable, Mapping
from typing import Any

from loyalty_engine.domain.lots import Balance
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Address, MemberRecord
from loyalty_engine.use_cases.balance_body import instant
from loyalty_engine.use_cases.receipt import shown, to_json


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
