"""`quote`: ask what a purchase would give; with `reserve: yes` also hold what it promises."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

import msgspec

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.rulebook.parsing.plain_values import read_truth
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.baskets import PURCHASE_KEYS, purchase_of
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.purchases.quote_purchase import quote_purchase


@dataclass(frozen=True, slots=True)
class QuotePurchase:
    """What would come of a purchase."""

    word: ClassVar[str] = "quote"
    shows: ClassVar[tuple[str, ...] | None] = showing.RECEIPT_KEYS
    purchase: Purchase
    reserve: bool

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """A purchase, and `reserve`."""
        before = len(reader.findings.faults)
        keys = (*PURCHASE_KEYS, "reserve")
        entries = reader.entries(node, "a quote", keys, ("id", "occurred_at", "lines"))
        if entries is None:
            return MISREAD
        act = cls(purchase_of(entries, program), entries.read("reserve", read_truth, False))
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it would occur."""
        return self.purchase.occurred_at

    def do(self, stage: Stage) -> Answer:
        """Ask, and remember the reservation under the purchase's id."""
        purchase = stage.with_codes(self.purchase)
        answer = quote_purchase(stage.engine, stage.caller(), purchase, self.reserve)
        if self.reserve:
            name = msgspec.json.decode(answer.body)["reservation"]
            stage.reservations[self.purchase.id] = name
        return answer

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """The receipt that it would get."""
        return showing.receipt(body, stage)


ACT = QuotePurchase
