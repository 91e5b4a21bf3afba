"""`credit`: store credit is given to a member, or looked up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in, read_minor
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.stored_value.store_credit import (
    GiveCredit,
    give_store_credit,
    show_store_credit,
)

KEYS: Final = ("member", "amount", "at")


@dataclass(frozen=True, slots=True)
class GiveOrShowCredit:
    """Store credit that a member gets, with `amount`, or has, without; what can be spent of it."""

    word: ClassVar[str] = "credit"
    shows: ClassVar[tuple[str, ...] | None] = ("available", "ends_at")
    member: str
    amount: int | None
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member`, `amount` in minor units where some is given, and `at`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a credit", KEYS, KEYS[:1])
        if entries is None:
            return MISREAD
        act = cls(
            entries.read("member", str, ""),
            entries.read("amount", read_minor, None),
            entries.read("at", instant_in(program.zone), None),
        )
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is given."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Give it, or look."""
        engine, caller = stage.engine, stage.caller()
        if self.amount is None:
            return show_store_credit(engine, caller, self.member)
        asked = GiveCredit(self.amount, "scenario", "scenario")
        return give_store_credit(engine, caller, self.member, asked)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What can be spent, of this credit or of all."""
        return {"available": body["available"], "ends_at": body.get("ends_at")}


ACT = GiveOrShowCredit
