"""`card_hold`: value of a gift card set aside, captured or released."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader, one_of
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in, read_minor, read_points
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.stored_value.finding_cards import CardName
from loyalty_engine.use_cases.stored_value.value_holds import (
    ValueHoldRequest,
    capture_value_hold,
    place_value_hold,
    release_value_hold,
)

KEYS: Final = ("id", "do", "card", "amount", "minutes", "at")
VERBS: Final = ("place", "capture", "release")


@dataclass(frozen=True, slots=True)
class HoldCard:
    """Value of a gift card that nobody can spend until it is captured, released or lapses."""

    word: ClassVar[str] = "card_hold"
    shows: ClassVar[tuple[str, ...] | None] = ("state", "captured", "available", "held")
    id: str
    verb: str
    card: str
    amount: int | None
    minutes: int | None
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`id` and `do`; `card` and `amount` to place one, `amount` to capture less."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a hold on a card", KEYS, KEYS[:2])
        if entries is None:
            return MISREAD
        act = cls(
            entries.read("id", str, ""),
            entries.read("do", lambda text: one_of(text, VERBS, "deed"), ""),
            entries.read("card", str, ""),
            entries.read("amount", read_minor, None),
            entries.read("minutes", read_points, None),
            entries.read("at", instant_in(program.zone), None),
        )
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is done."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Do it."""
        engine, caller = stage.engine, stage.caller()
        if self.verb == "capture":
            return capture_value_hold(engine, caller, self.id, self.amount)
        if self.verb == "release":
            return release_value_hold(engine, caller, self.id)
        name = CardName(code=stage.codes.get(self.card, self.card))
        seconds = None if self.minutes is None else self.minutes * 60
        asked = ValueHoldRequest(self.id, name, self.amount or 0, seconds)
        return place_value_hold(engine, caller, asked)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What it holds, and how the card stands."""
        return {key: body[key] for key in ("state", "captured", "available", "held")}


ACT = HoldCard
