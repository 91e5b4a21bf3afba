"""`open_household`: a member opens a household that others can join."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.plain_act import PlainAct
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.households.join_household import open_household


@dataclass(frozen=True, slots=True)
class OpenHousehold(PlainAct):
    """A household with its first member."""

    word: ClassVar[str] = "open_household"
    called: ClassVar[str] = "a household"
    shows: ClassVar[tuple[str, ...] | None] = showing.HOUSEHOLD_KEYS
    household: str
    member: str

    def do(self, stage: Stage) -> Answer:
        """Do it."""
        return open_household(stage.engine, stage.caller(), self.household, self.member)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """The household."""
        return showing.household(body)


ACT = OpenHousehold
