"""`cancel_gift`: support takes a gift back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.plain_act import PlainAct
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.gifts.cancel_gift import cancel_gift


@dataclass(frozen=True, slots=True)
class CancelGift(PlainAct):
    """What is left of a gift goes back to who gave it."""

    word: ClassVar[str] = "cancel_gift"
    called: ClassVar[str] = "a gift taken back"
    shows: ClassVar[tuple[str, ...] | None] = ("state", "returned", "balance")
    gift: str

    def do(self, stage: Stage) -> Answer:
        """Take it back."""
        return cancel_gift(stage.engine, stage.caller(), self.gift, "a mistake", "scenario")

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """How many points came back, and what the giver has with them."""
        return showing.gift(body)


ACT = CancelGift
