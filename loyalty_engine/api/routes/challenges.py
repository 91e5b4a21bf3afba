"""Challenges: stamp cards, streaks and whatever else members work towards."""

from loyalty_engine.api.calls import Answer, Ask, Calls
from loyalty_engine.api.schemas.challenges import (
    ChallengeEntered,
    ChallengesQuery,
    MemberChallenges,
)
from loyalty_engine.use_cases.challenges.enter_challenge import enter_challenge, leave_challenge
from loyalty_engine.use_cases.challenges.show_challenges import show_challenges

calls = Calls("challenges", "What members work towards: stamp cards, streaks, challenges.")

ENTRY = "/v1/members/<id:member>/challenges/<id:challenge>/entry"


@calls.get(
    "/v1/members/<id:member>/challenges",
    scope="members:read",
    query=ChallengesQuery(),
    gives={200: MemberChallenges()},
    refuses=[404],
)
def get_member_challenges(ask: Ask, member: str) -> Answer:
    """Show how far a member is with each challenge, what is left for what, and until when."""
    return show_challenges(ask.engine, ask.caller, member, ask.query.get("language"))


@calls.put(ENTRY, scope="members:write", gives={200: ChallengeEntered()}, refuses=[404])
def put_challenge_entry(ask: Ask, member: str, challenge: str) -> Answer:
    """Let a member take part from now on, where that needs its own accord."""
    return enter_challenge(ask.engine, ask.caller, member, challenge)


@calls.delete(ENTRY, scope="members:write", gives={200: ChallengeEntered()}, refuses=[404])
def delete_challenge_entry(ask: Ask, member: str, challenge: str) -> Answer:
    """Let a member take part no longer; what it has reached stays."""
    return leave_challenge(ask.engine, ask.caller, member, challenge)
