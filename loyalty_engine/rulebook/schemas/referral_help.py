"""What each key of referral.yaml and of signals means, as editors show it and the docs say it."""

from collections.abc import Mapping
from typing import Final

REFERRAL: Final[Mapping[str, str]] = {
    "referral": "its id, which never changes",
    "qualifies": (
        "what a friend has to do: `{purchase_from: 20.00}`, the first purchase of which at least "
        "so much is kept, with `nth: 3` the third such; `{event: profile_completed}`; or `enrolment`"
    ),
    "waits": "how long after that both are rewarded: `30 days`, the return window",
    "claim_within": "how long after enrolment a friend may say by whom it came",
    "invitation": "how long a code is good after a member has asked for it",
    "tiers": "the tiers whose members may bring friends",
    "same": (
        "by signal, what becomes of a referral between members seen with the same: `refused`, "
        "`held` for somebody to decide, or `ignored`"
    ),
    "ring": "what becomes of one in a circle: `refused`, `held` or `ignored`",
    "referrer": "what the one who brings gets: a rule, as in a file of its own",
    "friend": "what the friend gets: a rule, as in a file of its own",
}

SIGNAL: Final[Mapping[str, str]] = {
    "purpose": "why it is looked at, in a sentence",
    "compared": (
        "`exact`; as an `email` address, without dots and what follows a plus; as a `phone` "
        "number, by its digits; or exactly but as one `person`'s, as e-mail and phone are"
    ),
    "keep_days": "how long it is remembered after the member has left",
    "most": "more members than so many with the same look odd",
}
