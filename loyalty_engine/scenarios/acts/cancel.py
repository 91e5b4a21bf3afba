"""`cancel`: what is left of a purchase is undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.plain_act import DatedAct
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.returns.cancel_purchase import cancel_purchase


@dataclass(frozen=True, slots=True)
class CancelPurchase(DatedAct):
    """A purchase is cancelled."""

    word: ClassVar[str] = "cancel"
    called: ClassVar[str] = "a cancellation"
    shows: ClassVar[tuple[str, ...] | None] = showing.RETURN_KEYS
    purchase: str

    def do(self, stage: Stage) -> Answer:
        """Cancel it."""
        return cancel_purchase(stage.engine, stage.caller(), self.purchase, self.occurred_at)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What came back."""
        return showing.undone(body)


ACT = CancelPurchase
