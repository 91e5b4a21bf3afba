"""`capture`: points held are taken, all of them or fewer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import Capture
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in, read_points
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.spending.close_hold import capture_hold


@dataclass(frozen=True, slots=True)
class CaptureHold:
    """The hold whose points are taken; `points` where not all of them are."""

    word: ClassVar[str] = "capture"
    shows: ClassVar[tuple[str, ...] | None] = ("state", "captured", "balance")
    hold: str
    asked: Capture
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`hold`, `points` and `at`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a capture", ("hold", "points", "at"), ("hold",))
        if entries is None:
            return MISREAD
        asked = Capture(entries.read("points", read_points, None))
        at = entries.read("at", instant_in(program.zone), None)
        act = cls(entries.read("hold", str, ""), asked, at)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is captured."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Capture it."""
        return capture_hold(stage.engine, stage.caller(), self.hold, self.asked)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """How many points were taken, and what is left."""
        return {
            "state": body["state"],
            "captured": body["captured"],
            "balance": showing.balance(body["balance"]),
        }


ACT = CaptureHold
