"""What is answered about budgets: how much is used of what everybody shares."""

from marshmallow.fields import List, Nested, String

from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Id, Whole
from loyalty_engine.domain.limits import Measure

AMOUNT = "Points, uses, or minor units of money, by `measure`."


class BudgetsQuery(Shape):
    """How budgets are wanted."""

    language = Id(
        metadata={"description": "A BCP 47 tag; else Accept-Language, else the programme's first."}
    )


class Budget(Shape):
    """One limit that everybody shares, of a `rule` or of a `campaign`, in its period of today."""

    limit = String(required=True, metadata={"description": "The name that receipts give it."})
    rule = String()
    campaign = String()
    title = String(required=True)
    says = String(required=True, metadata={"description": "Such as: at most 500 points a day."})
    measure = String(required=True, metadata={"enum": [str(it) for it in Measure]})
    period = String(
        required=True,
        metadata={"description": "Such as `2026-03`; empty where the limit is for life."},
    )
    ceiling = Whole(1, required=True, metadata={"description": AMOUNT})
    used = Whole(
        required=True,
        metadata={"description": f"{AMOUNT} More than the ceiling where a till gave it."},
    )
    left = Whole(required=True, metadata={"description": AMOUNT})


class BudgetsShown(Shape):
    """The budgets of the rulebook in force, that with the least left first."""

    program = String(required=True)
    rulebook = String(required=True, metadata={"description": "The hash of all its files."})
    day = String(required=True, metadata={"description": "Today in the programme's zone."})
    currency = String(required=True)
    budgets = List(Nested(Budget), required=True)
