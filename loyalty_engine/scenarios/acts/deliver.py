"""`deliver`: a purchase arrives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import UNREAD, complete, instant_in
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.deliver_purchase import deliver_purchase

KEYS = ("purchase", "occurred_at")


@dataclass(frozen=True, slots=True)
class DeliverPurchase:
    """A purchase arrives: points that waited for that can be spent."""

    word: ClassVar[str] = "deliver"
    shows: ClassVar[tuple[str, ...] | None] = ("points", "balance")
    purchase: str
    occurred_at: datetime

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`purchase` and `occurred_at`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a delivery", KEYS, KEYS)
        if entries is None:
            return MISREAD
        at = entries.read("occurred_at", instant_in(program.zone), UNREAD)
        act = cls(entries.read("purchase", str, ""), at)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it arrives."""
        return self.occurred_at

    def do(self, stage: Stage) -> Answer:
        """Tell of it."""
        return deliver_purchase(stage.engine, stage.caller(), self.purchase, self.occurred_at)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """The points that waited for it, by unit, and the balance with them."""
        return {"points": body["points"], "balance": showing.balance(body["balance"])}


ACT = DeliverPurchase
