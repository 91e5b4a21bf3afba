"""Returns."""

from loyalty_engine.api.refusals.kind import OTHER_ID, Kind

REFUSALS = {
    "return_exists": Kind("The return id stands for something else already", OTHER_ID),
    "return_above_kept": Kind(
        "More comes back than is left of the line",
        "`kept` of the purchase says how much of each line is left.",
    ),
    "return_before_purchase": Kind(
        "Nothing comes back before it was bought", "Check both instants and their offsets."
    ),
}
