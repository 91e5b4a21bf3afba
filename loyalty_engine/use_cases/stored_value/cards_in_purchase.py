"""The stored value that a purchase names: what each purse pays, and what is put on cards it sells."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import LineKind, Payment, Purchase
from loyalty_engine.domain.purse_book import PurseBook, short
from loyalty_engine.domain.stored_value import SOLD, ValueCause, ValueHold
from loyalty_engine.ports import Work
from loyalty_engine.use_cases.deciding.case import Case
from loyalty_engine.use_cases.deciding.stored_forms import Flag
from loyalty_engine.use_cases.stored_value.purses import (
    MALFORMED,
    Opened,
    card_terms,
    check_load,
    end_of,
    number_of,
    save_purses,
)
from loyalty_engine.use_cases.stored_value.telling_value import Told, told_load, told_payment
from loyalty_engine.use_cases.stored_value.value_holds import check_open

NOTHING: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Part:
    """A payment by stored value: its place, from which purses in which order, and its hold."""

    place: int
    payment: Payment
    purses: tuple[int, ...]
    hold: ValueHold | None = None


@dataclass(slots=True)
class Cards:
    """All stored value that a purchase names, opened; `paid` is by purse once it is settled.

    `before` is what the revision before this one has paid and not given back, by purse: a
    correction has that to pay with. `freed` are purses of which the reservation that the purchase
    names had set something aside, `held` the holds that a reservation places, by purse.
    """

    program: Program
    purchase: Purchase
    opened: Opened
    parts: list[Part]
    before: Mapping[str, int] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    flags: tuple[Flag, ...] = ()
    freed: Collection[int] = ()
    held: dict[int, str] = field(default_factory=dict)

    @property
    def books(self) -> dict[int, PurseBook]:
        """The purses by number."""
        return self.opened.books

    def settle(self, case: Case, *, quoted: bool) -> None:
        """Find out what each purse pays: in the order named, at most what is due for goods.

        What is recorded has to be there in full, raises `Conflict` otherwise; a quote tells what
        there is.
        """
        room = _room(self.program, case)
        for part in self.parts:
            wanted = min(part.payment.amount, room)
            if wanted < part.payment.amount:
                self.flags = (
                    Flag("card_pays_less", "stored value pays what is due for goods, no more"),
                )
            pays = self._take(part, wanted)
            if pays < wanted and not quoted:
                raise short(wanted, pays)
            room -= pays

    def _take(self, part: Part, wanted: int) -> int:
        rest = wanted
        if part.hold is not None:
            check_open(part.hold, part.payment.amount, f"/payments/{part.place}/amount")
        for number in part.purses:
            name = str(number)
            there = self.books[number].purse.available + self.before.get(name, 0)
            if part.hold is not None:
                there = part.hold.amount
            pays = min(rest, there)
            if pays:
                self.paid[name] = self.paid.get(name, 0) + pays
                rest -= pays
            left = self.books[number].purse.available + self.before.get(name, 0)
            left = left - pays if part.hold is None else left + part.hold.amount - pays
            self.told.append(Told(part.place, part.payment, self.books[number].purse, pays, left))
        return wanted - rest

    def pay(self, work: Work, case: Case) -> tuple[Flag, ...]:
        """Let the purses of a purchase that is recorded for the first time pay, and load what it
        sells; answers what somebody should look at.
        """
        self.settle(case, quoted=False)
        purchase = self.purchase
        key = f"purchase:{purchase.id}:{purchase.revision}"
        held = {part.purses[0]: part.hold for part in self.parts if part.hold is not None}
        for name, amount in self.paid.items():
            book, hold = self.books[int(name)], held.get(int(name))
            cause = ValueCause("spend", key, purchase.id)
            if hold is None:
                book.spend(amount, cause)
            else:
                capture(work, book, hold, amount, cause)
        for line, number, face in sold(purchase):
            load_sold(self.program, self.books[number], purchase, line, face, key)
        for number in self.freed:
            self.books[number].settle()
        save_purses(work, self.opened)
        return self.flags

    def settle_anew(self, case: Case) -> Mapping[str, int]:
        """What each purse pays of a correction; raises `Conflict` where there is less."""
        self.settle(case, quoted=False)
        return self.paid

    def tell(self, receipt: dict[str, Any], language: str) -> None:
        """Put into a receipt what purses pay, and which cards the purchase sells."""
        if self.told:
            receipt["cards"] = [
                told_payment(it, language, self.program, self.held.get(it.purse.number))
                for it in self.told
            ]
        if loads := sold(self.purchase):
            receipt["cards_sold"] = [
                told_load(line, self.books[number].purse, face, language)
                for line, number, face in loads
            ]


def sold(purchase: Purchase) -> list[tuple[str, int, int]]:
    """The cards that a purchase sells: line, purse, and the value put on it (minor units)."""
    return [
        (line.id, number_of(line.card), line.gross)
        for line in purchase.lines
        if line.card and line.card != MALFORMED
    ]


def _room(program: Program, case: Case) -> int:
    """What stored value may pay: what is due, less points, and never gift cards that are sold."""
    lines = case.facts.purchase.lines
    due = program.counting.due(lines, case.decision.nets)
    goods = sum(n for it, n in zip(lines, due, strict=True) if it.kind is not LineKind.GIFT_CARD)
    return max(0, min(goods, sum(due) - case.facts.tender))


def capture(work: Work, book: PurseBook, hold: ValueHold, amount: int, cause: ValueCause) -> None:
    """Let a purchase use what was set aside for it; what it does not use is free again."""
    book.capture(hold.amount, amount, cause)
    work.save_value_hold(replace(hold, state="captured", captured=amount, purchase=cause.purchase))


def load_sold(
    program: Program, book: PurseBook, purchase: Purchase, line: str, face: int, key: str
) -> None:
    """Put on a card what a line has sold."""
    terms = card_terms(program)
    index = next(i for i, it in enumerate(purchase.lines) if it.id == line)
    check_load(terms, book, face, f"/lines/{index}/card")
    ends = end_of(terms.valid, purchase.occurred_at, program)
    book.load(face, SOLD, ValueCause("load", key, purchase.id), ends)
