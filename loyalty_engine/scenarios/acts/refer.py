"""`refer`: a member says by whom it came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in, mapped, text_value
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.referrals.claim_referral import claim_referral

KEYS = ("member", "by", "signals", "at")


@dataclass(frozen=True, slots=True)
class Refer:
    """A member says `by` whose code it came, and is seen with `signals` where told."""

    word: ClassVar[str] = "refer"
    shows: ClassVar[tuple[str, ...] | None] = ("state",)
    member: str
    by: str
    signals: Mapping[str, str]
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member`, `by` whom it came, `signals` and `at`."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a referral", KEYS, KEYS[:2])
        if entries is None:
            return MISREAD
        act = cls(
            entries.read("member", str, ""),
            entries.read("by", str, ""),
            entries.parse("signals", mapped(str, text_value(str)), {}),
            entries.read("at", instant_in(program.zone), None),
        )
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is said."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Say it."""
        code = stage.referrers.get(self.by, self.by)
        return claim_referral(stage.engine, stage.caller(), self.member, code, self.signals)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What came of it."""
        return {"state": body["state"]}


ACT = Refer
