"""`balance`: look a balance up, now or as it was known before."""

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
from loyalty_engine.use_cases.points.show_balance import show_balance


@dataclass(frozen=True, slots=True)
class ShowBalance:
    """A look at a balance `at` an instant that has come, or `as_of` a past one."""

    word: ClassVar[str] = "balance"
    shows: ClassVar[tuple[str, ...] | None] = None
    member: str
    at: datetime | None
    as_of: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member`, and `at` or `as_of`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a look-up", ("member", "at", "as_of"), ("member",))
        if entries is None:
            return MISREAD
        read = instant_in(program.zone)
        act = cls(
            entries.read("member", str, ""),
            entries.read("at", read, None),
            entries.read("as_of", read, None),
        )
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is looked up."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Look."""
        return show_balance(stage.engine, stage.caller(), self.member, self.as_of)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What there is by unit."""
        return showing.balance(body["units"])


ACT = ShowBalance
