"""`cancel_event`: an event that is no purchase did not happen after all."""

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
from loyalty_engine.use_cases.cancel_event import cancel_event


@dataclass(frozen=True, slots=True)
class CancelEvent:
    """An event is cancelled, and what it gave is taken back."""

    word: ClassVar[str] = "cancel_event"
    shows: ClassVar[tuple[str, ...] | None] = showing.EVENT_BACK_KEYS
    event: str
    occurred_at: datetime

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`event` and `occurred_at`."""
        before = len(reader.findings.faults)
        keys = ("event", "occurred_at")
        entries = reader.entries(node, "a cancellation", keys, keys)
        if entries is None:
            return MISREAD
        at = entries.read("occurred_at", instant_in(program.zone), UNREAD)
        act = cls(entries.read("event", str, ""), at)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it was cancelled."""
        return self.occurred_at

    def do(self, stage: Stage) -> Answer:
        """Cancel it."""
        return cancel_event(stage.engine, stage.caller(), self.event, self.occurred_at)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What came back."""
        return {key: body[key] for key in ("state", "points_taken", "points_given")} | {
            "tier": showing.tier(body["tier"]),
            "balance": showing.balance(body["balance"]),
            "challenges": showing.challenges(body.get("challenges", ())),
        }


ACT = CancelEvent
