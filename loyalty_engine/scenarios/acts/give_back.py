"""`return`: some units of some lines come back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import Return
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.baskets import read_return
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.returns.record_return import record_return


@dataclass(frozen=True, slots=True)
class RecordReturn:
    """A return; `exchange` is the purchase that goes out in its place."""

    word: ClassVar[str] = "return"
    shows: ClassVar[tuple[str, ...] | None] = showing.RETURN_KEYS
    purchase: str
    back: Return

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """The return as written."""
        told = read_return(node, reader, program)
        return MISREAD if told is MISREAD else cls(*told)

    @property
    def when(self) -> datetime | None:
        """When it came back."""
        return self.back.occurred_at

    def do(self, stage: Stage) -> Answer:
        """Record it."""
        answer = record_return(stage.engine, stage.caller(), self.purchase, self.back)
        if self.back.exchange is not None:
            stage.note_recorded(self.back.exchange.id, b"")
        return answer

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What came back."""
        return showing.undone(body)


ACT = RecordReturn
