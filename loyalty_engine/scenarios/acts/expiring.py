"""`expiring`: look at which points end when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in, read_points
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.points.show_expiring import show_expiring

KEYS = ("member", "months", "at")


@dataclass(frozen=True, slots=True)
class ShowExpiring:
    """A look at what ends in the next `months` (12)."""

    word: ClassVar[str] = "expiring"
    shows: ClassVar[tuple[str, ...] | None] = None
    member: str
    months: int
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member`; `months` and `at` may be left out."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a look-up", KEYS, KEYS[:1])
        if entries is None:
            return MISREAD
        at = entries.read("at", instant_in(program.zone), None)
        months = entries.read("months", read_points, 12)
        act = cls(entries.read("member", str, ""), months, at)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is looked at."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Look."""
        return show_expiring(stage.engine, stage.caller(), self.member, self.months)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """By unit, the points by the last day on which they can be spent."""
        return {
            unit: {it["last_day"]: it["points"] for it in ends}
            for unit, ends in body["units"].items()
        }


ACT = ShowExpiring
