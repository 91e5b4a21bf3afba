"""Show referrals: to a member what concerns it, to support all that waits for a decision."""

from collections.abc import Mapping
from typing import Any

from loyalty_engine.domain.errors import InvalidRequest, NotFound
from loyalty_engine.ports import Address, MemberRecord, Referral, ReferralCode, View
from loyalty_engine.use_cases.answering import instant, to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.referrals.claim_referral import code_of
from loyalty_engine.use_cases.referrals.qualifying import JOINED, REFUSED, REWARDED, TAKING_BACK
from loyalty_engine.use_cases.referrals.referral_doubts import said

INVITED, ENDED = "invited", "ended"
SHOWN = {TAKING_BACK: JOINED}
"""What a member is told of a state that only lasts until the job has run."""


def show_referrals(engine: Engine, caller: Caller, member_id: str) -> Answer:
    """A member's code, its friends without their names, and whether it came by somebody itself."""
    with engine.storage.read(caller.program) as view:
        member = known(view, Address("member", member_id))
        code = view.referral_code(member.number)
        friends = view.referrals_by(member.number)
        mine = view.referral(member.number)
    body = {
        "member": member.id,
        "invitation": code and _invitation(engine, caller, member, code),
        "friends": [_shown(it) for it in friends],
        "rewarded": sum(it.state == REWARDED for it in friends),
        "mine": _shown(mine) if mine is not None and mine.state != REFUSED else None,
    }
    return Answer(200, to_json(body))


def _invitation(
    engine: Engine, caller: Caller, member: MemberRecord, code: ReferralCode
) -> Mapping[str, Any]:
    until = code.good_until
    return {
        "code": code_of(engine, caller.program, member.number),
        "good_until": until and instant(until),
        "state": INVITED if until is None or until > caller.now else ENDED,
    }


def _shown(it: Referral) -> dict[str, Any]:
    """What members may know: nothing of doubts, and nobody else's name."""
    due = it.due_at if it.state not in SHOWN and it.due_at is not None else None
    return {
        "state": SHOWN.get(it.state, it.state),
        "joined_at": instant(it.claimed_at),
        "due_at": due and instant(due),
        "rewarded_at": it.rewarded_at and instant(it.rewarded_at),
    }


def list_held(engine: Engine, caller: Caller, after: str | None, limit: int) -> Answer:
    """A page of the referrals that wait for a decision, with the reason (200)."""
    program = engine.rulebooks.current(caller.program).program
    start = _cursor(after)
    with engine.storage.read(caller.program) as view:
        held = view.held_referrals(start, limit)
        rows = [_told(view, it, program.languages[0]) for it in held]
    after_it = str(held[-1].member) if len(held) == limit else None
    return Answer(200, to_json({"referrals": rows, "next": after_it}))


def show_referral(engine: Engine, caller: Caller, member_id: str) -> Answer:
    """All that is kept of how a member came, for support; raises `NotFound`."""
    program = engine.rulebooks.current(caller.program).program
    with engine.storage.read(caller.program) as view:
        member = known(view, Address("member", member_id))
        found = view.referral(member.number)
        if found is None:
            raise NotFound("the member came by nobody", code="referral_unknown")
        return Answer(200, to_json(_told(view, found, program.languages[0])))


def _cursor(after: str | None) -> int:
    if after is None:
        return -1
    if not after.isdecimal() or len(after) > 19:
        raise InvalidRequest("this cursor is none of ours", code="cursor_invalid", pointer="/after")
    return int(after)


def told_of(view: View, it: Referral, language: str) -> Mapping[str, Any]:
    """A referral as support sees it."""
    return _told(view, it, language)


def _told(view: View, it: Referral, language: str) -> Mapping[str, Any]:
    return {
        "member": view.called(it.member),
        # Without locking, in a unit of work: the job locks both, whoever comes first.
        "referrer": view.called(it.referrer),
        "state": it.state,
        "held": it.held,
        "reason": it.reason,
        "says": said(it.reason, language),
        "joined_at": instant(it.claimed_at),
        "qualified_at": it.qualified_at and instant(it.qualified_at),
        "due_at": it.due_at and instant(it.due_at),
        "rewarded_at": it.rewarded_at and instant(it.rewarded_at),
        "decided_by": it.decided_by,
        "decided_why": it.decided_why,
    }
