"""Stored value of a purchase that changes: what comes back to the cards that paid, and what cards
that it sold must give back.

What has come back of each purse is a function of what is kept (`rulebook.deciding.kept`), but for one thing:
a return never takes from a card. Where the kept lines have lost a discount, money is due instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from loyalty_engine.domain.errors import Unavailable
from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.domain.purse_book import PurseBook
from loyalty_engine.domain.stored_value import PurseState, ValueCause
from loyalty_engine.ports import MemberRecord, StoredPurchase, Work
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.use_cases.calling import Caller, Engine
from loyalty_engine.use_cases.stored_value.cards_in_purchase import Cards, capture, load_sold, sold
from loyalty_engine.use_cases.stored_value.paying_by_value import cards_of
from loyalty_engine.use_cases.stored_value.purses import Opened, end_of, open_purses, save_purses
from loyalty_engine.use_cases.stored_value.store_credit import new_credit
from loyalty_engine.use_cases.stored_value.telling_value import told_back


@dataclass(slots=True)
class Returning:
    """What a change of a purchase does to purses; `key` names it, as each happens once."""

    engine: Engine
    work: Work
    program: Program
    purchase: Purchase
    member: MemberRecord | None
    key: str
    opened: Opened
    rows: list[tuple[PurseBook, int]]

    def give_back(self, number: int, amount: int) -> None:
        """Give back to a purse what it had paid; from there it goes where its value has gone.

        That is the card that has replaced it, or the member's store credit where it is blocked for
        good. What has ended lasts for the days of grace that points have, too.
        """
        book = self.book_of(number)
        cause = ValueCause("give_back", f"{self.key}:{number}", self.purchase.id)
        grace = timedelta(days=self.program.switches.restored_lot_grace_days)
        book.give_back(amount, cause, self.work.now + grace)
        moved = replace(cause, kind="move")
        while book.purse.replaced_by is not None:
            next_one = self.book_of(book.purse.replaced_by)
            book.move_free(next_one, amount, moved, book.purse.ends_at)
            book = next_one
        terms = self.program.stored_value
        valid = terms.store_credit if terms else None
        if book.purse.state is PurseState.BLOCKED and self.member and valid is not None:
            credit = new_credit(self.engine, self.work, self.program, self.member)
            self.opened.books[credit.purse.number] = credit
            book.move_free(credit, amount, moved, end_of(valid, self.work.now, self.program))
            book = credit
        self.rows.append((book, amount))

    def unsell(self, number: int, face: int, *, sold_anew: bool = False) -> None:
        """Take out of a card what its sale had put on it; raises `Conflict` where some is used.

        The card itself came back too, unless the same purchase has `sold_anew`: what the programme
        says becomes of it then.
        """
        book = self.book_of(number)
        book.unload(face, ValueCause("unload", self.key, self.purchase.id))
        terms = self.program.stored_value
        resellable = bool(terms and terms.gift_cards and terms.gift_cards.resellable)
        if not sold_anew and book.unsell(resellable=resellable):
            told = f"its sale has come back: {self.purchase.id}"
            self.work.add_value_note(number, "block", told, "return")

    def book_of(self, number: int) -> PurseBook:
        """A purse, locked when it is first asked for."""
        if number not in self.opened.books:
            more = open_purses(self.work, [number], self.work.now)
            self.opened.books |= more.books
            self.opened.closed += more.closed
        return self.opened.books[number]

    def told(self, language: str) -> list[dict[str, Any]]:
        """What a receipt says came back to cards."""
        return [told_back(book.purse, n, language, self.program) for book, n in self.rows]


def has_cards(paid: Mapping[str, int], purchase: Purchase) -> bool:
    """Whether a purchase has paid by stored value, or sold any."""
    return bool(paid) or any(line.card for line in purchase.lines)


def return_value(
    engine: Engine,
    work: Work,
    caller: Caller,
    member: MemberRecord | None,
    stored: StoredPurchase,
    facts: Facts,
    paid: Mapping[str, int],
    before: Kept,
    after: Kept,
    key: str,
) -> tuple[Kept, list[dict[str, Any]]]:
    """Give back to purses what is given back now and was not before, and take value off cards that
    come back; answers what is kept, and what the receipt says. Locks before codes and limits.

    A return takes nothing from a card again that it has given back to it.
    """
    program = engine.rulebooks.current(caller.program).program
    purchase = facts.purchase
    numbers = {*map(int, paid), *(number for _, number, _ in sold(purchase))}
    opened = open_purses(work, numbers, work.now)
    check_unchanged(work, stored)
    it = Returning(engine, work, program, purchase, member, key, opened, [])
    back = {name: max(n, before.value_back.get(name, 0)) for name, n in after.value_back.items()}
    for name, amount in back.items():
        if more := amount - before.value_back.get(name, 0):
            it.give_back(int(name), more)
    for line, number, face in sold(purchase):
        if line in before.lines and line not in after.lines:
            it.unsell(number, face)
    save_purses(work, it.opened)
    language = facts.member.language if facts.member else program.languages[0]
    return replace(after, value_back=back), it.told(language)


def check_unchanged(work: Work, stored: StoredPurchase) -> None:
    """Let it be done again where somebody was faster: a guest's purchase has no member to lock, so
    whoever has waited for its cards looks at it once more.
    """
    if stored.account is not None:
        return
    now = work.purchase(stored.purchase)
    if now is None or (now.revision, now.state, now.kept) != (
        stored.revision, stored.state, stored.kept,
    ):  # fmt: skip
        raise Unavailable("the purchase has changed meanwhile; try again", code="serialization")


@dataclass(frozen=True, slots=True)
class Paid:
    """The revision that a correction replaces: what stored value paid, and what is kept of it."""

    stored: StoredPurchase
    purchase: Purchase
    value: Mapping[str, int]
    kept: Kept

    def net(self, name: str) -> int:
        """What a purse has paid and not been given back."""
        return self.value.get(name, 0) - self.kept.value_back.get(name, 0)


def correcting_cards(
    work: Work,
    engine: Engine,
    caller: Caller,
    program: Program,
    purchase: Purchase,
    member: MemberRecord | None,
    old: Paid,
) -> Cards | None:
    """The stored value that a correction names; None where neither it nor `old` does any."""
    before = {name: old.net(name) for name in old.value}
    cards = cards_of(work, engine, caller, program, purchase, member, before)
    if cards is None and sold(old.purchase):
        cards = Cards(program, purchase, Opened(), [])
    if cards is not None:
        check_unchanged(work, old.stored)
    return cards


def book_correction(
    engine: Engine,
    work: Work,
    cards: Cards,
    member: MemberRecord | None,
    old: Paid,
    after: Kept,
) -> None:
    """From what the old revision has paid and put on cards to what the new one has.

    Nothing moves where both are the same.
    """
    purchase, paid = cards.purchase, cards.paid
    key = f"correct:{purchase.id}:{purchase.revision}"
    it = Returning(engine, work, cards.program, purchase, member, key, cards.opened, [])
    for name in sorted(paid.keys() | old.value.keys(), key=int):
        was = old.net(name)
        now = paid.get(name, 0) - after.value_back.get(name, 0)
        if now > was:
            _pay_more(it, cards, int(name), now - was)
        elif was > now:
            it.give_back(int(name), was - now)
    loaded = {n: face for line, n, face in sold(old.purchase) if line in old.kept.lines}
    wanted = {n: (line, face) for line, n, face in sold(purchase) if line in after.lines}
    for number in sorted(loaded.keys() | wanted.keys()):
        line, face = wanted.get(number, ("", 0))
        if face == loaded.get(number, 0):
            continue
        if number in loaded:
            it.unsell(number, loaded[number], sold_anew=bool(face))
        if face:
            load_sold(it.program, it.book_of(number), purchase, line, face, key)
    save_purses(work, it.opened)


def _pay_more(it: Returning, cards: Cards, number: int, amount: int) -> None:
    cause = ValueCause("spend", it.key, it.purchase.id)
    book = it.book_of(number)
    hold = next((part.hold for part in cards.parts if number in part.purses), None)
    if hold is None:
        book.spend(amount, cause)
    else:
        capture(it.work, book, hold, amount, cause)
