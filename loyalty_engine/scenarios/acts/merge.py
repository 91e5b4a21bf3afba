"""`merge`: two members turn out to be one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.merges.merge_members import merge_members


@dataclass(frozen=True, slots=True)
class MergeMembers:
    """The member `from` is `member` from then on."""

    word: ClassVar[str] = "merge"
    shows: ClassVar[tuple[str, ...] | None] = ("tier", "balance")
    member: str
    other: str
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member`, who stays, and `from`, who was the same; `at` may be left out."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a merge", ("member", "from", "at"), ("member", "from"))
        if entries is None:
            return MISREAD
        act = cls(
            entries.read("member", str, ""),
            entries.read("from", str, ""),
            entries.read("at", instant_in(program.zone), None),
        )
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is done."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Do it."""
        return merge_members(stage.engine, stage.caller(), self.member, self.other)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """The one who stays."""
        return {"tier": body["tier"], "balance": showing.balance(body["balance"])}


ACT = MergeMembers
