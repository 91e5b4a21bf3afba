"""`tier`: look at where a member stands, and what is missing to climb or to stay."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from loyalty_engine.scenarios.plain_act import PlainAct
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.tiers.show_tier import show_tier

SHOWN = (
    "tier", "since", "until", "next_tier", "missing", "keep_missing", "counted", "period_from",
    "period_until", "history", "benefits", "next_benefits",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShowTier(PlainAct):
    """A look at a tier `at` an instant that has come."""

    word: ClassVar[str] = "tier"
    called: ClassVar[str] = "a look-up"
    shows: ClassVar[tuple[str, ...] | None] = SHOWN
    member: str

    def do(self, stage: Stage) -> Answer:
        """Look."""
        return show_tier(stage.engine, stage.caller(), self.member)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """Standing and progress; the history by tier and reason."""
        history = [{"": row["tier"], **row} for row in body["history"]]
        return {key: body[key] for key in SHOWN} | {"history": history}


ACT = ShowTier
