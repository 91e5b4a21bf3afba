"""Households."""

from loyalty_engine.api.refusals.kind import Kind

REFUSALS = {
    "household_unknown": Kind("There is no such household", "Open it with a first member."),
    "in_household": Kind(
        "The member belongs to a household already", "Let the member leave that one first."
    ),
    "not_in_household": Kind(
        "The member does not belong to this household", "Check both ids; a new one needs its own."
    ),
    "not_invited": Kind(
        "No invitation of this household stands for the member",
        "Let a member of it invite once more: invitations lapse.",
    ),
    "household_full": Kind(
        "The household has as many members as it may", "`values.most` says how many that are."
    ),
    "household_too_soon": Kind(
        "The member has changed households a short while ago",
        "The programme's switch `household_wait_days` says how long that has to wait.",
    ),
    "household_left": Kind(
        "The household that earned on the purchase has been left",
        "Cancel the purchase and record it anew.",
    ),
}
