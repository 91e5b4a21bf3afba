"""Challenges."""

from loyalty_engine.api.refusals.kind import Kind

REFUSALS = {
    "challenge_unknown": Kind(
        "The programme has no such challenge",
        "GET /v1/members/{member}/challenges lists those there are.",
    ),
    "challenge_automatic": Kind(
        "Everybody takes part in the challenge", "Nobody needs to enter; leave it out."
    ),
    "challenge_not_on": Kind(
        "The challenge is not on for this member now",
        "Its days, or those after joining, are over or have not begun.",
    ),
    "challenge_not_eligible": Kind(
        "The challenge is not for this member", "`detail` says which condition is not met."
    ),
}
