"""Points: paying with them, letting them last, reading what there are."""

from loyalty_engine.api.refusals.kind import DECLARED, Kind

REFUSALS = {
    "unit_unknown": Kind("The programme has no such unit of points", DECLARED),
    "unit_not_tender": Kind(
        "This unit of points cannot be used to pay",
        "Only units with a `tender` value in program.yaml can.",
    ),
    "insufficient_points": Kind(
        "There are fewer points than are to be spent",
        "Spend at most what `values.available` says, or quote again.",
    ),
    "spend_above_total": Kind(
        "More points are to be spent than the purchase costs",
        "Spend at most what the total after discounts is worth.",
    ),
    "spend_below_minimum": Kind(
        "Fewer points are to be spent than have to pay at least",
        "Spend `values.at_least` or more, or none; `tender` in program.yaml says so.",
    ),
    "spend_not_in_steps": Kind(
        "Points pay in whole steps", "Spend a whole number of `values.step`."
    ),
    "spend_above_share": Kind(
        "Points may not pay as large a part of this purchase",
        "Spend what is worth at most `values.most` in minor units.",
    ),
    "end_has_passed": Kind(
        "Points cannot last until an instant that has passed", "Name an instant to come."
    ),
    "reinstatement_above_expired": Kind(
        "More points are to be given back than have expired",
        "Give back at most `values.expired`; for more use an adjustment.",
    ),
    "version_not_reached": Kind(
        "The account has not come that far yet",
        "Ask for the version that a write has answered, or leave `min_version` out;"
        " `values.version` is where the account stands.",
    ),
    "as_of_in_the_future": Kind(
        "What is to come is not known", "Ask for an instant that has passed."
    ),
    "cursor_invalid": Kind(
        "This cursor is none of ours", "Follow the `Link` of the page before, or begin anew."
    ),
}
