"""`challenges`: look at how far a member is, and what is left for what."""

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
from loyalty_engine.use_cases.challenges.show_challenges import show_challenges

KEYS = ("member", "language", "at")


@dataclass(frozen=True, slots=True)
class ShowChallenges:
    """A look at a member's challenges `at` an instant that has come."""

    word: ClassVar[str] = "challenges"
    shows: ClassVar[tuple[str, ...] | None] = ("challenges",)
    member: str
    language: str | None
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member`, the `language` in which it is told, and `at`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a look at challenges", KEYS, KEYS[:1])
        if entries is None:
            return MISREAD
        act = cls(
            entries.read("member", str, ""),
            entries.read("language", str, None),
            entries.read("at", instant_in(program.zone), None),
        )
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is looked at."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Look."""
        return show_challenges(stage.engine, stage.caller(), self.member, self.language)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """Cards by their challenge; those that have ended by challenge and period."""
        return {"challenges": showing.challenges(body["challenges"])}


ACT = ShowChallenges
