"""`cancel_event`: an event that is no purchase did not happen after all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.plain_act import DatedAct
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.happenings.cancel_event import cancel_event


@dataclass(frozen=True, slots=True)
class CancelEvent(DatedAct):
    """An event is cancelled, and what it gave is taken back."""

    word: ClassVar[str] = "cancel_event"
    called: ClassVar[str] = "a cancellation"
    shows: ClassVar[tuple[str, ...] | None] = showing.EVENT_BACK_KEYS
    event: str

    def do(self, stage: Stage) -> Answer:
        """Cancel it."""
        return cancel_event(stage.engine, stage.caller(), self.event, self.occurred_at)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What came back."""
        return {key: body[key] for key in ("state", "points_taken", "points_given")} | {
            "tier": showing.tier(body["tier"]),
            "balance": showing.balance(body["balance"]),
            "challenges": showing.challenges(body.get("challenges", ())),
        }


ACT = CancelEvent
