"""A player who does at random what members, tills and staff do, in any order, on a real shop."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from loyalty_engine.domain.errors import LoyaltyError
from loyalty_engine.domain.purchase import Line
from loyalty_engine.domain.requests import GiftRequest, MemberProfile
from loyalty_engine.use_cases.challenges.close_cards import close_cards
from loyalty_engine.use_cases.gifts.cancel_gift import cancel_gift
from loyalty_engine.use_cases.gifts.give_points import give_points
from loyalty_engine.use_cases.households.join_household import add_to_household, open_household
from loyalty_engine.use_cases.households.leave_household import leave_household
from loyalty_engine.use_cases.members.enrol_member import enrol_member
from loyalty_engine.use_cases.merges.merge_members import merge_members
from tests.shop import Shop, line

PEOPLE = ("ada", "bea", "cid", "dan")
HOUSEHOLDS = ("smith", "jones")
PRICES = (100, 300, 1500)
GOODS = ("drinks/coffee", "tea", "milk", "bread")


class NothingToDo(Exception):
    """An act finds nothing to do it with."""


class Player:
    """Plays by the dice alone. What the engine refuses is part of the game; `log` tells all."""

    def __init__(self, shop: Shop, dice: Random) -> None:
        self.shop = shop
        self.dice = dice
        self.log: list[str] = []
        self.done: set[str] = set()
        """The names of the acts that the engine has let pass at least once."""
        self.buyers: dict[str, str] = {}
        """Who bought each purchase."""
        self.gifts: list[str] = []
        self.codes: list[str] = []
        """Vouchers that were won and have not been tried at the till yet."""

    def play(self) -> None:
        """Do one act. A fault's traceback tells what was done before it."""
        act = self.dice.choice(ACTS)
        with self.recounted():
            self._attempt(act)

    def undo_everything(self) -> None:
        """Cancel every purchase that has not been cancelled, or returned whole, before."""
        for purchase in self.buyers:
            self.log.append(f"undo {purchase}")
            with self.recounted():
                try:
                    self.shop.cancel(purchase)
                except LoyaltyError as refusal:
                    if refusal.code not in {"purchase_cancelled", "purchase_returned"}:
                        raise

    def _attempt(self, act: Callable[[Player], None], name: str = "") -> None:
        name = name or act.__name__
        self.log.append(name)
        try:
            act(self)
        except NothingToDo:
            self.log[-1] += ": nothing to do"
        except LoyaltyError as refusal:
            self.log[-1] += f": {refusal.code}"
        else:
            self.log[-1] += ": done"
            self.done.add(name)

    @contextmanager
    def recounted(self) -> Iterator[None]:
        """Have whatever goes wrong inside tell the log."""
        try:
            yield
        except Exception as fault:
            fault.add_note("\n".join(self.log))
            raise

    # ------------------------------------------------------------------ purchases

    def buy(self, **more: Any) -> None:
        purchase, who = f"T-{len(self.log)}", self._somebody()
        vouchers = (self.codes.pop(),) if self.codes and self.dice.random() < 0.4 else ()
        lines = [self._line(number) for number in range(self.dice.randint(1, 3))]
        self._tell(f"{purchase} by {who}{' with a voucher' if vouchers else ''}")
        told = self.shop.buy(purchase, lines, who, vouchers=vouchers, **more)
        self.buyers[purchase] = who
        if vouchers:
            self.done.add("use_voucher")
        for card in told.get("challenges", []):
            for goal in card.get("completed", []):
                self.codes += [it["code"] for it in goal.get("vouchers", []) if "code" in it]

    def buy_late(self) -> None:
        self.buy(occurred_at=self.shop.now - timedelta(days=self.dice.randint(1, 12)))

    def bring_back(self) -> None:
        purchase, number = self._one_of(self.buyers), self.dice.choice("0012")
        quantity = self.dice.randint(1, 3)
        self._tell(f"{quantity} of line {number} of {purchase}")
        self.shop.back(purchase, f"R-{len(self.log)}", **{number: quantity * 1000})

    def cancel(self) -> None:
        purchase = self._one_of(self.buyers)
        self._tell(purchase)
        self.shop.cancel(purchase)

    def correct(self) -> None:
        """Put another basket under the same id."""
        purchase = self._one_of(self.buyers)
        self._tell(purchase)
        basket = self.shop.basket(purchase, [self._line(0)], self.buyers[purchase])
        self.shop.record(replace(basket, revision=len(self.log)))

    # ------------------------------------------------------------------ members

    def give(self) -> None:
        giver, receiver, points = self._somebody(), self._somebody(), self.dice.randint(1, 60)
        gift = f"G-{len(self.log)}"
        self._tell(f"{gift}: {points} from {giver} to {receiver}")
        asked = GiftRequest(gift, giver, receiver, "points", points)
        give_points(self.shop.engine, self.shop.fresh(), asked)
        self.gifts.append(gift)

    def take_gift_back(self) -> None:
        gift = self._one_of(self.gifts)
        self._tell(gift)
        cancel_gift(self.shop.engine, self.shop.fresh(), gift, "by mistake", "support")

    def merge(self) -> None:
        """Seldom, or everybody would soon be one."""
        if self.dice.random() < 0.4:
            raise NothingToDo
        into, other = self._somebody(), self._somebody()
        self._tell(f"{other} into {into}")
        merge_members(self.shop.engine, self.shop.fresh(), into, other)

    def change_status(self) -> None:
        """Often back to active, for the others can do little."""
        status, who = self.dice.choice(("active",) * 5 + ("frozen", "left")), self._somebody()
        self._tell(f"{who} is {status}")
        enrol_member(self.shop.engine, self.shop.fresh(), who, MemberProfile(status=status))

    # ------------------------------------------------------------------ households

    def found_household(self) -> None:
        open_household(self.shop.engine, self.shop.fresh(), *self._household_and_member())

    def join_household(self) -> None:
        add_to_household(self.shop.engine, self.shop.fresh(), *self._household_and_member())

    def leave_household(self) -> None:
        leave_household(self.shop.engine, self.shop.fresh(), *self._household_and_member())

    # ------------------------------------------------------------------ time

    def wait(self) -> None:
        self.shop.later(days=self.dice.randint(1, 9))

    def end_challenges(self) -> None:
        """What the worker does about cards whose period, or streak, is over."""
        with self.shop.storage.read("shop") as view:
            due = view.cards_due(self.shop.now)
        if not due:
            raise NothingToDo
        for owner in due:
            close_cards(self.shop.engine, "shop", owner, self.shop.now)

    # ------------------------------------------------------------------ the dice

    def _tell(self, what: str) -> None:
        self.log[-1] += f" {what}"

    def _one_of(self, things: Collection[str]) -> str:
        if not things:
            raise NothingToDo
        return self.dice.choice(list(things))

    def _somebody(self) -> str:
        return self.dice.choice(PEOPLE)

    def _household_and_member(self) -> tuple[str, str]:
        household, who = self.dice.choice(HOUSEHOLDS), self._somebody()
        self._tell(f"{household} {who}")
        return household, who

    def _line(self, number: int) -> Line:
        price, quantity = self.dice.choice(PRICES), self.dice.randint(1, 9)
        return line(str(number), price, quantity, self.dice.choice(GOODS))


ACTS: tuple[Callable[[Player], None], ...] = (
    *[Player.buy] * 6, *[Player.bring_back] * 3, Player.buy_late, Player.cancel, Player.correct,
    Player.give, Player.take_gift_back, Player.merge, Player.change_status,
    Player.found_household, Player.join_household, Player.leave_household,
    Player.wait, Player.end_challenges,
)  # fmt: skip
"""What is drawn from; what shops see more often is there more often."""
