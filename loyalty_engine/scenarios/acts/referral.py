"""`referral`: how a member came is looked at, as the worker does, and rewarded when it is time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec

from loyalty_engine.domain.happenings import kept_as
from loyalty_engine.ports import Address
from loyalty_engine.scenarios import showing
from loyalty_engine.scenarios.plain_act import PlainAct
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.referrals.qualifying import REWARDED
from loyalty_engine.use_cases.referrals.settle_referral import reward_ids, settle_referral


@dataclass(frozen=True, slots=True)
class SettleReferral(PlainAct):
    """How a member came is rewarded, or taken back, if its time has come."""

    word: ClassVar[str] = "referral"
    called: ClassVar[str] = "a referral"
    shows: ClassVar[tuple[str, ...] | None] = (
        "state", "held", "reason", "friend", "referrer", "rules",
    )  # fmt: skip
    member: str

    def do(self, stage: Stage) -> Answer:
        """Look at it, as the job does."""
        engine, room = stage.engine, stage.room
        with engine.storage.read(room) as view:
            number = known(view, Address("member", self.member)).number
        settle_referral(engine, room, number, stage.clock.now())
        with engine.storage.read(room) as view:
            found = view.referral(number)
            body: dict[str, Any] = {"state": None, "held": False, "reason": "", "receipts": {}}
            if found is not None:
                body |= {"state": found.state, "held": found.held, "reason": found.reason}
            if found is not None and found.state == REWARDED:
                stored = [view.purchase(kept_as(event)) for event in reward_ids(found)]
                body["receipts"] = {
                    side: msgspec.Raw(it.receipt)
                    for side, it in zip(("friend", "referrer"), stored, strict=True)
                    if it is not None
                }
        return Answer(200, to_json(body))

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """Its state, and what each side got by which rules."""
        told = {key: body[key] for key in ("state", "held", "reason")}
        rules: dict[str, Any] = {}
        sides: dict[str, Any] = {"friend": {}, "referrer": {}}
        for side, receipt in body["receipts"].items():
            shown = showing.event(receipt | {"vouchers": receipt.get("vouchers", ())}, stage)
            applied = {name: row for name, row in shown["rules"].items() if row[""] != "not_met"}
            rules = shown["rules"] | rules | applied
            sides[side] = {
                "points": shown["points"],
                "balance": shown["balance"],
                "vouchers": shown["vouchers"],
            }
        return told | sides | {"rules": rules}


ACT = SettleReferral
