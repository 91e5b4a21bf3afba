"""Purchases, their corrections and deliveries, and what a guest claims."""

from loyalty_engine.api.refusals.kind import OTHER_ID, Kind

REFUSALS = {
    "purchase_unknown": Kind("There is no such purchase", "Check the id, or record it first."),
    "purchase_exists": Kind(
        "The purchase id stands for something else already",
        "A different purchase needs an id of its own; a correction a higher `revision`.",
    ),
    "purchase_recorded": Kind(
        "The purchase is recorded as a guest's or a member's already",
        "Read it, and correct it by a higher `revision` where it is wrong.",
    ),
    "purchase_returned": Kind("Everything of the purchase has come back", OTHER_ID),
    "purchase_cancelled": Kind("The purchase was cancelled", OTHER_ID),
    "purchase_superseded": Kind(
        "A newer revision has taken the place of this one", "Read the purchase, then try again."
    ),
    "purchase_claimed": Kind(
        "The purchase belongs to a member already", "It can be claimed once; see who has it."
    ),
    "stale_revision": Kind(
        "A newer revision of the purchase is there",
        "`values.revision` is the newest; send the one after it, or nothing.",
    ),
    "member_differs": Kind(
        "A correction cannot change whose purchase it is",
        "Cancel the purchase and record it for the other member.",
    ),
    "correction_drops_returned": Kind(
        "The correction leaves out what has come back already",
        "Keep at least what was returned of each line.",
    ),
    "occurred_in_the_future": Kind(
        "The instant lies ahead of the clock",
        "Check the till's clock and the offset of its time zone.",
    ),
    "occurred_too_long_ago": Kind(
        "The instant lies too far back", "The programme's switch `late_days` says how far it may."
    ),
    "currency_differs": Kind(
        "The programme runs in another currency", "Send amounts in the currency of program.yaml."
    ),
    "line_twice": Kind("A line stands there twice", "Give each line an id of its own."),
    "line_unknown": Kind("The purchase has no such line", "Read the purchase for its lines."),
    "discount_above_price": Kind(
        "The discounts of a line are more than its price", "Check `discount` and `applied`."
    ),
    "amount_too_large": Kind(
        "The purchase adds up to more than any purchase can",
        "Amounts are in minor units: 4.50 is 450.",
    ),
    "delivery_before_purchase": Kind(
        "Nothing arrives before it was bought", "Check both instants and their offsets."
    ),
    "purchase_not_claimed": Kind(
        "Nobody has claimed the purchase, so it has no points yet",
        "Tell of it again once a member has claimed the purchase.",
    ),
    "claim_refused": Kind(
        "The purchase cannot be claimed like this",
        "Check the secret on the receipt, and how long claims are open.",
    ),
}
