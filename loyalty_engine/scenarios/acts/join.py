"""`join`: a member joins a household."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.parsing.plain_values import read_truth
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.households.join_household import accept, add_to_household

KEYS = ("household", "member", "staff", "at")


@dataclass(frozen=True, slots=True)
class JoinHousehold:
    """By an invitation that stands, or without one where the `staff` does it."""

    word: ClassVar[str] = "join"
    shows: ClassVar[tuple[str, ...] | None] = showing.HOUSEHOLD_KEYS
    household: str
    member: str
    staff: bool
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`household`, `member`; `staff` and `at` may be left out."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a joining", KEYS, KEYS[:2])
        if entries is None:
            return MISREAD
        act = cls(
            entries.read("household", str, ""),
            entries.read("member", str, ""),
            entries.read("staff", read_truth, False),
            entries.read("at", instant_in(program.zone), None),
        )
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is done."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Do it."""
        act = add_to_household if self.staff else accept
        return act(stage.engine, stage.caller(), self.household, self.member)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """The household."""
        return showing.household(body)


ACT = JoinHousehold
