"""`confirm`: a member proves who it is."""

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
from loyalty_engine.use_cases.confirm_member import Proof, confirm_member


@dataclass(frozen=True, slots=True)
class ConfirmMember:
    """A member has proved who it is, as points of one who has long been silent need it."""

    word: ClassVar[str] = "confirm"
    shows: ClassVar[tuple[str, ...] | None] = ("confirmed_at",)
    member: str
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member` and `at`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a proof", ("member", "at"), ("member",))
        if entries is None:
            return MISREAD
        at = entries.read("at", instant_in(program.zone), None)
        act = cls(entries.read("member", str, ""), at)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it does."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Tell of it."""
        proof = Proof("as the scenario says", "scenario")
        return confirm_member(stage.engine, stage.caller(), self.member, proof)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """When that was."""
        return {"confirmed_at": body["confirmed_at"]}


ACT = ConfirmMember
