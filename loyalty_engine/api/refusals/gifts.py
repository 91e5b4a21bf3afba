"""Gifts of points between members."""

from loyalty_engine.api.refusals.kind import OTHER_ID, Kind

REFUSALS = {
    "gift_unknown": Kind("There is no such gift", "Check its id."),
    "gift_exists": Kind("Another gift bears this id", OTHER_ID),
    "gift_to_oneself": Kind(
        "Points cannot be given to oneself",
        "Name another member; those of one household share their points as it is.",
    ),
    "unit_not_given": Kind(
        "Members cannot give each other points of this unit",
        "Declare `gifts` of the unit in program.yaml where they should.",
    ),
    "gift_amount": Kind(
        "A gift cannot be of so few or so many points", "The unit's `gifts` says how many."
    ),
    "gift_limit_reached": Kind(
        "The member has given, or was given, as much as may be for now",
        "`values.limit` names the limit and `values.left` what is left of it.",
    ),
    "gift_too_soon": Kind(
        "One of the two has joined a short while ago",
        "The unit's `gifts` says in `after_joining` how long that has to wait.",
    ),
    "gift_spent": Kind(
        "Nothing of the gift is left to take back", "Adjust the balances by hand if need be."
    ),
}
