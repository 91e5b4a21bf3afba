"""What each refusal to do with holds and rewards means, for people; see api.refusals."""

from loyalty_engine.api.refusals import OTHER_ID, Kind

SPENDING = {
    # Codes
    "worth_missing": Kind(
        "The voucher leaves it to each code what it is worth", "Say what this one is worth."
    ),
    "worth_of_no_use": Kind(
        "The voucher's codes all give the same", "Leave the worth out, or write `worth_off`."
    ),
    "code_malformed": Kind(
        "This cannot be a code", "Codes are 4 to 32 letters from A to Z and digits."
    ),
    "card_unknown": Kind(
        "The member has no such number", "Name its kind in `identifier`, or give the member one."
    ),
    "no_gs1_number": Kind(
        "This is no number of GS1's", "Leave `content` out to have the text itself drawn."
    ),
    "image_impossible": Kind(
        "This kind of picture cannot carry the text",
        "Take another `kind`: qr carries any, ean13 thirteen digits with their check digit.",
    ),
    # Holds
    "hold_unknown": Kind("There is no such hold for this", "Check the id, or place a hold first."),
    "hold_exists": Kind("The hold id stands for something else already", OTHER_ID),
    "hold_captured": Kind(
        "The hold was captured", "Its points are spent; for more place another one."
    ),
    "hold_released": Kind("The hold was released", "Place another one under an id of its own."),
    "hold_lapsed": Kind(
        "The hold has lapsed: its points are free again",
        "Place another one under an id of its own, or let the purchase spend without a hold.",
    ),
    "hold_too_long": Kind(
        "A hold does not last that long",
        "The programme's switch `longest_hold_minutes` says how long it may.",
    ),
    "hold_without_spend": Kind(
        "A hold is named, and no points that it pays",
        "Say in `spend` how many points pay; the rest of the hold is let go.",
    ),
    "hold_unit_differs": Kind(
        "The hold is of another unit than the points to be spent",
        "Name the hold's unit in `spend`, or leave the hold out.",
    ),
    "hold_in_reservation": Kind(
        "A reservation holds its points itself", "Leave `hold` out, or quote without `reserve`."
    ),
    "capture_above_hold": Kind(
        "More is to be captured than is held", "Capture at most `values.held`."
    ),
    # Rewards
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
