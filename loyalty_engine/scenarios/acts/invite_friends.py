"""`invite_friends`: a member gets the code by which friends name it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.yaml_nodes import Node
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.claim_referral import invite_friends


@dataclass(frozen=True, slots=True)
class InviteFriends:
    """A member gets its code for friends, who come `by` it in later steps."""

    word: ClassVar[str] = "invite_friends"
    shows: ClassVar[tuple[str, ...] | None] = ("good_until",)
    member: str
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member` and `at`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "an invitation", ("member", "at"), ("member",))
        if entries is None:
            return MISREAD
        at = entries.read("at", instant_in(program.zone), None)
        act = cls(entries.read("member", str, ""), at)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is asked for."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Ask for the code."""
        return invite_friends(stage.engine, stage.caller(), self.member)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """Until when it is good; the code is remembered under the member's id."""
        stage.referrers[self.member] = body["code"]
        return {"good_until": body["good_until"]}


ACT = InviteFriends
