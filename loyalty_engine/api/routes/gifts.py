"""Points as a gift between members."""

from dataclasses import replace

from loyalty_engine.api.calls import Answer, Ask, Body, Calls
from loyalty_engine.api.schemas.gifts import GiftBody, GiftCancelBody, GiftShown
from loyalty_engine.use_cases.gifts.cancel_gift import cancel_gift
from loyalty_engine.use_cases.gifts.give_points import give_points, show_gift

calls = Calls("gifts", "Points that members give each other.")

GIFT = Body(
    GiftBody(),
    example={"from": "ada", "to": "bea", "unit": "points", "points": 200, "message": "For you"},
)
BACK = Body(GiftCancelBody(), example={"reason": "sent to the wrong card", "by": "support"})
PATH = "/v1/gifts/<id:gift>"


@calls.put(
    PATH,
    scope="rewards",
    takes=GIFT,
    gives={200: GiftShown(), 201: GiftShown()},
    refuses=[404, 409],
)
def put_gift(ask: Ask, gift: str) -> Answer:
    """Give points to another member, once for each id, within what the unit's `gifts` declares."""
    return give_points(ask.engine, ask.caller, replace(ask.told, id=gift))


@calls.get(PATH, scope="members:read", gives={200: GiftShown()}, refuses=[404])
def get_gift(ask: Ask, gift: str) -> Answer:
    """Show a gift and what became of it."""
    return show_gift(ask.engine, ask.caller, gift)


@calls.post(
    f"{PATH}/cancel",
    scope="adjust",
    takes=BACK,
    gives={200: GiftShown()},
    refuses=[404, 409],
)
def post_gift_cancel(ask: Ask, gift: str) -> Answer:
    """Take back, for support, what is left of a gift; it goes to the giver with the ends it had."""
    reason, by = ask.told
    return cancel_gift(ask.engine, ask.caller, gift, reason, by)
