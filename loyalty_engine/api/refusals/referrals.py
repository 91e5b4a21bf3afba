"""Bringing friends, and the signals that tell one person from another."""

from loyalty_engine.api.refusals.kind import DECLARED, Kind

REFUSALS = {
    "referral_none": Kind(
        "The programme rewards nobody for bringing friends", "referral.yaml declares it."
    ),
    "referral_unknown": Kind("The member came by nobody", "Nothing is to be decided."),
    "referral_not_held": Kind("Nothing holds the referral", "Nothing is left to do."),
    "referral_refused": Kind("The referral is refused already", "Nothing is left to do."),
    "referred_twice": Kind(
        "Both were rewarded for having come by somebody",
        "Refuse one of the two referrals, let the worker take it back, then merge.",
    ),
    "may_not_refer": Kind(
        "The member may not bring friends",
        "Only active members may, and of the tiers that referral.yaml names.",
    ),
    "event_of_referral": Kind(
        "A reward for bringing a friend is not cancelled by itself",
        "Refuse the referral: `POST /v1/members/{member}/referral/review`.",
    ),
    "redemption_waits": Kind(
        "The member's identifiers have changed a short while ago",
        "Its points can go from `values.until` on; the switch is `redemption_wait_hours`.",
    ),
    "confirmation_needed": Kind(
        "The member has long been silent and has to prove who it is",
        "Let it do so, then tell by `POST /v1/members/{member}/confirmations`, and try again.",
    ),
    "signal_unknown": Kind(
        "The programme declares no such signal",
        DECLARED,
    ),
}
