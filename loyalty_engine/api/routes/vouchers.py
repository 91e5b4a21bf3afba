"""Vouchers: codes for callers who keep their own purchases, and the codes of a member."""

from dataclasses import replace

from loyalty_engine.api.calls import Answer, Ask, Body, Calls, Key
from loyalty_engine.api.examples import PURCHASE_EXAMPLE
from loyalty_engine.api.schemas.vouchers import (
    CodeBasketBody,
    CodeGives,
    CodeRedeemed,
    CodeRedemptionBody,
    MemberCodes,
    RollbackBody,
    RolledBack,
    VoucherGiftBody,
    VoucherGiven,
)
from loyalty_engine.domain.changing import changed
from loyalty_engine.use_cases.vouchers.give_voucher import give_voucher
from loyalty_engine.use_cases.vouchers.redeem_voucher import (
    Basket,
    redeem_voucher,
    validate_voucher,
)
from loyalty_engine.use_cases.vouchers.roll_back_voucher import roll_back_voucher
from loyalty_engine.use_cases.vouchers.show_vouchers import show_vouchers

calls = Calls("vouchers", "Codes: what they give for a basket, using them, giving them back.")

_BASKET = {key: it for key, it in PURCHASE_EXAMPLE.items() if key != "payments"}
BASKET = Body(CodeBasketBody(), quick=True, example=_BASKET)
REDEMPTION = Body(CodeRedemptionBody(), quick=True, example={"redemption": "order-7", **_BASKET})
GIFT = Body(
    VoucherGiftBody(),
    example={"voucher": "apology", "worth": 750, "reason": "late delivery", "by": "anne"},
)
ROLLBACK = Body(RollbackBody(), example={"redemption": "order-7"})


@calls.post(
    "/v1/vouchers/<id:code>/validate",
    key=Key.NONE,
    scope="vouchers",
    takes=BASKET,
    gives={200: CodeGives()},
    refuses=[409, 429],
)
def post_validate(ask: Ask, code: str) -> Answer:
    """Say what a code would take off a basket; nothing is used.

    409 for every code that cannot be used, whatever the reason. A purchase names its codes in its
    body, which keeps them out of the logs of whatever stands between.
    """
    return validate_voucher(ask.engine, ask.caller, _with(ask.told, code))


@calls.post(
    "/v1/vouchers/<id:code>/redeem",
    scope="vouchers",
    takes=REDEMPTION,
    gives={200: CodeRedeemed()},
    refuses=[409, 429],
)
def post_redeem(ask: Ask, code: str) -> Answer:
    """Use a code for a basket of the caller's own; a purchase recorded here names its codes itself."""
    redemption, basket = ask.told
    return redeem_voucher(ask.engine, ask.caller, redemption, _with(basket, code))


@calls.post(
    "/v1/vouchers/<id:code>/rollback",
    scope="vouchers",
    takes=ROLLBACK,
    gives={200: RolledBack()},
    refuses=[404, 409],
)
def post_rollback(ask: Ask, code: str) -> Answer:
    """Let a code be used again that a redemption has used."""
    return roll_back_voucher(ask.engine, ask.caller, code, ask.told["redemption"])


@calls.get(
    "/v1/members/<id:member>/vouchers",
    scope="vouchers:read",
    gives={200: MemberCodes()},
    refuses=[404],
)
def get_member_vouchers(ask: Ask, member: str) -> Answer:
    """List the vouchers that a member was given, with their codes."""
    return show_vouchers(ask.engine, ask.caller, member)


@calls.post(
    "/v1/members/<id:member>/vouchers",
    scope="adjust",
    takes=GIFT,
    gives={201: VoucherGiven()},
    refuses=[404, 409],
)
def post_member_voucher(ask: Ask, member: str) -> Answer:
    """Give a member a voucher by hand, such as an apology worth 7.50, and say why."""
    return give_voucher(ask.engine, ask.caller, member, ask.told)


def _with(basket: Basket, code: str) -> Basket:
    return replace(basket, purchase=changed(basket.purchase, vouchers=(code,)))
