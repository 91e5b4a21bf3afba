"""`extend`: let points last longer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import Extension
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in, named
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.points.correct_expiry import extend_points

KEYS = ("member", "unit", "until", "before", "reason", "by", "at")


@dataclass(frozen=True, slots=True)
class ExtendPoints:
    """Points that end sooner last `until` an instant, or for one full period from now."""

    word: ClassVar[str] = "extend"
    shows: ClassVar[tuple[str, ...] | None] = showing.LASTING_KEYS
    member: str
    asked: Extension
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member`, `unit`; `until`, `before`, `reason`, `by` and `at` may be left out."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a correction", KEYS, KEYS[:2])
        if entries is None:
            return MISREAD
        instant = instant_in(program.zone)
        asked = Extension(
            unit=entries.read("unit", named(program.units, "unit"), ""),
            reason=entries.read("reason", str, "goodwill"),
            by=entries.read("by", str, "scenario"),
            until=entries.read("until", instant, None),
            before=entries.read("before", instant, None),
        )
        at = entries.read("at", instant, None)
        act = cls(entries.read("member", str, ""), asked, at)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is done."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Do it."""
        return extend_points(stage.engine, stage.caller(), self.member, self.asked)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """How many points, their end, and the balance with them."""
        return showing.lasting(body)


ACT = ExtendPoints
