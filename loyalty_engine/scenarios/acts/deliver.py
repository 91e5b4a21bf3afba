"""`deliver`: a purchase arrives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.plain_act import DatedAct
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.purchases.deliver_purchase import deliver_purchase


@dataclass(frozen=True, slots=True)
class DeliverPurchase(DatedAct):
    """A purchase arrives: points that waited for that can be spent."""

    word: ClassVar[str] = "deliver"
    called: ClassVar[str] = "a delivery"
    shows: ClassVar[tuple[str, ...] | None] = ("points", "balance")
    purchase: str

    def do(self, stage: Stage) -> Answer:
        """Tell of it."""
        return deliver_purchase(stage.engine, stage.caller(), self.purchase, self.occurred_at)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """The points that waited for it, by unit, and the balance with them."""
        return {"points": body["points"], "balance": showing.balance(body["balance"])}


ACT = DeliverPurchase
