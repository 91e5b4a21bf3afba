"""Say by whom a member came: once, in time, before the first purchase.

Whatever is wrong with it, the answer is the same; support sees why.
"""

from dataclasses import replace

from loyalty_engine.domain.codes import CHARACTERS, normal, well_formed
from loyalty_engine.domain.errors import Conflict
from loyalty_engine.domain.signals import Response
from loyalty_engine.ports import Address, MemberRecord, Referral, ReferralCode, Work
from loyalty_engine.rulebook.referral import ReferralScheme
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.answering import instant, to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.members.standing import GONE
from loyalty_engine.use_cases.referrals.qualifying import (
    JOINED,
    REFUSED,
    SPACE,
    WATCHED,
    brought_on,
    scheme_of,
    tell,
)
from loyalty_engine.use_cases.referrals.referral_doubts import doubt_about
from loyalty_engine.use_cases.referrals.signals import Told, check_signals, remember_signals
from loyalty_engine.use_cases.vouchers.attempts import asker, count_wrong, is_barred
from loyalty_engine.use_cases.writing import Written, write


def code_of(engine: Engine, program: str, member: int) -> str:
    """The code by which friends name a member, always the same."""
    if not engine.codes.ready:
        raise Conflict(
            "no codes can be made without a secret: set LOYALTY_SECRET", code="secret_missing"
        )
    return engine.codes.code_of(program, member, CHARACTERS, kind=SPACE)


def digest_of(engine: Engine, program: str, code: str) -> str:
    """What is kept of a referrer's code."""
    return engine.codes.key_of(SPACE, program, code)


def invite_friends(engine: Engine, caller: Caller, member_id: str) -> Answer:
    """Give a member its code for friends (201), or let it be good for longer."""
    rulebook = engine.rulebooks.current(caller.program)
    scheme = scheme_of(rulebook)

    def act(work: Work) -> Written:
        operation = operation_of(caller, 201)
        if operation and (known_one := work.remember(operation)):
            return Written(replay_of(work, caller, known_one))
        member = known(work, Address("member", member_id))
        if not may_refer(scheme, member):
            raise Conflict(
                "the member may not bring friends: it is not active, or not in a tier that may",
                code="may_not_refer",
            )
        code = code_of(engine, caller.program, member.number)
        address = Address(SPACE, digest_of(engine, caller.program, code))
        if work.whose(address) is None:
            work.add_address(address, member.number)
        until = scheme.good_until(work.now, rulebook.program)
        work.save_referral_code(ReferralCode(member.number, work.now, until))
        body = to_json({"member": member.id, "code": code, "good_until": until and instant(until)})
        if operation:
            work.answer(replace(operation, answer=body))
        return Written(Answer(201, body))

    return write(engine, caller.program, caller.now, act)


def may_refer(scheme: ReferralScheme, member: MemberRecord) -> bool:
    """Whether a member may bring friends."""
    return member.status == "active" and (not scheme.tiers or member.tier.tier in scheme.tiers)


def claim_referral(
    engine: Engine, caller: Caller, member_id: str, code: str, signals: Told
) -> Answer:
    """Say by whose code a member came (200): `joined`, or `refused` whatever the reason."""
    rulebook = engine.rulebooks.current(caller.program)
    check_signals(rulebook.program, signals)

    def act(work: Work) -> Written:
        operation = operation_of(caller, 200)
        if operation and (known_one := work.remember(operation)):
            return Written(replay_of(work, caller, known_one))
        lock_both(engine, work, caller.program, member_id, code)
        member = known(work, Address("member", member_id))
        seen = remember_signals(engine, work, caller, rulebook.program, member, signals)
        after, state = claim_in(engine, work, caller, rulebook, seen, code)
        if after != member:
            work.save_member(after)
        body = to_json({"member": member.id, "state": state})
        if operation:
            work.answer(replace(operation, answer=body))
        return Written(Answer(200, body))

    return write(engine, caller.program, caller.now, act)


def lock_both(engine: Engine, work: Work, program: str, member_id: str, code: str) -> None:
    """Lock a friend who is there and whom its code names in one order, before either alone.

    Two who name each other would else wait for each other, and so would the job that rewards both.
    """
    friend, plain = work.whose(Address("member", member_id)), normal(code)
    if friend is None or not well_formed(plain):
        return
    referrer = work.whose(Address(SPACE, digest_of(engine, program, plain)))
    if referrer is not None and referrer != friend:
        work.lock_two(friend, referrer)


def claim_in(
    engine: Engine, work: Work, caller: Caller, rulebook: Rulebook, member: MemberRecord, code: str
) -> tuple[MemberRecord, str]:
    """Claim within a unit of work; the member after it, not saved, and what the caller is told."""
    scheme, program = scheme_of(rulebook), rulebook.program
    trying = asker(engine, program, caller, member.number)
    plain = normal(code)
    if is_barred(work, trying, work.now) or not well_formed(plain):
        return member, REFUSED
    number = work.whose(Address(SPACE, digest_of(engine, caller.program, plain)))
    if number is None:
        count_wrong(work, trying, work.now, 1)
        return member, REFUSED
    there = work.referral(member.number)
    if there is not None:
        same = there.referrer == number and there.state != REFUSED
        return member, JOINED if same else REFUSED
    referrer = work.member(number) if number != member.number else None
    if referrer is None or not _may_claim(work, rulebook, scheme, member, referrer):
        return member, REFUSED
    referral = Referral(
        member.number, referrer.number, engine.new_number(), rulebook.hash, JOINED, work.now
    )
    doubt = doubt_about(work, program, scheme, member, referrer.number)
    if doubt is not None:
        refused = doubt.response is Response.REFUSED
        referral = replace(
            referral, state=REFUSED if refused else JOINED, held=not refused, reason=doubt.reason
        )
    if referral.state != REFUSED:
        referral = brought_on(work, rulebook, referral)
        member = replace(member, referred=WATCHED)
    work.save_referral(referral)
    tell(engine, work, referral, member.version)
    return member, REFUSED if referral.state == REFUSED else JOINED


def _may_claim(
    work: Work,
    rulebook: Rulebook,
    scheme: ReferralScheme,
    member: MemberRecord,
    referrer: MemberRecord,
) -> bool:
    """Whether the friend is new, in time, and came by somebody who may bring friends."""
    if member.status in GONE or member.last_purchase_at is not None:
        return False
    if work.now > scheme.may_claim_until(member.enrolled_at, rulebook.program):
        return False
    code = work.referral_code(referrer.number)
    if code is None or (code.good_until is not None and code.good_until <= work.now):
        return False
    return may_refer(scheme, referrer)
