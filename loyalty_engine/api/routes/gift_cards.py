"""Gift cards and store credit: stored value, apart from points."""

from loyalty_engine.api.calls import Answer, Ask, Body, Calls, Key
from loyalty_engine.api.schemas.gift_cards import (
    CaptureCardBody,
    CardNameBody,
    ChangeBody,
    CreditBody,
    CreditGiven,
    Credits,
    ExtendBody,
    GiftCardHeld,
    GiftCardHistory,
    GiftCardMade,
    GiftCardShown,
    HoldCardBody,
    IssueBody,
    LoadBody,
)
from loyalty_engine.use_cases.stored_value.card_history import show_card_history
from loyalty_engine.use_cases.stored_value.gift_cards import (
    block_card,
    extend_card,
    issue_card,
    load_card,
    look_up_card,
    replace_card,
)
from loyalty_engine.use_cases.stored_value.store_credit import give_store_credit, show_store_credit
from loyalty_engine.use_cases.stored_value.unload_card import unload_card
from loyalty_engine.use_cases.stored_value.value_holds import (
    capture_value_hold,
    place_value_hold,
    release_value_hold,
    show_value_hold,
)

calls = Calls("gift_cards", "Gift cards and store credit: stored value, which is no points.")

READ, HOLD, WRITE = "gift_cards:read", "gift_cards:hold", "gift_cards:write"
_CODE = {"code": "7QM2-XKD4-FHTR-B"}
_WHY = {"reason": "sold at the counter", "by": "anne"}


@calls.post(
    "/v1/gift-cards",
    scope=WRITE,
    takes=Body(IssueBody(), example={"amount": 5000, **_WHY}),
    gives={201: GiftCardMade()},
    refuses=[409],
)
def post_card(ask: Ask) -> Answer:
    """Make a gift card: inactive until it is sold, or with value on it at once.

    Its code is in this answer, also when the request is sent again, and nowhere else.
    """
    return issue_card(ask.engine, ask.caller, ask.told)


@calls.post(
    "/v1/gift-cards/look-up",
    key=Key.NONE,
    scope=READ,
    takes=Body(CardNameBody(), example=_CODE),
    gives={200: GiftCardShown()},
    refuses=[404, 409, 429],
)
def post_look_up(ask: Ask) -> Answer:
    """Say what stands on a gift card. 409 for every code that is none of ours.

    A body and no path, so that no log has the code.
    """
    return look_up_card(ask.engine, ask.caller, ask.told)


@calls.post(
    "/v1/gift-cards/load",
    scope=WRITE,
    takes=Body(LoadBody(), example={**_CODE, "amount": 2500, **_WHY}),
    gives={200: GiftCardShown()},
    refuses=[404, 409, 429],
)
def post_load(ask: Ask) -> Answer:
    """Put value on a gift card, which makes it active; a line of a purchase can do the same."""
    return load_card(ask.engine, ask.caller, ask.told)


@calls.post(
    "/v1/gift-cards/unload",
    scope=WRITE,
    takes=Body(
        LoadBody(), example={**_CODE, "amount": 2500, "reason": "the payment failed", "by": "anne"}
    ),
    gives={200: GiftCardShown()},
    refuses=[404, 409, 429],
)
def post_unload(ask: Ask) -> Answer:
    """Take off a gift card what was put on it by `load`, where none of that has been used.

    A card on which nothing else was ever put is blocked then, or inactive where the programme's
    cards are `resellable`. What a line of a purchase has put on it comes off by its return.
    """
    return unload_card(ask.engine, ask.caller, ask.told)


@calls.post(
    "/v1/gift-cards/block",
    scope=WRITE,
    takes=Body(ChangeBody(), example={**_CODE, "reason": "stolen", "by": "anne"}),
    gives={200: GiftCardShown()},
    refuses=[404, 409, 429],
)
def post_block(ask: Ask) -> Answer:
    """Let nobody use a gift card any more; what stands on it stays there, holds are let go."""
    return block_card(ask.engine, ask.caller, ask.told)


@calls.post(
    "/v1/gift-cards/replace",
    scope=WRITE,
    takes=Body(ChangeBody(), example={**_CODE, "reason": "lost", "by": "anne"}),
    gives={200: GiftCardMade()},
    refuses=[404, 409, 429],
)
def post_replace(ask: Ask) -> Answer:
    """Move the value of a lost gift card to a new one; the old one never works again."""
    return replace_card(ask.engine, ask.caller, ask.told)


@calls.post(
    "/v1/gift-cards/extend",
    scope=WRITE,
    takes=Body(
        ExtendBody(),
        example={"card": "3f0c6a51b2d94e07", "until": "2031-01-01T00:00:00+01:00",
                 "reason": "found in a drawer", "by": "anne"},
    ),
    gives={200: GiftCardShown()},
    refuses=[404, 409, 429],
)  # fmt: skip
def post_extend(ask: Ask) -> Answer:
    """Let a gift card last longer, also one that has ended: what expired stands on it again."""
    return extend_card(ask.engine, ask.caller, ask.told)


@calls.get(
    "/v1/gift-cards/<id:card>/entries",
    scope=READ,
    gives={200: GiftCardHistory()},
    refuses=[404],
)
def get_card_entries(ask: Ask, card: str) -> Answer:
    """List every move of a gift card or a store credit with its reason, and what was noted."""
    return show_card_history(ask.engine, ask.caller, card)


@calls.post(
    "/v1/gift-card-holds",
    key=Key.OPTIONAL,
    scope=HOLD,
    takes=Body(HoldCardBody(), example={"id": "GH-1", **_CODE, "amount": 3000, "expires_in": 600}),
    gives={200: GiftCardHeld(), 201: GiftCardHeld()},
    refuses=[404, 409, 429],
)
def post_card_hold(ask: Ask) -> Answer:
    """Set value of a gift card aside while a payment is under way; it lapses by itself.

    A payment of a purchase that names the hold captures it, without the code.
    """
    return place_value_hold(ask.engine, ask.caller, ask.told)


@calls.get("/v1/gift-card-holds/<id:hold>", scope=HOLD, gives={200: GiftCardHeld()}, refuses=[404])
def get_card_hold(ask: Ask, hold: str) -> Answer:
    """Show a hold on a gift card and what became of it."""
    return show_value_hold(ask.engine, ask.caller, hold)


@calls.post(
    "/v1/gift-card-holds/<id:hold>/capture",
    key=Key.OPTIONAL,
    scope=HOLD,
    takes=Body(CaptureCardBody(), optional=True, example={"amount": 2450}),
    gives={200: GiftCardHeld()},
    refuses=[404, 409],
)
def post_card_capture(ask: Ask, hold: str) -> Answer:
    """Use what is held, or less; for callers who keep their own purchases."""
    amount = (ask.told or {}).get("amount")
    return capture_value_hold(ask.engine, ask.caller, hold, amount)


@calls.post(
    "/v1/gift-card-holds/<id:hold>/release",
    key=Key.OPTIONAL,
    scope=HOLD,
    gives={200: GiftCardHeld()},
    refuses=[404, 409],
)
def post_card_release(ask: Ask, hold: str) -> Answer:
    """Let go of what is held; also when that was done before, or the hold has lapsed."""
    return release_value_hold(ask.engine, ask.caller, hold)


@calls.get(
    "/v1/members/<id:member>/store-credit",
    scope=READ,
    gives={200: Credits()},
    refuses=[404],
)
def get_store_credit(ask: Ask, member: str) -> Answer:
    """Show a member's store credit, each with its end."""
    return show_store_credit(ask.engine, ask.caller, member)


@calls.post(
    "/v1/members/<id:member>/store-credit",
    scope=WRITE,
    takes=Body(
        CreditBody(), example={"amount": 1500, "reason": "returned without a receipt", "by": "anne"}
    ),
    gives={201: CreditGiven()},
    refuses=[404],
)
def post_store_credit(ask: Ask, member: str) -> Answer:
    """Give a member store credit, for a return or as a gesture, with a reason and a name."""
    return give_store_credit(ask.engine, ask.caller, member, ask.told)
