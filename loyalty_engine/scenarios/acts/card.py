"""`card`: a gift card is made, loaded, unloaded, looked up, blocked, replaced, extended or settled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Self

import msgspec

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader, one_of
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.scenarios.values import complete, instant_in, read_minor
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.stored_value.finding_cards import CardName
from loyalty_engine.use_cases.stored_value.gift_cards import (
    ChangeCard,
    IssueCard,
    LoadCard,
    block_card,
    extend_card,
    issue_card,
    load_card,
    look_up_card,
    replace_card,
)
from loyalty_engine.use_cases.stored_value.purses import read_number
from loyalty_engine.use_cases.stored_value.settle_purse import settle_purse
from loyalty_engine.use_cases.stored_value.unload_card import unload_card

KEYS: Final = ("card", "do", "amount", "into", "until", "at")
VERBS: Final = ("make", "load", "unload", "look", "block", "replace", "extend", "settle")
WHY: Final = ("scenario", "scenario")


@dataclass(frozen=True, slots=True)
class DoWithCard:
    """What is done with a gift card: made with a name of its own, loaded, looked up, and so on."""

    word: ClassVar[str] = "card"
    shows: ClassVar[tuple[str, ...] | None] = ("state", "available", "held", "ends_at")
    card: str
    verb: str
    amount: int | None
    into: str
    until: datetime | None
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """`card`, the name, and `do`; `amount` to make and load, `into` the name of what replaces."""
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a card", KEYS, KEYS[:2])
        if entries is None:
            return MISREAD
        act = cls(
            entries.read("card", str, ""),
            entries.read("do", lambda text: one_of(text, VERBS, "deed"), ""),
            entries.read("amount", read_minor, None),
            entries.read("into", str, ""),
            entries.read("until", instant_in(program.zone), None),
            entries.read("at", instant_in(program.zone), None),
        )
        return act if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it is done."""
        return self.at

    def do(self, stage: Stage) -> Answer:
        """Do it."""
        if self.verb == "make":
            return make_card(stage, self.card, self.amount)
        engine, caller = stage.engine, stage.caller()
        name = CardName(code=stage.codes.get(self.card, self.card))
        change = ChangeCard(name, *WHY, self.until)
        if self.verb == "load":
            return load_card(engine, caller, LoadCard(name, self.amount or 0, *WHY))
        if self.verb == "unload":
            return unload_card(engine, caller, LoadCard(name, self.amount or 0, *WHY))
        if self.verb == "replace":
            return _remember(stage, self.into, replace_card(engine, caller, change))
        if self.verb == "settle":
            shown = msgspec.json.decode(look_up_card(engine, caller, name).body)["card"]
            number = read_number(shown)
            assert number is not None, "as it has just been answered"
            settle_purse(engine, stage.room, number, caller.now)
        deeds: dict[str, Callable[..., Answer]] = {"block": block_card, "extend": extend_card}
        deed = deeds.get(self.verb)
        return look_up_card(engine, caller, name) if deed is None else deed(engine, caller, change)

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """How the card stands."""
        return {key: body[key] for key in ("state", "available", "held", "ends_at")}


def make_card(stage: Stage, name: str, amount: int | None) -> Answer:
    """Make a card under a name, inactive where no amount is put on it."""
    asked = IssueCard(*WHY, amount=amount)
    return _remember(stage, name, issue_card(stage.engine, stage.caller(), asked))


def _remember(stage: Stage, name: str, answer: Answer) -> Answer:
    told = msgspec.json.decode(answer.body)
    stage.codes[name] = told["code"]
    return answer


ACT = DoWithCard
