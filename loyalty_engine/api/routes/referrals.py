"""Referrals: members bring friends, and both are rewarded once the friend has stayed."""

from loyalty_engine.api.calls import Answer, Ask, Body, Calls
from loyalty_engine.api.schemas.referrals import (
    ClaimedReferral,
    ClaimedReferralBody,
    HeldQuery,
    HeldReferrals,
    Invitation,
    Referrals,
    ReferralTold,
    ReviewBody,
)
from loyalty_engine.use_cases.referrals.claim_referral import claim_referral, invite_friends
from loyalty_engine.use_cases.referrals.review_referral import review_referral
from loyalty_engine.use_cases.referrals.show_referrals import (
    list_held,
    show_referral,
    show_referrals,
)

calls = Calls("referrals", "Members who bring friends, and what both get for it.")

CLAIM = Body(
    ClaimedReferralBody(),
    example={"code": "7QM2XKD4FHTRB", "signals": {"device": "5f2b6c0e"}},
)
REVIEW = Body(
    ReviewBody(),
    example={"decision": "release", "reason": "sisters who share a tablet", "by": "anne"},
)
PAGE = 100


@calls.post(
    "/v1/members/<id:member>/invitations",
    scope="members:write",
    gives={201: Invitation()},
    refuses=[404, 409],
)
def post_friends(ask: Ask, member: str) -> Answer:
    """Give a member its code for friends, always the same, or let it be good for longer."""
    return invite_friends(ask.engine, ask.caller, member)


@calls.post(
    "/v1/members/<id:member>/referral",
    scope="members:write",
    takes=CLAIM,
    gives={200: ClaimedReferral()},
    refuses=[404, 409],
)
def post_referral(ask: Ask, member: str) -> Answer:
    """Say by whose code a member came: once, in time, before its first purchase.

    The answer to whatever is wrong with it is the same: `refused`.
    """
    code, signals = ask.told
    return claim_referral(ask.engine, ask.caller, member, code, signals)


@calls.get(
    "/v1/members/<id:member>/referrals",
    scope="members:read",
    gives={200: Referrals()},
    refuses=[404, 409],
)
def get_referrals(ask: Ask, member: str) -> Answer:
    """Show a member its code, what became of its friends, and of its own coming."""
    return show_referrals(ask.engine, ask.caller, member)


@calls.get(
    "/v1/referrals",
    scope="referrals:review",
    query=HeldQuery(),
    gives={200: HeldReferrals()},
)
def get_held_referrals(ask: Ask) -> Answer:
    """List the referrals that wait for a decision, each with what speaks against it."""
    limit = ask.query.get("limit", PAGE)
    answer = list_held(ask.engine, ask.caller, ask.query.get("after"), limit)
    ask.link_next(answer, "/v1/referrals", limit)
    return answer


@calls.get(
    "/v1/members/<id:member>/referral",
    scope="referrals:review",
    gives={200: ReferralTold()},
    refuses=[404],
)
def get_referral(ask: Ask, member: str) -> Answer:
    """Show all that is kept of how a member came."""
    return show_referral(ask.engine, ask.caller, member)


@calls.post(
    "/v1/members/<id:member>/referral/review",
    scope="referrals:review",
    takes=REVIEW,
    gives={200: ReferralTold()},
    refuses=[404, 409],
)
def post_referral_review(ask: Ask, member: str) -> Answer:
    """Release a referral that is held, or refuse one; what was given for it is taken back."""
    return review_referral(ask.engine, ask.caller, member, ask.told)
