"""What each key of `stored_value` means, as editors show it and docs/programme-files.md says it."""

from collections.abc import Mapping
from typing import Final

STORED_VALUE: Final[Mapping[str, str]] = {
    "country": (
        "whose law says how soon stored value may end, by ISO 3166 (`DE`), with its part where "
        "that has a law of its own (`US-CA`)"
    ),
    "least_validity": (
        "the shortest validity that counsel has found to be lawful, in place of the table of "
        "laws: `5 years`, `{after: 3 years, round_up: year}`, `never`, or `none`"
    ),
    "gift_cards": "how gift cards work; empty for all defaults, left out where there are none",
    "store_credit": "how store credit works; the same",
}

GIFT_CARD: Final[Mapping[str, str]] = {
    "valid": (
        "how long it lasts from the last time something was put on it: `never`, `5 years`, "
        "`{after: 3 years, round_up: year}`; what is less than the law's is refused"
    ),
    "least": "the least amount that is put on a card at a time",
    "most": "the most that may stand on a card",
    "reloadable": "whether more can be put on a card that was sold",
    "resellable": (
        "whether a card whose sale has come back can be sold again; otherwise it is blocked, for "
        "somebody may have kept its code"
    ),
    "characters": "how many random characters its code has, beside the check character",
}
