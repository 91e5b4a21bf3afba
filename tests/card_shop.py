"""A shop with gift cards and store credit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from loyalty_engine.domain.purchase import Payment
from loyalty_engine.use_cases.calling import Answer, Caller
from loyalty_engine.use_cases.stored_value.finding_cards import CardName
from loyalty_engine.use_cases.stored_value.gift_cards import IssueCard, issue_card, look_up_card
from loyalty_engine.use_cases.stored_value.store_credit import GiveCredit, give_store_credit
from loyalty_engine.use_cases.stored_value.value_holds import ValueHoldRequest, place_value_hold
from tests.shop import BASE, PROGRAM, Shop, read

DECLARED = (
    PROGRAM
    + """
stored_value:
  country: FR
  gift_cards: {valid: 1 year}
  store_credit: {valid: 1 year}
"""
)
WHY = ("sold", "anne")


class CardShop(Shop):
    """The shop, whose till can be one that may not know why a card is refused."""

    def __init__(self, *rules: str, program: str = DECLARED, **more: Any) -> None:
        super().__init__(BASE, *rules, program=program, **more)

    def shopper(self) -> Caller:
        """A caller who may not know why."""
        return replace(self.caller(), detailed=False)

    def card(self, amount: int | None = 5000) -> str:
        """The code of a new card."""
        asked = IssueCard(*WHY, amount=amount)
        code: str = read(issue_card(self.engine, self.fresh(), asked))["code"]
        return code

    def look(self, code: str, caller: Caller | None = None, **who: Any) -> dict[str, Any]:
        return read(look_up_card(self.engine, caller or self.caller(), CardName(code, **who)))

    def hold_value(self, id: str, code: str, amount: int, seconds: int | None = None) -> Answer:
        asked = ValueHoldRequest(id, CardName(code), amount, seconds)
        return place_value_hold(self.engine, self.caller(), asked)

    def credit(self, amount: int, member: str = "ada") -> dict[str, Any]:
        asked = GiveCredit(amount, "sorry", "anne")
        return read(give_store_credit(self.engine, self.fresh(), member, asked))


def by_card(code: str, amount: int, **more: Any) -> Payment:
    return Payment("gift_card", amount, code, **more)
