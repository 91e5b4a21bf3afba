"""Referrals of two members who turn out to be one, and what both were seen with."""

from dataclasses import replace

from loyalty_engine.domain.errors import Conflict
from loyalty_engine.ports import Address, MemberRecord, ReferralCode, Work
from loyalty_engine.use_cases.calling import Caller, Engine
from loyalty_engine.use_cases.referrals.claim_referral import code_of, digest_of
from loyalty_engine.use_cases.referrals.qualifying import REWARDED, SPACE, TAKING_BACK
from loyalty_engine.use_cases.referrals.settle_referral import take_back_rewards

GIVEN = (REWARDED, TAKING_BACK)


def bring_together(
    engine: Engine, work: Work, caller: Caller, one: MemberRecord, other: MemberRecord
) -> tuple[MemberRecord, MemberRecord]:
    """Let whom the other brought, how it came and what it was seen with be the one's.

    Both are locked; answers both as they are then. One who came by the other came by nobody: what
    was given for it is taken back. Raises `Conflict` where both were rewarded for having come.
    """
    for friend, referrer in ((one, other), (other, one)):
        found = work.referral(friend.number)
        if found is not None and found.referrer == referrer.number:
            work.drop_referral(friend.number)
            if found.state in GIVEN:
                take_back_rewards(engine, work, caller, found)
    one, other = _again(work, one), _again(work, other)
    came = _comes_along(work, one, other)
    _hand_code_on(engine, work, caller.program, one.number, other.number)
    work.hand_over_referrals(other.number, one.number, came=came)
    signals = [replace(it, member=one.number, gone_at=None) for it in work.signals(other.number)]
    if signals:
        work.drop_signals(other.number)
        work.save_signals(signals)
    referred = other.referred if came else one.referred
    return replace(one, referred=referred if work.referral(one.number) else 0), other


def _hand_code_on(engine: Engine, work: Work, program: str, one: int, other: int) -> None:
    """Let the other's code for friends lead to the one for as long as either could bring friends.

    The one is shown its own code, which leads there too from now on: what the other has sent to
    friends goes on to work, and nobody has two invitations.
    """
    theirs, mine = work.referral_code(other), work.referral_code(one)
    if theirs is None:
        return
    until = theirs.good_until
    if mine is not None and until is not None:
        until = mine.good_until and max(until, mine.good_until)
    given_at = min(theirs.given_at, mine.given_at) if mine is not None else theirs.given_at
    work.save_referral_code(ReferralCode(one, given_at, until))
    if mine is None and engine.codes.ready:
        own = Address(SPACE, digest_of(engine, program, code_of(engine, program, one)))
        if work.whose(own) is None:
            work.add_address(own, one)


def _again(work: Work, member: MemberRecord) -> MemberRecord:
    found = work.member(member.number)
    assert found is not None, "the member is locked"
    return found


def _comes_along(work: Work, one: MemberRecord, other: MemberRecord) -> bool:
    """Whether how the other came is how the one came; of two the one that was rewarded stands."""
    mine, theirs = work.referral(one.number), work.referral(other.number)
    if theirs is None:
        return False
    if mine is not None and mine.state in GIVEN and theirs.state in GIVEN:
        raise Conflict(
            "both were rewarded for having come by somebody; refuse one of the two referrals first",
            code="referred_twice",
        )
    if mine is None or theirs.state in GIVEN:
        work.drop_referral(one.number)
        return True
    work.drop_referral(other.number)
    return False
