"""`review`: a member's tier is reviewed, as the worker does when a period is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from loyalty_engine.ports import Address
from loyalty_engine.scenarios.plain_act import PlainAct
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.tiers.review_tier import review_tier


@dataclass(frozen=True, slots=True)
class ReviewTier(PlainAct):
    """A tier is kept or lost by what counts, and points that go by tiers last accordingly."""

    word: ClassVar[str] = "review"
    called: ClassVar[str] = "a review"
    shows: ClassVar[tuple[str, ...] | None] = ("changed", "tier")
    member: str

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
