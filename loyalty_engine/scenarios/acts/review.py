"""`review`: a member's tier is reviewed, as the worker does when a period is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Address
from loyalty_engine.rulebook.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.yaml_nodes import Node
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.receipt import to_json
from loyalty_engine.use_cases.review_tier import review_tier
from loyalty_engine.use_cases.show_member import known


@dataclass(frozen=True, slots=True)
class ReviewTier:
    """A tier is kept or lost by what counts, and points that go by tiers last accordingly."""

    word: ClassVar[str] = "review"
    shows: ClassVar[tuple[str, ...] | None] = ("changed", "tier")
    member: str
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member` and `at`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a review", ("member", "at"), ("member",))
        if entries is None:
            return MISREAD
        at = entries.read("at", instant_in(program.zone), None)
        act = cls(entries.read("member", str, ""), at)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is done."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Do it."""
        who = Address("member", self.member)
        with stage.engine.storage.read(stage.room) as view:
            number = known(view, who).number
        changed = review_tier(stage.engine, stage.room, number, stage.clock.now())
        with stage.engine.storage.read(stage.room) as view:
            tier = known(view, who).tier.tier
        return Answer(200, to_json({"changed": changed, "tier": tier}))

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """Whether the tier changed, and the tier after it."""
        return body


ACT = ReviewTier
