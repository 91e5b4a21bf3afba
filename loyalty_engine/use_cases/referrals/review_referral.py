"""Release a referral that is held, or refuse one, by hand and with a reason."""

from dataclasses import dataclass, replace

from loyalty_engine.domain.errors import Conflict, NotFound
from loyalty_engine.ports import Address, Referral, Work
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.referrals.qualifying import (
    JOINED,
    REFUSED,
    REWARDED,
    TAKING_BACK,
    WATCHED,
    brought_on,
    tell,
)
from loyalty_engine.use_cases.referrals.show_referrals import told_of
from loyalty_engine.use_cases.writing import Written, write

RELEASE, REFUSE = "release", "refuse"


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody decides about a referral, why, and who it is."""

    decision: str
    reason: str
    by: str


def review_referral(engine: Engine, caller: Caller, member_id: str, review: Review) -> Answer:
    """Decide about how a member came (200).

    Released, it is rewarded when its time has come, whatever speaks against it; refused, it is
    never, and what was given is taken back. Raises `NotFound`, and `Conflict` for one that is
    refused already and is to be refused.
    """

    def act(work: Work) -> Written:
        operation = operation_of(caller, 200)
        if operation and (known_one := work.remember(operation)):
            return Written(replay_of(work, caller, known_one))
        member = known(work, Address("member", member_id))
        referral = work.referral(member.number)
        if referral is None:
            raise NotFound("the member came by nobody", code="referral_unknown")
        decided = replace(referral, decided_by=review.by, decided_why=review.reason)
        if review.decision == RELEASE:
            after = _released(engine, work, caller, decided)
        else:
            after = _refused(work, decided)
        work.save_referral(after)
        watched = member.referred if after.state in (REWARDED, TAKING_BACK) else WATCHED
        referred = 0 if after.state == REFUSED else watched
        if referred != member.referred:
            work.save_member(replace(member, referred=referred))
        tell(engine, work, after, member.version)
        language = engine.rulebooks.current(caller.program).program.languages[0]
        body = to_json(told_of(work, after, language))
        if operation:
            work.answer(replace(operation, answer=body))
        return Written(Answer(200, body))

    return write(engine, caller.program, caller.now, act)


def _released(engine: Engine, work: Work, caller: Caller, referral: Referral) -> Referral:
    if not referral.held and referral.state != REFUSED:
        raise Conflict("nothing holds the referral", code="referral_not_held")
    free = replace(referral, held=False, cleared=True, reason="")
    if free.state == REFUSED:
        free = replace(free, state=JOINED)
    rulebook = engine.rulebooks.by_hash(caller.program, referral.rulebook)
    return brought_on(work, rulebook, free)


def _refused(work: Work, referral: Referral) -> Referral:
    if referral.state == REFUSED:
        raise Conflict("the referral is refused already", code="referral_refused")
    free = replace(referral, held=False, cleared=False, reason="by_hand")
    if referral.state in (REWARDED, TAKING_BACK):
        return replace(free, state=TAKING_BACK, due_at=work.now)
    return replace(free, state=REFUSED, due_at=None)
