"""Households: members who earn and spend together, each with a tier of their own."""

from loyalty_engine.api.calls import Answer, Ask, Body, Calls
from loyalty_engine.api.schemas.households import Household, InvitationBody, WhoBody
from loyalty_engine.api.schemas.members import Member
from loyalty_engine.use_cases.households.join_household import (
    accept,
    add_to_household,
    invite,
    open_household,
)
from loyalty_engine.use_cases.households.leave_household import leave_household, show_household

calls = Calls("households", "Members who earn and spend together.")

FIRST = Body(WhoBody(), example={"member": "ada"})
NEXT = Body(WhoBody(), example={"member": "bea"})
ASKED = Body(InvitationBody(), example={"member": "bea", "by": "ada"})
PATH = "/v1/households/<id:household>"


@calls.put(
    PATH,
    scope="members:write",
    takes=FIRST,
    gives={200: Household(), 201: Household()},
    refuses=[404, 409],
)
def put_household(ask: Ask, household: str) -> Answer:
    """Open a household with its first member, who brings all points along."""
    return open_household(ask.engine, ask.caller, household, ask.told)


@calls.get(PATH, scope="members:read", gives={200: Household()}, refuses=[404])
def get_household(ask: Ask, household: str) -> Answer:
    """Show who belongs to a household, what each has contributed, and what there is."""
    return show_household(ask.engine, ask.caller, household)


@calls.post(
    f"{PATH}/invitations",
    scope="members:write",
    takes=ASKED,
    gives={201: Household()},
    refuses=[404, 409],
)
def post_invitation(ask: Ask, household: str) -> Answer:
    """Let a member of the household ask another one to join; the invitation lapses."""
    by, member = ask.told
    return invite(ask.engine, ask.caller, household, by, member)


@calls.post(
    f"{PATH}/accept",
    scope="members:write",
    takes=NEXT,
    gives={200: Household()},
    refuses=[404, 409],
)
def post_accept(ask: Ask, household: str) -> Answer:
    """Join a household by an invitation; all points come along, with their dates."""
    return accept(ask.engine, ask.caller, household, ask.told)


@calls.post(
    f"{PATH}/members",
    scope="adjust",
    takes=NEXT,
    gives={200: Household()},
    refuses=[404, 409],
)
def post_household_member(ask: Ask, household: str) -> Answer:
    """Let a member join without an invitation: for the staff, who know both."""
    return add_to_household(ask.engine, ask.caller, household, ask.told)


@calls.post(
    f"{PATH}/leave",
    scope="members:write",
    takes=NEXT,
    gives={200: Member()},
    refuses=[404, 409],
)
def post_leave(ask: Ask, household: str) -> Answer:
    """Leave a household with the share that the programme declares."""
    return leave_household(ask.engine, ask.caller, household, ask.told)
