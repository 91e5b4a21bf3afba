"""Put a member's balance on the board again, for when a write could not or did not live to."""

from datetime import datetime

import msgspec

from loyalty_engine.domain.errors import NotFound
from loyalty_engine.ports import MemberRecord
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.points.show_balance import read_balance
from loyalty_engine.use_cases.writing import PAST


class _Kept(msgspec.Struct):
    """The part of a kept balance that may change while the account's version stays."""

    tier: str
    version: int


class _Tier(msgspec.Struct):
    after: str


class _Told(msgspec.Struct):
    """The part of an event's body that says which balance it left."""

    version: int
    tier: _Tier | None = None


_kept = msgspec.json.Decoder(_Kept).decode
_told = msgspec.json.Decoder(_Told).decode


def shows_event(kept: bytes, event: bytes) -> bool:
    """Whether a kept balance (its body) already has what an event (its body) tells.

    Where the versions are the same only the tier can differ; events that do not name it may have
    changed it.
    """
    try:
        balance, told = _kept(kept), _told(event)
    except msgspec.MsgspecError:
        return False
    if balance.version != told.version:
        return balance.version > told.version
    return told.tier is not None and told.tier.after == balance.tier


def refresh_balance(engine: Engine, program: str, number: int, now: datetime) -> bool:
    """Show the balance as it is at `now`, of all who share the account; False when the board does not take it.

    True as well where there is nothing to show: a guest, an erased member, a programme that is
    no more. Raises what the storage raises.
    """
    stamp = engine.board.stamp()
    with engine.storage.read(program) as view:
        member = view.member(number)
        merged = view.merged(number) if member is not None and member.status == "merged" else None
        other = view.member(merged[1]) if merged else None
        family = [] if member is None or member.account == number else view.family(member.account)
    if merged is not None and other is not None:
        return engine.board.show(program, merged[0], other.version, PAST, b"", stamp)
    everybody = family or ([] if member is None else [member])
    return all(_refresh(engine, program, one, now, stamp) for one in everybody)


def _refresh(
    engine: Engine, program: str, member: MemberRecord, now: datetime, stamp: float
) -> bool:
    if member.id is None:
        return True
    try:
        shown = read_balance(engine, program, member.id, now)
    except NotFound:
        return True
    if shown is None:
        return True
    return engine.board.show(program, shown.member, shown.version, shown.until, shown.body, stamp)
