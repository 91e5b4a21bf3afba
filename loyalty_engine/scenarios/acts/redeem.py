"""`redeem`: a reward is taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import Take
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in, read_minor
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.spending.redeem_reward import redeem_reward

KEYS = ("id", "member", "reward", "store", "touchpoint", "paid", "at")


@dataclass(frozen=True, slots=True)
class RedeemReward:
    """A member takes a reward of the catalogue."""

    word: ClassVar[str] = "redeem"
    shows: ClassVar[tuple[str, ...] | None] = ("state", "points", "gave", "balance")
    asked: Take
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`id`, `member`, `reward`; `store`, `touchpoint`, `paid` and `at` may be left out."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a redemption", KEYS, KEYS[:3])
        if entries is None:
            return MISREAD
        asked = Take(
            entries.read("id", str, ""),
            entries.read("member", str, ""),
            entries.read("reward", str, ""),
            entries.read("store", str, ""),
            entries.read("touchpoint", str, ""),
            entries.read("paid", read_minor, 0),
        )
        act = cls(asked, entries.read("at", instant_in(program.zone), None))
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is taken."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Take it, and remember the code it may give under the redemption's id."""
        answer = redeem_reward(stage.engine, stage.caller(), self.asked)
        stage.note_code(self.asked.id, answer.body)
        return answer

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What it cost and gave."""
        return {
            "state": body["state"],
            "points": body["points"],
            "gave": body["gave"],
            "balance": showing.balance(body["balance"]),
        }


ACT = RedeemReward
