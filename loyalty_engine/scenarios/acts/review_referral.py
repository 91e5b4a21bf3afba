"""`review_referral`: somebody decides about how a member came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader, one_of
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.referrals.review_referral import (
    REFUSE,
    RELEASE,
    Review,
    review_referral,
)

KEYS = ("member", "decision", "at")


@dataclass(frozen=True, slots=True)
class ReviewReferral:
    """How a member came is released, or refused, by hand."""

    word: ClassVar[str] = "review_referral"
    shows: ClassVar[tuple[str, ...] | None] = ("state", "held", "reason")
    member: str
    decision: str
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member`, who came by somebody, `decision` (`release` or `refuse`) and `at`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a review", KEYS, KEYS[:2])
        if entries is None:
            return MISREAD
        decisions = (RELEASE, REFUSE)
        act = cls(
            entries.read("member", str, ""),
            entries.read("decision", partial(one_of, known=decisions, what="decision"), ""),
            entries.read("at", instant_in(program.zone), None),
        )
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is decided."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Decide it."""
        review = Review(self.decision, "as the scenario says", "scenario")
        return review_referral(stage.engine, stage.caller(), self.member, review)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """The referral after it."""
        return {key: body[key] for key in ("state", "held", "reason")}


ACT = ReviewReferral
