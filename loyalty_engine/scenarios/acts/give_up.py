"""`give_up`: a redemption is cancelled."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.plain_act import PlainAct
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.spending.cancel_redemption import cancel_redemption


@dataclass(frozen=True, slots=True)
class CancelRedemption(PlainAct):
    """A reward is given back: points, stock, limits and status are as before."""

    word: ClassVar[str] = "give_up"
    called: ClassVar[str] = "a cancelled redemption"
    shows: ClassVar[tuple[str, ...] | None] = ("state", "balance")
    redemption: str

    def do(self, stage: Stage) -> Answer:
        """Give it back."""
        return cancel_redemption(stage.engine, stage.caller(), self.redemption)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What is there again."""
        return {"state": body["state"], "balance": showing.balance(body["balance"])}


ACT = CancelRedemption
