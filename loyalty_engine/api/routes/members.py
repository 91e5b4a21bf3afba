"""Members: enrol, find, and what they have."""

from urllib.parse import quote

from loyalty_engine.api.calls import Answer, Ask, Body, Calls
from loyalty_engine.api.schemas.members import (
    Adjusted,
    AdjustmentBody,
    Confirmed,
    Entries,
    Member,
    MemberQuery,
    MergeBody,
    PageQuery,
    ProfileBody,
    ProofBody,
    Tier,
)
from loyalty_engine.ports import Address
from loyalty_engine.use_cases.members.confirm_member import confirm_member
from loyalty_engine.use_cases.members.enrol_member import enrol_member
from loyalty_engine.use_cases.members.show_member import show_member
from loyalty_engine.use_cases.merges.merge_members import merge_members
from loyalty_engine.use_cases.points.adjust_points import adjust_points
from loyalty_engine.use_cases.points.list_entries import list_entries
from loyalty_engine.use_cases.tiers.show_tier import show_tier

calls = Calls("members", "Who takes part, what they have and where they stand.")

PROFILE = Body(
    ProfileBody(),
    example={
        "identifiers": [{"kind": "card", "value": "2990004711"}],
        "language": "en",
        "enrolled_at": "2026-03-01T09:00:00+01:00",
        "touchpoint": "till",
    },
)
ADJUSTMENT = Body(
    AdjustmentBody(),
    example={"unit": "points", "points": 50, "reason": "late delivery", "by": "anne"},
)
PROOF = Body(ProofBody(), example={"reason": "code sent by letter", "by": "app"})
MERGE = Body(MergeBody(), example={"from": "ada-2"})
PAGE = 100


@calls.put(
    "/v1/members/<id:member>",
    scope="members:write",
    takes=PROFILE,
    gives={200: Member(), 201: Member()},
)
def put_member(ask: Ask, member: str) -> Answer:
    """Enrol a member, or change one.

    What the body does not name stays as it is. The same body twice changes nothing the second time.
    """
    return enrol_member(ask.engine, ask.caller, member, ask.told)


@calls.get("/v1/members/<id:member>", scope="members:read", gives={200: Member()}, refuses=[404])
def get_member(ask: Ask, member: str) -> Answer:
    """Show a member by its id."""
    return show_member(ask.engine, ask.caller, Address("member", member))


@calls.get(
    "/v1/members",
    scope="members:read",
    query=MemberQuery(),
    gives={200: Member()},
    refuses=[404],
)
def find_member(ask: Ask) -> Answer:
    """Show the member whom an identifier names, such as a card number."""
    kind, value = ask.query
    return show_member(ask.engine, ask.caller, Address(f"identifier:{kind}", value))


@calls.get(
    "/v1/members/<id:member>/entries",
    scope="members:read",
    query=PageQuery(),
    gives={200: Entries()},
    refuses=[404],
)
def get_entries(ask: Ask, member: str) -> Answer:
    """List every movement of a member's points with its reason, oldest first.

    The header `Link` names the next page, as long as there is one.
    """
    limit = ask.query.get("limit", PAGE)
    answer = list_entries(ask.engine, ask.caller, member, ask.query.get("after"), limit)
    ask.link_next(answer, f"/v1/members/{quote(member, safe='')}/entries", limit)
    return answer


@calls.get("/v1/members/<id:member>/tier", scope="members:read", gives={200: Tier()}, refuses=[404])
def get_tier(ask: Ask, member: str) -> Answer:
    """Show the tier, what is missing to keep it or to climb, and how it came about."""
    return show_tier(ask.engine, ask.caller, member)


@calls.post(
    "/v1/members/<id:member>/adjustments",
    scope="adjust",
    takes=ADJUSTMENT,
    gives={201: Adjusted()},
    refuses=[404],
)
def post_adjustment(ask: Ask, member: str) -> Answer:
    """Correct a member's points by hand, with a reason and a name."""
    return adjust_points(ask.engine, ask.caller, member, ask.told)


@calls.post(
    "/v1/members/<id:member>/confirmations",
    scope="members:write",
    takes=PROOF,
    gives={201: Confirmed()},
    refuses=[404],
)
def post_confirmation(ask: Ask, member: str) -> Answer:
    """Tell that a member has proved who it is, so that points go again after a long silence."""
    return confirm_member(ask.engine, ask.caller, member, ask.told)


@calls.post(
    "/v1/members/<id:member>/merge",
    scope="adjust",
    takes=MERGE,
    gives={200: Member()},
    refuses=[404],
)
def post_merge(ask: Ask, member: str) -> Answer:
    """Let another member be this one from now on, where the two turn out to be one.

    Points keep their dates, purchases are found under either id, and the other id answers as this
    member. Once more changes nothing.
    """
    return merge_members(ask.engine, ask.caller, member, ask.told)
