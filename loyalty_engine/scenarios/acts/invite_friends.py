"""`invite_friends`: a member gets the code by which friends name it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from loyalty_engine.scenarios.plain_act import PlainAct
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.referrals.claim_referral import invite_friends


@dataclass(frozen=True, slots=True)
class InviteFriends(PlainAct):
    """A member gets its code for friends, who come `by` it in later steps."""

    word: ClassVar[str] = "invite_friends"
    called: ClassVar[str] = "an invitation"
    shows: ClassVar[tuple[str, ...] | None] = ("good_until",)
    member: str

    def do(self, stage: Stage) -> Answer:
        """Ask for the code."""
        return invite_friends(stage.engine, stage.caller(), self.member)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """Until when it is good; the code is remembered under the member's id."""
        stage.referrers[self.member] = body["code"]
        return {"good_until": body["good_until"]}


ACT = InviteFriends
