"""`release`: let go of what a quote has reserved, or of a hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.purchases.release_reservation import release_reservation
from loyalty_engine.use_cases.spending.close_hold import release_hold


@dataclass(frozen=True, slots=True)
class ReleaseReservation:
    """The quote, by its purchase's id, whose reservation is let go; or the hold that is."""

    word: ClassVar[str] = "release"
    shows: ClassVar[tuple[str, ...] | None] = ("state",)
    quote: str
    hold: str
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`quote` or `hold`, and `at`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a release", ("quote", "hold", "at"))
        if entries is None:
            return MISREAD
        if ("quote" in entries) is ("hold" in entries):
            reader.fault(node, "a release needs either 'quote' or 'hold'")
            return MISREAD
        at = entries.read("at", instant_in(program.zone), None)
        act = cls(entries.read("quote", str, ""), entries.read("hold", str, ""), at)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is let go."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Let it go."""
        if self.hold:
            return release_hold(stage.engine, stage.caller(), self.hold)
        name = stage.reservations.get(self.quote, self.quote)
        return release_reservation(stage.engine, stage.caller(), name)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What became of it."""
        return {"state": body["state"]}


ACT = ReleaseReservation
