"""The number on a member's card, as a till reads it."""

from loyalty_engine.domain.errors import NotFound
from loyalty_engine.ports import Address
from loyalty_engine.use_cases.calling import Caller, Engine
from loyalty_engine.use_cases.members.show_member import known


def card_number(engine: Engine, caller: Caller, member_id: str, kind: str | None = None) -> str:
    """The member's number of this kind, by default the first that the programme declares.

    Of several the first in their order. Raises `NotFound` for an unknown member and for one who has
    no such number.
    """
    program = engine.rulebooks.current(caller.program).program
    wanted = kind or next(iter(program.identifiers), "card")
    with engine.storage.read(caller.program) as view:
        member = known(view, Address("member", member_id))
        there = view.identifiers(member.number)
    for it in there:
        if it.kind == f"identifier:{wanted}":
            return it.value
    raise NotFound(f"the member has no identifier of kind {wanted!r}", code="identifier_missing")
