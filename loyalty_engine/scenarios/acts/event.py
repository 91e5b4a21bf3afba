"""`event`: something that is no purchase happened to a member."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import EventRequest
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import (
    UNREAD,
    complete,
    instant_in,
    mapped,
    named,
    read_scalar,
)
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.happenings.record_event import record_event

KEYS = ("id", "kind", "member", "occurred_at", "data")


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """An event of a declared kind. `data` may be left out where the kind needs nothing told."""

    word: ClassVar[str] = "event"
    shows: ClassVar[tuple[str, ...] | None] = showing.EVENT_KEYS
    told_of: EventRequest

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`id`, `kind`, `member`, `occurred_at`, and what it tells under `data`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "an event", KEYS, KEYS[:4])
        if entries is None:
            return MISREAD
        asked = EventRequest(
            entries.read("id", str, ""),
            entries.read("kind", named(program.events, "kind of event"), ""),
            entries.read("member", str, ""),
            entries.read("occurred_at", instant_in(program.zone), UNREAD),
            entries.parse("data", mapped(str, read_scalar), {}),
        )
        return cls(asked) if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it occurred."""
        return self.told_of.occurred_at

    def do(self, stage: Stage) -> Answer:
        """Record it."""
        return record_event(stage.engine, stage.caller(), self.told_of)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What came of it."""
        return showing.event(body, stage)


ACT = RecordEvent
