"""`give_up`: a redemption is cancelled."""

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
from loyalty_engine.use_cases.cancel_redemption import cancel_redemption


@dataclass(frozen=True, slots=True)
class CancelRedemption:
    """A reward is given back: points, stock, limits and status are as before."""

    word: ClassVar[str] = "give_up"
    shows: ClassVar[tuple[str, ...] | None] = ("state", "balance")
    redemption: str
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`redemption` and `at`."""
        before = len(reader.findings.faults)
        keys = ("redemption", "at")
        entries = reader.entries(node, "a cancelled redemption", keys, keys[:1])
        if entries is None:
            return MISREAD
        at = entries.read("at", instant_in(program.zone), None)
        act = cls(entries.read("redemption", str, ""), at)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is given back."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Give it back."""
        return cancel_redemption(stage.engine, stage.caller(), self.redemption)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What is there again."""
        return {"state": body["state"], "balance": showing.balance(body["balance"])}


ACT = CancelRedemption
