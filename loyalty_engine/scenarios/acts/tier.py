"""`tier`: look at where a member stands, and what is missing to climb or to stay."""

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
from loyalty_engine.use_cases.show_tier import show_tier

SHOWN = (
    "tier", "since", "until", "next_tier", "missing", "keep_missing", "counted", "period_from",
    "period_until", "history", "benefits", "next_benefits",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShowTier:
    """A look at a tier `at` an instant that has come."""

    word: ClassVar[str] = "tier"
    shows: ClassVar[tuple[str, ...] | None] = SHOWN
    member: str
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member` and `at`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a look-up", ("member", "at"), ("member",))
        if entries is None:
            return MISREAD
        at = entries.read("at", instant_in(program.zone), None)
        act = cls(entries.read("member", str, ""), at)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is looked at."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Look."""
        return show_tier(stage.engine, stage.caller(), self.member)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """Standing and progress; the history by tier and reason."""
        history = [{"": row["tier"], **row} for row in body["history"]]
        return {key: body[key] for key in SHOWN} | {"history": history}


ACT = ShowTier
