"""A player who also quotes, holds, takes rewards, uses codes, claims, and says everything twice."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from loyalty_engine.domain.errors import LoyaltyError
from loyalty_engine.domain.requests import (
    HoldRequest,
    Take,
    UnreceiptedLine,
    UnreceiptedReturn,
)
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.returns.return_without_receipt import return_without_receipt
from loyalty_engine.use_cases.spending.cancel_redemption import cancel_redemption
from loyalty_engine.use_cases.spending.close_hold import release_hold
from loyalty_engine.use_cases.spending.place_hold import place_hold
from loyalty_engine.use_cases.spending.redeem_reward import redeem_reward
from loyalty_engine.use_cases.vouchers.redeem_voucher import Basket, redeem_voucher
from loyalty_engine.use_cases.vouchers.roll_back_voucher import roll_back_voucher
from tests.shop import Shop, read
from tests.use_cases.player import ACTS, Player

SHARED = "EVERYBODY"
REWARDS = ("mug", "news")


class WidePlayer(Player):
    """Holds lapse or are released, so that nothing has been spent in the end."""

    def __init__(self, shop: Shop, dice: Random) -> None:
        super().__init__(shop, dice)
        self.secrets: dict[str, str] = {}
        self.holds: list[str] = []
        self.taken: list[str] = []
        self.uses: list[str] = []

    def buy(self, **more: Any) -> None:
        """What was quoted is recorded, and what was recorded is told again."""
        purchase = f"T-{len(self.log)}"
        who = None if self.dice.random() < 0.15 else self._somebody()
        vouchers = (self.codes.pop(),) if self.codes and self.dice.random() < 0.4 else ()
        if self.dice.random() < 0.2:
            vouchers += (SHARED,)
        lines = [self._line(number) for number in range(self.dice.randint(1, 3))]
        self._tell(f"{purchase} by {who or 'a guest'} with {len(vouchers)} vouchers")
        basket = self.shop.basket(purchase, lines, who, vouchers=vouchers, **more)
        quoted = self.shop.quote(basket)
        answer = self.shop.record(basket)
        told = read(answer)
        assert telling(quoted) == telling(told), "a quote is what is recorded next"
        self.same(answer, lambda: self.shop.record(basket))
        self.buyers[purchase] = who  # type: ignore[assignment]
        if "claim" in told:
            self.secrets[purchase] = told["claim"]["secret"]
        for card in told.get("challenges", []):
            for goal in card.get("completed", []):
                self.codes += [it["code"] for it in goal.get("vouchers", []) if "code" in it]

    def same(self, first: Answer, again: Callable[[], Answer]) -> None:
        """What is sent again is answered with the same bytes."""
        assert again().body == first.body, "what is sent again is answered alike"

    def claim(self) -> None:
        purchase = self._one_of(self.secrets)
        self._tell(purchase)
        self.shop.claim(purchase, self.secrets[purchase], self._somebody())

    def bring_back_without_receipt(self) -> None:
        lines = (UnreceiptedLine(f"sku-{self.dice.choice('012')}", 1000),)
        back = UnreceiptedReturn(self.shop.now, "a present", lines)
        caller = self.shop.fresh()
        act = lambda: return_without_receipt(self.shop.engine, caller, who, back)  # noqa: E731
        who = self._somebody()
        self.same(act(), act)

    def hold(self) -> None:
        asked = HoldRequest(
            f"H-{len(self.log)}", self._somebody(), "points", self.dice.randint(1, 40)
        )
        self._tell(f"{asked.points} of {asked.member}")
        place_hold(self.shop.engine, self.shop.caller(), asked)
        self.holds.append(asked.id)

    def release(self) -> None:
        release_hold(self.shop.engine, self.shop.caller(), self._one_of(self.holds))

    def take_reward(self) -> None:
        asked = Take(f"RD-{len(self.log)}", self._somebody(), self.dice.choice(REWARDS))
        self._tell(f"{asked.id}: {asked.reward} by {asked.member}")
        answer = redeem_reward(self.shop.engine, self.shop.caller(), asked)
        self.same(answer, lambda: redeem_reward(self.shop.engine, self.shop.caller(), asked))
        self.taken.append(asked.id)

    def give_reward_back(self) -> None:
        cancel_redemption(self.shop.engine, self.shop.fresh(), self._one_of(self.taken))

    def use_code(self) -> None:
        """Without any purchase, as tills do who keep their own."""
        use, who = f"U-{len(self.log)}", self._somebody()
        self._tell(f"{use} by {who}")
        basket = self.shop.basket("", [self._line(0)], who, vouchers=(SHARED,))
        redeem_voucher(self.shop.engine, self.shop.fresh(), use, Basket(basket))
        self.uses.append(use)

    def roll_back(self) -> None:
        roll_back_voucher(self.shop.engine, self.shop.fresh(), SHARED, self._one_of(self.uses))

    def play(self) -> None:
        """Do one act of more than there were."""
        act = self.dice.choice(WIDE_ACTS)
        with self.recounted():
            self._attempt(lambda player: getattr(player, act)(), act)

    def undo_everything(self) -> None:
        """Purchases, holds, rewards and uses of codes."""
        engine, fresh = self.shop.engine, self.shop.fresh
        undoings: list[tuple[Callable[..., Answer], tuple[str, ...]]] = [
            *((release_hold, (it,)) for it in self.holds),
            *((cancel_redemption, (it,)) for it in self.taken),
            *((roll_back_voucher, (SHARED, it)) for it in self.uses),
        ]
        for undo, names in undoings:
            with self.recounted():
                try:
                    undo(engine, fresh(), *names)
                except LoyaltyError:  # a use that has been rolled back
                    if undo is not roll_back_voucher:
                        raise
        super().undo_everything()


WIDE_ACTS = (
    *(act.__name__ for act in ACTS),
    *("buy",) * 4,
    *("claim", "bring_back_without_receipt", "hold", "release", "take_reward", "take_reward"),
    *("give_reward_back", "use_code", "roll_back"),
)


def telling(receipt: dict[str, Any]) -> dict[str, Any]:
    """What a receipt tells that a quote of the same moment has to tell as well."""
    cards = [
        {key: without_codes(it) for key, it in card.items()}
        for card in receipt.get("challenges", [])
    ]
    granted = {unit: it["granted"] for unit, it in receipt["points"].items()}
    told = {key: receipt[key] for key in ("lines", "totals", "refused", "tier")}
    return {**told, "points": granted, "challenges": cards}


def without_codes(told: Any) -> Any:
    """The same without the codes of vouchers, which a quote does not have."""
    if isinstance(told, list):
        return [without_codes(it) for it in told]
    if isinstance(told, dict):
        return {k: without_codes(it) for k, it in told.items() if k not in ("code", "ends_at")}
    return told
