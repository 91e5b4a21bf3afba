"""What members are told of points that came or went as a gift, without naming anybody."""

from loyalty_engine.domain.ledger import Entry
from loyalty_engine.domain.transfers import TRANSFERRED
from loyalty_engine.rulebook.telling.languages import in_language

GIFT, GIFT_BACK = "gift", "gift_back"
GIFTS = (GIFT, GIFT_BACK)
"""The kinds of entries that gifts make."""

_SAYS = {
    (GIFT, True): {"en": "a gift from another member", "fr": "un cadeau d'un autre membre"},
    (GIFT, False): {"en": "a gift to another member", "fr": "un cadeau à un autre membre"},
    (GIFT_BACK, True): {"en": "a gift that came back", "fr": "un cadeau qui est revenu"},
    (GIFT_BACK, False): {
        "en": "a gift that went back to who gave it",
        "fr": "un cadeau rendu à qui l'avait fait",
    },
}


def is_givers(entry: Entry) -> bool:
    """Whether a gift's entry is the giver's, who knows the purchase that the points are from."""
    mine = entry.destination if entry.kind == GIFT else entry.source
    return entry.kind in GIFTS and mine == TRANSFERRED


def gift_sentence(entry: Entry, language: str) -> str:
    """Why the points came or went, in English where the language is none of ours."""
    comes = entry.source == TRANSFERRED
    return in_language(_SAYS[entry.kind, comes], language, ("en",))
