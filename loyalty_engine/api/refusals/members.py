"""Members: who they are, what they are found by, what is known of them."""

from loyalty_engine.api.refusals.kind import DECLARED, Kind

REFUSALS = {
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
    "member_not_active": Kind("The member is not active", "Make it active first."),
    "merge_with_itself": Kind(
        "A member cannot be merged with itself", "Name the other one in `from`."
    ),
    "merge_circle": Kind(
        "They have been merged the other way round", "Nothing is left to do; use the one who stays."
    ),
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
    "identifier_unknown": Kind("The programme knows no identifiers of this kind", DECLARED),
    "identifier_missing": Kind(
        "The member has no such number", "Name its kind in `identifier`, or give the member one."
    ),
    "attribute_unknown": Kind("The programme declares no such attribute", DECLARED),
    "attribute_invalid": Kind(
        "The attribute cannot have this value",
        "`detail` says which type or which words are declared for it.",
    ),
    "language_unknown": Kind("The programme does not speak this language", DECLARED),
    "status_unknown": Kind(
        "A member cannot be given this status", "`detail` names those there are."
    ),
    "touchpoint_unknown": Kind("The programme has no such touchpoint", DECLARED),
}
