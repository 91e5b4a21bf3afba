"""`household`: look at who belongs to a household and what there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.plain_act import PlainAct
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.households.leave_household import show_household


@dataclass(frozen=True, slots=True)
class ShowHousehold(PlainAct):
    """A look at a household `at` an instant that has come."""

    word: ClassVar[str] = "household"
    called: ClassVar[str] = "a look-up"
    shows: ClassVar[tuple[str, ...] | None] = showing.HOUSEHOLD_KEYS
    household: str

    def do(self, stage: Stage) -> Answer:
        """Do it."""
        return show_household(stage.engine, stage.caller(), self.household)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """The household."""
        return showing.household(body)


ACT = ShowHousehold
