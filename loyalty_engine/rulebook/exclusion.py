"""What a rule does not stand beside: everything of its lane or purchase, or what it names."""

from dataclasses import dataclass, field
from enum import StrEnum

from loyalty_engine.rulebook.faults import Place


class Exclusive(StrEnum):
    """Beside which others a rule takes effect: any, none of its lane, none of the purchase."""

    NO = "no"
    LANE = "lane"
    PURCHASE = "purchase"


class Named(StrEnum):
    """What an entry of `not_with` names."""

    RULE = "rule"
    LANE = "lane"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class NotWith:
    """One entry of `not_with`, and where it stands."""

    kind: Named
    name: str
    place: Place = field(compare=False)
