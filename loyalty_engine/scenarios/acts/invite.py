"""`invite`: a member of a household asks another one to join it."""

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
from loyalty_engine.use_cases.households.join_household import invite


@dataclass(frozen=True, slots=True)
class Invite:
    """An invitation `by` somebody who belongs to the household."""

    word: ClassVar[str] = "invite"
    shows: ClassVar[tuple[str, ...] | None] = showing.HOUSEHOLD_KEYS
    household: str
    by: str
    member: str
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`household`, `by`, `member`; `at` may be left out."""
        before = len(reader.findings.faults)
        entries = reader.entries(
            node,
            "an invitation",
            ("household", "by", "member", "at"),
            ("household", "by", "member"),
        )
        if entries is None:
            return MISREAD
        act = cls(
            entries.read("household", str, ""),
            entries.read("by", str, ""),
            entries.read("member", str, ""),
            entries.read("at", instant_in(program.zone), None),
        )
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is done."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Do it."""
        return invite(stage.engine, stage.caller(), self.household, self.by, self.member)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """The household."""
        return showing.household(body)


ACT = Invite
