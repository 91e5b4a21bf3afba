"""Rewards that points buy."""

from loyalty_engine.api.refusals.kind import OTHER_ID, Kind

REFUSALS = {
    "reward_unknown": Kind(
        "The programme has no such reward", "GET /v1/rewards lists those there are."
    ),
    "reward_payment_differs": Kind(
        "Another amount of money belongs to this reward",
        "Send in `paid` what `values.due` says; without a price in money leave it out.",
    ),
    "reward_not_live": Kind(
        "The reward is not offered now", "Its first and last day stand in the catalogue."
    ),
    "reward_not_eligible": Kind(
        "The reward is not for this member", "`detail` says which condition is not met."
    ),
    "reward_sold_out": Kind("There is none of the reward left", "Take another one."),
    "reward_limit_reached": Kind(
        "The reward was taken as often as it may be", "`limits` of the reward say how often."
    ),
    "store_missing": Kind(
        "It is counted in each store, and none is named", "Name the store it is taken in."
    ),
    "redemption_unknown": Kind("There is no such redemption", "Check the id."),
    "redemption_used": Kind(
        "The voucher of the reward has been used", "What was used is not given back."
    ),
    "redemption_exists": Kind("The redemption id stands for something else already", OTHER_ID),
}
