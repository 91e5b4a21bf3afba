"""`enrol`: enrol a member, or change one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import MemberProfile
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.people import PROFILE_KEYS, profile_of
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.members.enrol_member import enrol_member


@dataclass(frozen=True, slots=True)
class EnrolMember:
    """A profile to set `at` an instant."""

    word: ClassVar[str] = "enrol"
    shows: ClassVar[tuple[str, ...] | None] = ("status", "attributes", "tier", "balance", "came")
    member: str
    profile: MemberProfile
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """A member as under `given`, and `at`."""
        before = len(reader.findings.faults)
        entries = reader.entries(
            node, "a member", ("id", "at", "referred_by", *PROFILE_KEYS), ("id",)
        )
        if entries is None:
            return MISREAD
        by = entries.read("referred_by", str, None)
        profile = replace(profile_of(entries, program), referred_by=by)
        at = entries.read("at", instant_in(program.zone), None)
        act = cls(entries.read("id", str, ""), profile, at)
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is set."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Set it."""
        by = self.profile.referred_by
        profile = replace(self.profile, referred_by=by and stage.referrers.get(by, by))
        return enrol_member(stage.engine, stage.caller(), self.member, profile)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """The profile after it."""
        shown = {key: body[key] for key in ("status", "attributes", "tier")}
        shown["came"] = body.get("referral", {}).get("state")
        return shown | {"balance": showing.balance(body["balance"])}


ACT = EnrolMember
