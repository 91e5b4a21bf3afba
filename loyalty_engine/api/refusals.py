"""What each refusal of the engine means, for people; see api.problems for those of the service."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """What a code means: a title that never changes, and what to do about it."""

    title: str
    advice: str


_DECLARED = "Use one of those that the programme declares, or declare it in program.yaml."
OTHER_ID = "Read what is there; for something else use an id of its own."

REFUSALS = {
    # Members
    "member_unknown": Kind(
        "There is no such member",
        "Enrol the member first, or leave it out and record a guest's purchase.",
    ),
    "member_missing": Kind(
        "This is for members, and none is named", "Name the member, or ask for less."
    ),
    "member_frozen": Kind(
        "The member is frozen", "Let the purchase be paid without points, or thaw the member."
    ),
    "member_left": Kind(
        "The member has left", "Make it active again first, if it wants to come back."
    ),
    "merge_with_itself": Kind(
        "A member cannot be merged with itself", "Name the other one in `from`."
    ),
    "merge_circle": Kind(
        "They have been merged the other way round", "Nothing is left to do; use the one who stays."
    ),
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
    "member_not_active": Kind("The member is not active", "Make it active first."),
    "points_held": Kind(
        "Points are set aside for the member", "Capture or release its holds and reservations."
    ),
    "identifier_taken": Kind(
        "Another member has this identifier",
        "Take it from that member first, or merge the two; one number finds one member.",
    ),
    "identifier_malformed": Kind(
        "This cannot be such a number", "Type or scan it once more: a digit of it is wrong."
    ),
    "identifier_twice": Kind("An identifier stands there twice", "Send it once."),
    "identifier_unknown": Kind("The programme knows no identifiers of this kind", _DECLARED),
    "attribute_unknown": Kind("The programme declares no such attribute", _DECLARED),
    "attribute_invalid": Kind(
        "The attribute cannot have this value",
        "`detail` says which type or which words are declared for it.",
    ),
    "language_unknown": Kind("The programme does not speak this language", _DECLARED),
    "status_unknown": Kind(
        "A member cannot be given this status", "`detail` names those there are."
    ),
    "tier_unknown": Kind("The programme has no such tier", "tiers.yaml names those there are."),
    "grant_ends_first": Kind(
        "The tier would end before it begins", "Check `from` and `until`, and their offsets."
    ),
    "touchpoint_unknown": Kind("The programme has no such touchpoint", _DECLARED),
    # Points
    "unit_unknown": Kind("The programme has no such unit of points", _DECLARED),
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
    # Purchases
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
    "voucher_not_applicable": Kind(
        "The voucher cannot be used here",
        "Take it off, or use another. Keys with the scope vouchers:details are told why.",
    ),
    "too_many_wrong_codes": Kind(
        "Too many wrong codes were tried",
        "Wait as long as Retry-After says, or name the member; a purchase is recorded without it.",
    ),
    "voucher_unknown": Kind(
        "The programme has no such voucher in force",
        "`detail` names it; a file under vouchers/ declares it.",
    ),
    "voucher_shared": Kind(
        "The codes of this voucher are known to many", "Give out one of them, or another voucher."
    ),
    "secret_missing": Kind(
        "No codes can be made without a secret",
        "Set LOYALTY_SECRET, the same for all processes; docs/settings.md explains it.",
    ),
    "delivery_before_purchase": Kind(
        "Nothing arrives before it was bought", "Check both instants and their offsets."
    ),
    "purchase_not_claimed": Kind(
        "Nobody has claimed the purchase, so it has no points yet",
        "Tell of it again once a member has claimed the purchase.",
    ),
    # Returns and claims
    "return_exists": Kind("The return id stands for something else already", OTHER_ID),
    "return_above_kept": Kind(
        "More comes back than is left of the line",
        "`kept` of the purchase says how much of each line is left.",
    ),
    "return_before_purchase": Kind(
        "Nothing comes back before it was bought", "Check both instants and their offsets."
    ),
    "claim_refused": Kind(
        "The purchase cannot be claimed like this",
        "Check the secret on the receipt, and how long claims are open.",
    ),
    # Reservations
    "reservation_unknown": Kind(
        "There is no such reservation for this", "Quote again with `reserve`, or leave it out."
    ),
    "reservation_used": Kind("A purchase has used the reservation", "Quote again with `reserve`."),
    # The rest
    "operation_unknown": Kind(
        "Nothing was written under this Idempotency-Key",
        "The request had no effect; send it again, with the same key.",
    ),
    "check_too_long": Kind(
        "The rules are too large to be checked within a request",
        "Run `loyalty rules check` where the files are; it takes the time it needs.",
    ),
    "rule_unknown": Kind(
        "There is no such rule", "`GET /v1/rules` names those of the rulebook in force."
    ),
    "program_unknown": Kind(
        "There is no such programme",
        "Its folder under rules/ is missing or has faults; `loyalty rules check` tells.",
    ),
    "rulebook_unknown": Kind(
        "There is no such rulebook", "Only rulebooks that were in force are kept."
    ),
    "refused_by_guard": Kind(
        "A plugin of the retailer's refuses this",
        "`detail` is the plugin's reason; `values.plugin` names it.",
    ),
    "guard_failed": Kind(
        "A plugin that has to agree gives no answer",
        "Tell the operator; `values.plugin` names it. Later the same request may pass.",
    ),
}
