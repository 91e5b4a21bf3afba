"""`cancel`: what is left of a purchase is undone."""

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
from loyalty_engine.use_cases.cancel_purchase import cancel_purchase


@dataclass(frozen=True, slots=True)
class CancelPurchase:
    """A purchase is cancelled."""

    word: ClassVar[str] = "cancel"
    shows: ClassVar[tuple[str, ...] | None] = showing.RETURN_KEYS
    purchase: str
    occurred_at: datetime

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`purchase` and `occurred_at`."""
        before = len(reader.findings.faults)
        keys = ("purchase", "occurred_at")
        entries = reader.entries(node, "a cancellation", keys, keys)
        if entries is None:
            return MISREAD
        at = entries.read("occurred_at", instant_in(program.zone), UNREAD)
        act = cls(entries.read("purchase", str, ""), at)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it was cancelled."""
        return self.occurred_at

    def do(self, stage: Stage) -> Answer:
        """Cancel it."""
        return cancel_purchase(stage.engine, stage.caller(), self.purchase, self.occurred_at)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What came back."""
        return showing.undone(body)


ACT = CancelPurchase
