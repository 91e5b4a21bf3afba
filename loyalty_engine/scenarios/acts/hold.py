"""`hold`: points set aside before a payment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import HoldRequest
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in, named, read_points
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.spending.place_hold import place_hold

KEYS = ("id", "member", "unit", "points", "minutes", "at")


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """Points of a unit that nobody can spend until they are captured, released or lapse."""

    word: ClassVar[str] = "hold"
    shows: ClassVar[tuple[str, ...] | None] = ("state", "balance")
    asked: HoldRequest
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`id`, `member`, `unit`, `points`; `minutes` and `at` may be left out."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a hold", KEYS, KEYS[:4])
        if entries is None:
            return MISREAD
        minutes = entries.read("minutes", read_points, None)
        asked = HoldRequest(
            entries.read("id", str, ""),
            entries.read("member", str, ""),
            entries.read("unit", named(program.units, "unit"), ""),
            entries.read("points", read_points, 0),
            None if minutes is None else minutes * 60,
        )
        act = cls(asked, entries.read("at", instant_in(program.zone), None))
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is placed."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Place it."""
        return place_hold(stage.engine, stage.caller(), self.asked)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What it holds, and what is left beside it."""
        return {"state": body["state"], "balance": showing.balance(body["balance"])}


ACT = PlaceHold
