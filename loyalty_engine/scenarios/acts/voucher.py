"""`voucher`: make a code, which purchases of the scenario then name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.errors import NotFound
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Address
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import UNREAD, complete, instant_in, read_minor
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.vouchers.voucher_issuing import issue_voucher

KEYS = ("voucher", "as", "at", "member", "worth")


@dataclass(frozen=True, slots=True)
class MakeCode:
    """A code of a voucher is made and given to a member, or to whoever has it."""

    word: ClassVar[str] = "voucher"
    shows: ClassVar[tuple[str, ...] | None] = ("ends_at",)
    kind: str
    name: str
    at: datetime
    member: str | None
    worth: int | None = None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`voucher`, the name `as` which purchases name it, `at`, `member`'s and `worth` where it has them."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a voucher", KEYS, KEYS[:3])
        if entries is None:
            return MISREAD
        act = cls(
            entries.read("voucher", str, ""),
            entries.read("as", str, ""),
            entries.read("at", instant_in(program.zone), UNREAD),
            entries.read("member", str, None),
            entries.read("worth", read_minor, None),
        )
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is made."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Make it, and remember the code under its name."""
        with stage.storage.begin(stage.room, stage.clock.now()) as work:
            member = None
            if self.member is not None:
                member = work.find_member(Address("member", self.member))
                if member is None:
                    raise NotFound(f"there is no member {self.member!r}", code="member_unknown")
            issued = issue_voucher(
                stage.engine, work, stage.room, stage.rulebook, self.kind, member=member,
                worth=self.worth,
            )  # fmt: skip
        stage.codes[self.name] = issued.code
        return Answer(201, to_json({"ends_at": issued.ends_at}))

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """When it ends."""
        return body


ACT = MakeCode
