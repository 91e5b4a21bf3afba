"""Reward both sides of a referral whose time has come, or take back what they got.

The job does it. Both accounts are locked in one order, so that it may run twice at once.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from loyalty_engine.domain.happenings import kept_as
from loyalty_engine.domain.purchase import Happening, Purchase, Scalar
from loyalty_engine.domain.signals import Response
from loyalty_engine.ports import MemberRecord, Referral, Work
from loyalty_engine.rulebook.referral import JOINED as FRIEND_KIND
from loyalty_engine.rulebook.referral import MADE as REFERRER_KIND
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.happenings.cancel_event import cancel_in
from loyalty_engine.use_cases.happenings.record_event import record_happening
from loyalty_engine.use_cases.members.standing import GONE
from loyalty_engine.use_cases.purchases.preparing import Prepared
from loyalty_engine.use_cases.referrals.qualifying import (
    JOINED,
    REFUSED,
    REWARDED,
    SETTLED,
    TAKING_BACK,
    WAITING,
    WATCHED,
    brought_on,
    scheme_of,
    tell,
)
from loyalty_engine.use_cases.referrals.referral_doubts import doubt_about
from loyalty_engine.use_cases.writing import Written, write

NOBODY = "referrals"
"""Who asks for what the job does."""


def settle_referral(engine: Engine, program: str, number: int, now: datetime) -> Answer:
    """Settle the referral of one friend, by number; the answer says its state."""
    caller = Caller(program, NOBODY, now)
    return write(engine, program, now, lambda work: settle_in(engine, work, caller, number))


def settle_in(engine: Engine, work: Work, caller: Caller, number: int) -> Written:
    """Settle within a unit of work; whoever comes second finds nothing due."""
    glance = work.referral(number)
    if glance is None:
        return Written(Answer(404, b""))
    friend, referrer = work.lock_two(number, glance.referrer)
    referral = work.referral(number)
    if referral is None or referral.referrer != referrer.number or not _is_due(work, referral):
        return _answer(referral)
    rulebook = engine.rulebooks.by_hash(caller.program, referral.rulebook)
    if referral.state == TAKING_BACK:
        return _take_back(engine, work, caller, rulebook, referral)
    stopped = set(engine.rulebooks.current(caller.program).stopped)
    if stopped & set(scheme_of(rulebook).rules):
        return _answer(referral)
    moved = _checked(work, rulebook, brought_on(work, rulebook, referral), friend)
    if _is_due(work, moved):
        assert moved.due_at is not None, "what is due is due at an instant"
        moved = replace(
            moved, state=REWARDED, rewarded_at=work.now, due_at=None, round=moved.round + 1
        )
        at = referral.due_at or work.now
        _finish(engine, work, moved, SETTLED)
        _reward(engine, work, caller, rulebook, moved, at)
    else:
        _finish(engine, work, moved, _watching(moved))
    return _answer(moved)


def _is_due(work: Work, referral: Referral) -> bool:
    if referral.held or referral.state not in (WAITING, TAKING_BACK):
        return False
    return referral.due_at is not None and referral.due_at <= work.now


def _checked(work: Work, rulebook: Rulebook, referral: Referral, friend: MemberRecord) -> Referral:
    """The referral once more under scrutiny: what has come to light since it was claimed counts."""
    if friend.status in GONE:
        return replace(referral, state=REFUSED, reason="friend_left", due_at=None)
    if referral.cleared:
        return referral
    doubt = doubt_about(work, rulebook.program, scheme_of(rulebook), friend, referral.referrer)
    if doubt is None:
        return referral
    if doubt.response is Response.REFUSED:
        return replace(referral, state=REFUSED, reason=doubt.reason, due_at=None)
    return replace(referral, held=True, reason=doubt.reason)


def _watching(referral: Referral) -> int:
    return 0 if referral.state == REFUSED else WATCHED


def _finish(engine: Engine, work: Work, referral: Referral, referred: int) -> None:
    work.save_referral(referral)
    friend = work.member(referral.member)
    assert friend is not None, "the friend is locked"
    if friend.referred != referred:
        work.save_member(replace(friend, referred=referred))
    tell(engine, work, referral, friend.version)


def _reward(
    engine: Engine,
    work: Work,
    caller: Caller,
    rulebook: Rulebook,
    referral: Referral,
    at: datetime,
) -> None:
    """Decide what each gets, by the rules of the day on which the referral was claimed."""
    before = [it for it in work.referrals_by(referral.referrer) if it.member != referral.member]
    nth = 1 + sum(it.state == REWARDED for it in before)
    sides: list[tuple[int, str, Mapping[str, Scalar], int]] = [
        (0, FRIEND_KIND, {}, referral.member),
        (1, REFERRER_KIND, {"nth": nth}, referral.referrer),
    ]
    for side, kind, data, number in sides:
        member = work.member(number)
        if member is None or member.id is None or member.status in GONE:
            continue
        purchase = Purchase(
            kept_as(reward_ids(referral)[side]), at, rulebook.program.currency, (),
            member=member.id, event=Happening(kind, data),
        )  # fmt: skip
        prepared = Prepared(caller, rulebook, purchase, {}, None)
        record_happening(engine, work, prepared, member, work.balances(member.account))


def reward_ids(referral: Referral) -> tuple[str, str]:
    """The events by which the friend and the referrer were rewarded last."""
    name = f"referral-{referral.number}-{referral.round}"
    return f"{name}-friend", f"{name}-referrer"


def _take_back(
    engine: Engine, work: Work, caller: Caller, rulebook: Rulebook, referral: Referral
) -> Written:
    """Take back what both got; what qualifies anew is rewarded anew, after its time."""
    back = replace(referral, state=JOINED, rewarded_at=None)
    if referral.reason and not referral.held and not referral.cleared:
        moved = replace(back, state=REFUSED, due_at=None)
    else:
        moved = brought_on(work, rulebook, back)
    _finish(engine, work, moved, _watching(moved))
    take_back_rewards(engine, work, caller, referral)
    return _answer(moved)


def take_back_rewards(engine: Engine, work: Work, caller: Caller, referral: Referral) -> None:
    """Take back what both got; both are locked."""
    for event in reward_ids(referral):
        stored = work.purchase(kept_as(event))
        told = work.event(stored.member, event) if stored else None
        if stored is not None and told is not None and told.state == "recorded":
            cancel_in(engine, work, caller, stored, told, work.now)


def _answer(referral: Referral | None) -> Written:
    state = referral.state if referral else None
    return Written(Answer(200, to_json({"state": state})))
