"""`cancel_gift`: support takes a gift back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.cancel_gift import cancel_gift


@dataclass(frozen=True, slots=True)
class CancelGift:
    """What is left of a gift goes back to who gave it."""

    word: ClassVar[str] = "cancel_gift"
    shows: ClassVar[tuple[str, ...] | None] = ("state", "returned", "balance")
    gift: str
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`gift` and `at`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a gift taken back", ("gift", "at"), ("gift",))
        if entries is None:
            return MISREAD
        at = entries.read("at", instant_in(program.zone), None)
        act = cls(entries.read("gift", str, ""), at)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is taken back."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Take it back."""
        return cancel_gift(stage.engine, stage.caller(), self.gift, "a mistake", "scenario")

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """How many points came back, and what the giver has with them."""
        return showing.gift(body)


ACT = CancelGift
