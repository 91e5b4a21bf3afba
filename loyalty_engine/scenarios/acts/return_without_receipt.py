"""`return_without_receipt`: products come back that no receipt tells of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import UnreceiptedLine, UnreceiptedReturn
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import (
    UNREAD,
    complete,
    instant_in,
    listed,
    read_quantity,
)
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.returns.return_without_receipt import return_without_receipt

KEYS = ("member", "occurred_at", "lines", "reason")


@dataclass(frozen=True, slots=True)
class ReturnWithoutReceipt:
    """What the member earned on the products of late is taken back, newest purchases first."""

    word: ClassVar[str] = "return_without_receipt"
    shows: ClassVar[tuple[str, ...] | None] = (
        "refund", "matched", "unmatched", "points_taken", "tier",
    )  # fmt: skip
    member: str
    back: UnreceiptedReturn

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member`, `occurred_at`, `lines` of `sku` and `quantity`; `reason` may be left out."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a return without a receipt", KEYS, KEYS[:3])
        if entries is None:
            return MISREAD
        back = UnreceiptedReturn(
            entries.read("occurred_at", instant_in(program.zone), UNREAD),
            entries.read("reason", str, "no receipt"),
            entries.parse("lines", listed(_read_line), ()),
        )
        act = cls(entries.read("member", str, ""), back)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When they came back."""
        return self.back.occurred_at

    def do(self, stage: Stage) -> Answer:
        """Record it."""
        return return_without_receipt(stage.engine, stage.caller(), self.member, self.back)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What was taken of which purchases, and by product what no purchase has left."""
        return {
            **body,
            "matched": [f"{it['purchase']} {it['line']}" for it in body["matched"]],
            "unmatched": {it["sku"]: it["quantity"] for it in body["unmatched"]},
            "tier": showing.tier(body["tier"]),
        }


def _read_line(node: Node, reader: Reader) -> UnreceiptedLine | Missing:
    before = len(reader.findings.faults)
    entries = reader.entries(node, "a line", ("sku", "quantity"), ("sku",))
    if entries is None:
        return MISREAD
    line = UnreceiptedLine(
        entries.read("sku", str, ""), entries.read("quantity", read_quantity, 1000)
    )
    return line if complete(entries, before) else MISREAD


ACT = ReturnWithoutReceipt
