"""`claim`: a guest's purchase becomes a member's, with the secret on its receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import UNREAD, complete, instant_in
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.purchases.claim_purchase import claim_purchase


@dataclass(frozen=True, slots=True)
class ClaimPurchase:
    """A claim; the secret is the one printed on the receipt unless another is named."""

    word: ClassVar[str] = "claim"
    shows: ClassVar[tuple[str, ...] | None] = showing.RECEIPT_KEYS
    purchase: str
    member: str
    at: datetime
    secret: str | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`purchase`, `member`, `at`, and `secret` where it is a wrong one."""
        before = len(reader.findings.faults)
        keys = ("purchase", "member", "at", "secret")
        entries = reader.entries(node, "a claim", keys, keys[:3])
        if entries is None:
            return MISREAD
        act = cls(
            entries.read("purchase", str, ""),
            entries.read("member", str, ""),
            entries.read("at", instant_in(program.zone), UNREAD),
            entries.read("secret", str, None),
        )
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is claimed."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Claim it."""
        secret = self.secret or stage.secrets.get(self.purchase, "")
        return claim_purchase(stage.engine, stage.caller(), self.purchase, self.member, secret)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """The receipt that it has as the member's."""
        return showing.receipt(body, stage)


ACT = ClaimPurchase
