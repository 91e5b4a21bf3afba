"""`leave`: a member leaves a household."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.plain_act import PlainAct
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.households.leave_household import leave_household


@dataclass(frozen=True, slots=True)
class LeaveHousehold(PlainAct):
    """A member has an account of its own again, with the share that the programme declares."""

    word: ClassVar[str] = "leave"
    called: ClassVar[str] = "a leaving"
    shows: ClassVar[tuple[str, ...] | None] = ("tier", "balance")
    household: str
    member: str

    def do(self, stage: Stage) -> Answer:
        """Do it."""
        return leave_household(stage.engine, stage.caller(), self.household, self.member)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """The member after it."""
        return {"tier": body["tier"], "balance": showing.balance(body["balance"])}


ACT = LeaveHousehold
