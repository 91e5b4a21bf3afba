"""`entries`: look at how points moved, the ledger's own record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in, named
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.points.list_entries import list_entries

MOST = 10_000


@dataclass(frozen=True, slots=True)
class ListEntries:
    """The moves of a member's points, all or those of one purchase, one unit, one kind."""

    word: ClassVar[str] = "entries"
    shows: ClassVar[tuple[str, ...] | None] = ("moves",)
    member: str
    at: datetime | None
    only: Mapping[str, str]

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member`, and `purchase`, `unit`, `kind` where not all are meant."""
        before = len(reader.findings.faults)
        keys = ("member", "at", "purchase", "unit", "kind")
        entries = reader.entries(node, "a look-up", keys, ("member",))
        if entries is None:
            return MISREAD
        only = {
            "purchase": entries.read("purchase", str, None),
            "unit": entries.read("unit", named(program.units, "unit"), None),
            "kind": entries.read("kind", str, None),
        }
        act = cls(
            entries.read("member", str, ""),
            entries.read("at", instant_in(program.zone), None),
            {key: value for key, value in only.items() if value is not None},
        )
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is looked at."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Look."""
        return list_entries(stage.engine, stage.caller(), self.member, None, MOST)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """The moves, oldest first; alone, each is `from > to points`."""
        chosen = [row for row in body["entries"] if self.only.items() <= row.items()]
        return {
            "moves": [{"": f"{row['from']} > {row['to']} {row['points']}", **row} for row in chosen]
        }


ACT = ListEntries
