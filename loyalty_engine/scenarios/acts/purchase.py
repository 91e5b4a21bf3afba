"""`purchase`: record a purchase, repeat one, or correct one by a higher revision."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.baskets import read_purchase
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.purchases.record_purchase import record_purchase


@dataclass(frozen=True, slots=True)
class RecordPurchase:
    """A purchase happened. `reservation` names the quote that reserved it, by that quote's id."""

    word: ClassVar[str] = "purchase"
    shows: ClassVar[tuple[str, ...] | None] = showing.RECEIPT_KEYS
    purchase: Purchase

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """The purchase as written."""
        purchase = read_purchase(node, reader, program)
        return MISREAD if purchase is MISREAD else cls(purchase)

    @property
    def when(self) -> datetime | None:
        """When it occurred."""
        return self.purchase.occurred_at

    def do(self, stage: Stage) -> Answer:
        """Record it."""
        purchase = stage.with_codes(self.purchase)
        if purchase.reservation is not None:
            name = stage.reservations.get(purchase.reservation, purchase.reservation)
            purchase = replace(purchase, reservation=name)
        answer = record_purchase(stage.engine, stage.caller(), purchase)
        stage.note_recorded(purchase.id, answer.body)
        return answer

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """The receipt."""
        return showing.receipt(body, stage)


ACT = RecordPurchase
