"""How long points and tiers last: what ends when, corrections, deliveries, tiers by hand."""

from loyalty_engine.api.calls import Answer, Ask, Body, Calls, Key
from loyalty_engine.api.schemas.lasting import (
    Corrected,
    Delivered,
    DeliveryBody,
    ExpiringPoints,
    ExpiringQuery,
    ExtensionBody,
    GrantBody,
    Granted,
    ReinstatementBody,
)
from loyalty_engine.domain.tiers import Grant, GrantMode
from loyalty_engine.use_cases.points.correct_expiry import extend_points, reinstate_points
from loyalty_engine.use_cases.points.show_expiring import show_expiring
from loyalty_engine.use_cases.purchases.deliver_purchase import deliver_purchase
from loyalty_engine.use_cases.tiers.grant_tier import grant_tier

calls = Calls("lasting", "How long points and tiers last, and what is corrected by hand.")

_WHY = {"reason": "the shop was shut for repairs", "by": "anne"}
EXTENSION = Body(
    ExtensionBody(), example={"unit": "points", "until": "2027-04-01T00:00:00+02:00", **_WHY}
)
REINSTATEMENT = Body(ReinstatementBody(), example={"unit": "points", "points": 120, **_WHY})
DELIVERY = Body(DeliveryBody(), optional=True, example={"occurred_at": "2026-03-07T11:05:00+01:00"})
GRANT = Body(
    GrantBody(),
    example={
        "tier": "gold",
        "until": "2027-01-01T00:00:00+01:00",
        "reason": "status match: card of another airline, seen",
        "by": "anne",
    },
)


@calls.get(
    "/v1/members/<id:member>/expiring",
    scope="members:read",
    query=ExpiringQuery(),
    gives={200: ExpiringPoints()},
    refuses=[404],
)
def get_expiring(ask: Ask, member: str) -> Answer:
    """Show which points end when, over the next twelve months or as many as `months` says."""
    return show_expiring(ask.engine, ask.caller, member, ask.query.get("months", 12))


@calls.post(
    "/v1/members/<id:member>/extensions",
    scope="adjust",
    takes=EXTENSION,
    gives={201: Corrected()},
    refuses=[404],
)
def post_extension(ask: Ask, member: str) -> Answer:
    """Let a member's points last longer, with a reason and a name.

    Points that end before `until` last until then; what is held stays as it is.
    """
    return extend_points(ask.engine, ask.caller, member, ask.told)


@calls.post(
    "/v1/members/<id:member>/reinstatements",
    scope="adjust",
    takes=REINSTATEMENT,
    gives={201: Corrected()},
    refuses=[404],
)
def post_reinstatement(ask: Ask, member: str) -> Answer:
    """Give expired points back, with a reason and a name.

    Refused with 409 `reinstatement_above_expired` for more than has expired.
    """
    return reinstate_points(ask.engine, ask.caller, member, ask.told)


@calls.post(
    "/v1/purchases/<id:purchase>/delivered",
    key=Key.OPTIONAL,
    scope="purchases:write",
    takes=DELIVERY,
    gives={200: Delivered()},
    refuses=[404, 409],
)
def post_delivered(ask: Ask, purchase: str) -> Answer:
    """Tell that a purchase has arrived: points that waited for it can be spent from then on.

    For units whose points are `pending: on_event`. Told again, it changes nothing.
    """
    at = (ask.told or {}).get("occurred_at", ask.caller.now)
    return deliver_purchase(ask.engine, ask.caller, purchase, at)


@calls.post(
    "/v1/members/<id:member>/tier-grants",
    scope="adjust",
    takes=GRANT,
    gives={201: Granted()},
    refuses=[404],
)
def post_tier_grant(ask: Ask, member: str) -> Answer:
    """Give a member a tier by hand, with a reason and a name: a gift, an invitation, a match.

    Where neither it nor the programme says otherwise it is a floor until its end: what is earned
    above it counts, and after the end the tier that is earned. Another grant from the same instant takes its place, so it can be ended early.
    """
    told = ask.told
    switches = ask.engine.rulebooks.current(ask.caller.program).program.switches
    grant = Grant(
        told["tier"], told.get("since", ask.caller.now), told.get("until"),
        GrantMode(told.get("mode", switches.hand_given_tiers)),
    )  # fmt: skip
    return grant_tier(ask.engine, ask.caller, member, grant, told["reason"], told["by"])
