"""Rewards: what points buy."""

from dataclasses import replace

from loyalty_engine.api.calls import Answer, Ask, Body, Calls
from loyalty_engine.api.schemas.rewards import (
    Catalogue,
    CatalogueQuery,
    MemberRewards,
    MemberRewardsQuery,
    RedemptionBody,
    RedemptionShown,
)
from loyalty_engine.use_cases.spending.cancel_redemption import cancel_redemption, show_redemption
from loyalty_engine.use_cases.spending.list_rewards import list_member_rewards, list_rewards
from loyalty_engine.use_cases.spending.redeem_reward import redeem_reward

calls = Calls("rewards", "What points buy: the catalogue, and taking from it.")

REDEMPTION = Body(
    RedemptionBody(),
    quick=True,
    example={"member": "ada", "reward": "coffee-tin", "store": "lyon-2", "paid": 250},
)


@calls.get("/v1/rewards", scope="rewards", query=CatalogueQuery(), gives={200: Catalogue()})
def get_rewards(ask: Ask) -> Answer:
    """List the catalogue, with what is left of each reward."""
    language, store = ask.query.get("language"), ask.query.get("store", "")
    return list_rewards(ask.engine, ask.caller, language, store)


@calls.get(
    "/v1/members/<id:member>/rewards",
    scope="members:read",
    query=MemberRewardsQuery(),
    gives={200: MemberRewards()},
    refuses=[404],
)
def get_member_rewards(ask: Ask, member: str) -> Answer:
    """Show what a member can take now, and what is missing of the rest."""
    store, touchpoint = ask.query.get("store", ""), ask.query.get("touchpoint", "")
    return list_member_rewards(ask.engine, ask.caller, member, store, touchpoint)


@calls.put(
    "/v1/redemptions/<id:redemption>",
    scope="rewards",
    takes=REDEMPTION,
    gives={200: RedemptionShown(), 201: RedemptionShown()},
    refuses=[404],
)
def put_redemption(ask: Ask, redemption: str) -> Answer:
    """Take a reward, once for each id.

    The same again is answered again (200). Conditions, stock, limits and points are checked
    together, so the last one goes to one member only.
    """
    return redeem_reward(ask.engine, ask.caller, replace(ask.told, id=redemption))


@calls.get(
    "/v1/redemptions/<id:redemption>",
    scope="rewards",
    gives={200: RedemptionShown()},
    refuses=[404],
)
def get_redemption(ask: Ask, redemption: str) -> Answer:
    """Show a redemption and what became of it."""
    return show_redemption(ask.engine, ask.caller, redemption)


@calls.post(
    "/v1/redemptions/<id:redemption>/cancel",
    scope="rewards",
    gives={200: RedemptionShown()},
    refuses=[404],
)
def post_redemption_cancel(ask: Ask, redemption: str) -> Answer:
    """Give all of it back: the points to their lots, the stock, the limits, the status.

    The money that was paid beside is the caller's to give back.
    """
    return cancel_redemption(ask.engine, ask.caller, redemption)
