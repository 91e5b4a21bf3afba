"""A purchase that nobody makes, to ask what the rules would say of it."""

from typing import Any

from loyalty_engine.api import values
from loyalty_engine.api.schemas.containers import Each, Map, Shape
from loyalty_engine.api.schemas.fields import Id, Instant, Name, Read, Scalar, Whole, like
from loyalty_engine.api.schemas.purchases import PurchaseBody
from loyalty_engine.domain.requests import SupposedMember, Supposition

MOST_PURCHASES = 10**6
MOST_FACTS = 50


class Day(Read):
    """A date."""

    reader = values.read_day
    json = like(format="date")


class FactsOfPlugin(Map):
    """What one plugin would have gathered."""

    wire = dict[str, Any]

    def __init__(self) -> None:
        super().__init__(Scalar(), MOST_FACTS)


class SupposedMemberBody(Shape):
    """What to suppose of the member. What is not named is as it is, or as with a new member."""

    tier = Name()
    enrolled_on = Day()
    language = Id(metadata={"description": "A BCP 47 tag such as fr or en-GB."})
    attributes = Map(Scalar(), MOST_FACTS, removable=True)
    purchases = Whole(0, MOST_PURCHASES, metadata={"description": "Purchases before this one."})
    last_purchase_on = Day()

    def make(self, known: dict[str, Any]) -> SupposedMember:
        return SupposedMember(**known)


class SuppositionBody(PurchaseBody):
    """A purchase as it would be recorded, and what to suppose beside it."""

    suppose = Each(
        SupposedMemberBody(),
        metadata={"description": "Changes what is known of the member, or makes one up."},
    )
    facts = Map(
        FactsOfPlugin(), MOST_FACTS,
        metadata={"description": "What plugins would have gathered, by plugin; else they are asked."},
    )  # fmt: skip
    rules_at = Instant(
        metadata={"description": "Under the rules in force then; by default when it occurred."}
    )

    def make(self, known: dict[str, Any]) -> Supposition:  # type: ignore[override]
        beside = {
            name: known.pop(name) for name in ("suppose", "facts", "rules_at") if name in known
        }
        return Supposition(super().make(known), **beside)
