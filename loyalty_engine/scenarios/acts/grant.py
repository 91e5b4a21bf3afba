"""`grant`: give a tier by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.tiers import Grant, GrantMode
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader, one_of
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import UNREAD, complete, instant_in
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.tiers.grant_tier import grant_tier

KEYS = ("member", "tier", "from", "until", "mode")
MODES = tuple(str(mode) for mode in GrantMode)


@dataclass(frozen=True, slots=True)
class GrantTier:
    """A tier from an instant on, to just before `until`."""

    word: ClassVar[str] = "grant"
    shows: ClassVar[tuple[str, ...] | None] = ("tier",)
    member: str
    grant: Grant

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`member`, `tier`, `from`; `until` and `mode` may be left out."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a grant", KEYS, KEYS[:3])
        if entries is None:
            return MISREAD
        read = instant_in(program.zone)
        mode = entries.read("mode", lambda text: one_of(text, MODES, "mode"), None)
        grant = Grant(
            entries.read("tier", lambda text: one_of(text, program.tiers.rank, "tier"), ""),
            entries.read("from", read, UNREAD),
            entries.read("until", read, None),
            GrantMode(mode) if mode else program.switches.hand_given_tiers,
        )
        act = cls(entries.read("member", str, ""), grant)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it begins."""
        return self.grant.from_at

    def do(self, stage: Stage) -> Answer:
        """Give it."""
        caller = stage.caller()
        return grant_tier(stage.engine, caller, self.member, self.grant, "scenario", "scenario")

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """The tier after it."""
        return {"tier": body["tier"]}


ACT = GrantTier
