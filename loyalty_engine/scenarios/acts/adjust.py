"""`adjust`: points given or taken by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import Adjustment
from loyalty_engine.rulebook.parsing.plain_values import read_integer
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in, named
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.points.adjust_points import adjust_points

KEYS = ("member", "unit", "points", "reason", "by", "at")


@dataclass(frozen=True, slots=True)
class AdjustPoints:
    """A correction of a balance."""

    word: ClassVar[str] = "adjust"
    shows: ClassVar[tuple[str, ...] | None] = ("balance",)
    member: str
    adjustment: Adjustment
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member`, `unit`, `points` with their sign; `reason`, `by` and `at` may be left out."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "an adjustment", KEYS, KEYS[:3])
        if entries is None:
            return MISREAD
        adjustment = Adjustment(
            entries.read("unit", named(program.units, "unit"), ""),
            entries.read("points", read_integer, 0),
            entries.read("reason", str, "goodwill"),
            entries.read("by", str, "scenario"),
        )
        at = entries.read("at", instant_in(program.zone), None)
        act = cls(entries.read("member", str, ""), adjustment, at)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is done."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Do it."""
        return adjust_points(stage.engine, stage.caller(), self.member, self.adjustment)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """The balance after it."""
        return {"balance": showing.balance(body["balance"])}


ACT = AdjustPoints
