"""`enter`: a member takes part in a challenge of its own accord, or leaves it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.challenges.enter_challenge import enter_challenge, leave_challenge

KEYS = ("member", "challenge", "leaves", "at")


@dataclass(frozen=True, slots=True)
class EnterChallenge:
    """A member enters a challenge; with `leaves: yes` it leaves it."""

    word: ClassVar[str] = "enter"
    shows: ClassVar[tuple[str, ...] | None] = ("entered", "state")
    member: str
    challenge: str
    leaves: bool
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member`, `challenge`, `leaves` and `at`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "an entry", KEYS, KEYS[:2])
        if entries is None:
            return MISREAD
        act = cls(
            entries.read("member", str, ""),
            entries.read("challenge", str, ""),
            entries.parse("leaves", parser_for(bool).read, False),
            entries.read("at", instant_in(program.zone), None),
        )
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it enters or leaves."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Enter, or leave."""
        change = leave_challenge if self.leaves else enter_challenge
        return change(stage.engine, stage.caller(), self.member, self.challenge)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """Whether it takes part, and how the challenge stands."""
        return {"entered": body["entered"], "state": body["state"]}


ACT = EnterChallenge
