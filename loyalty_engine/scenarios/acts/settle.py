"""`settle`: book what time has brought, as the worker does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from loyalty_engine.ports import Address
from loyalty_engine.scenarios.plain_act import PlainAct
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.points.settle_account import settle_account


@dataclass(frozen=True, slots=True)
class SettleAccount(PlainAct):
    """Points that are due become available, lapse, or come back from a reservation."""

    word: ClassVar[str] = "settle"
    called: ClassVar[str] = "a settling"
    shows: ClassVar[tuple[str, ...] | None] = ("entries",)
    member: str

    def do(self, stage: Stage) -> Answer:
        """Do it."""
        with stage.engine.storage.read(stage.room) as view:
            number = known(view, Address("member", self.member)).number
        made = settle_account(stage.engine, stage.room, number, stage.clock.now())
        return Answer(200, to_json({"entries": made}))

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """How many entries that made."""
        return body


ACT = SettleAccount
