"""`gift`: a member gives points to another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import GiftRequest
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in, named, read_points
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.gifts.give_points import give_points

KEYS = ("id", "from", "to", "unit", "points", "message", "at")


@dataclass(frozen=True, slots=True)
class GivePoints:
    """Points of a unit go from one member to another."""

    word: ClassVar[str] = "gift"
    shows: ClassVar[tuple[str, ...] | None] = ("state", "lots", "balance")
    asked: GiftRequest
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`id`, `from`, `to`, `unit`, `points`; `message` and `at` may be left out."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a gift", KEYS, KEYS[:5])
        if entries is None:
            return MISREAD
        asked = GiftRequest(
            entries.read("id", str, ""),
            entries.read("from", str, ""),
            entries.read("to", str, ""),
            entries.read("unit", named(program.units, "unit"), ""),
            entries.read("points", read_points, 0),
            entries.read("message", str, ""),
        )
        act = cls(asked, entries.read("at", instant_in(program.zone), None))
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When they are given."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Give them."""
        return give_points(stage.engine, stage.caller(), self.asked)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """Which lots went, and what the giver is left with."""
        return showing.gift(body)


ACT = GivePoints
