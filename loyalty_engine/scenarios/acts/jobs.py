"""`jobs`: time has passed, and the worker does for everybody what has become due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import UNREAD, complete, instant_in
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.challenges.close_cards import close_cards
from loyalty_engine.use_cases.points.settle_account import settle_account
from loyalty_engine.use_cases.stored_value.settle_purse import settle_purse
from loyalty_engine.use_cases.tiers.review_tier import review_tier


@dataclass(frozen=True, slots=True)
class RunJobs:
    """Points become available and expire, holds and reservations lapse, tiers are reviewed."""

    word: ClassVar[str] = "jobs"
    shows: ClassVar[tuple[str, ...] | None] = ("entries", "tiers_changed", "cards_told")
    at: datetime

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`at`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "the jobs", ("at",), ("at",))
        if entries is None:
            return MISREAD
        act = cls(entries.read("at", instant_in(program.zone), UNREAD))
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When they run."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Run them, each member in a transaction of its own."""
        engine, room, now = stage.engine, stage.room, stage.clock.now()
        with stage.storage.read(room) as view:
            due = {
                *view.accounts_due(now),
                *view.members_with_lapsed(now),
                *view.members_with_lapsed_holds(now),
            }
            to_review = view.members_to_review(now)
            cards = view.cards_due(now)
            purses = view.purses_due(now)
        made = sum(settle_account(engine, room, number, now) for number in sorted(due))
        made += sum(settle_purse(engine, room, number, now) for number in purses)
        changed = sum(review_tier(engine, room, number, now) for number in to_review)
        told = sum(close_cards(engine, room, owner, now) for owner in cards)
        return Answer(200, to_json({"entries": made, "tiers_changed": changed, "cards_told": told}))

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """How many entries that made, how many tiers are others, how many cards ended or broke."""
        return body


ACT = RunJobs
