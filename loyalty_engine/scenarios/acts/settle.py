"""`settle`: book what time has brought, as the worker does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Address
from loyalty_engine.rulebook.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.yaml_nodes import Node
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.receipt import to_json
from loyalty_engine.use_cases.settle_account import settle_account
from loyalty_engine.use_cases.show_member import known


@dataclass(frozen=True, slots=True)
class SettleAccount:
    """Points that are due become available, lapse, or come back from a reservation."""

    word: ClassVar[str] = "settle"
    shows: ClassVar[tuple[str, ...] | None] = ("entries",)
    member: str
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member` and `at`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a settling", ("member", "at"), ("member",))
        if entries is None:
            return MISREAD
        at = entries.read("at", instant_in(program.zone), None)
        act = cls(entries.read("member", str, ""), at)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is done."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Do it."""
        with stage.engine.storage.read(stage.room) as view:
            number = known(view, Address("member", self.member)).number
        made = settle_account(stage.engine, stage.room, number, stage.clock.now())
        return Answer(200, to_json({"entries": made}))

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """How many entries that made."""
        return body


ACT = SettleAccount
