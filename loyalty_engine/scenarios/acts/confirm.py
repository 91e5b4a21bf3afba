"""`confirm`: a member proves who it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from loyalty_engine.scenarios.plain_act import PlainAct
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.members.confirm_member import Proof, confirm_member


@dataclass(frozen=True, slots=True)
class ConfirmMember(PlainAct):
    """A member has proved who it is, as points of one who has long been silent need it."""

    word: ClassVar[str] = "confirm"
    called: ClassVar[str] = "a proof"
    shows: ClassVar[tuple[str, ...] | None] = ("confirmed_at",)
    member: str

    def do(self, stage: Stage) -> Answer:
        """Tell of it."""
        proof = Proof("as the scenario says", "scenario")
        return confirm_member(stage.engine, stage.caller(), self.member, proof)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """When that was."""
        return {"confirmed_at": body["confirmed_at"]}


ACT = ConfirmMember
