"""Purses as use cases hold them: opened and settled, written back, and shown."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from loyalty_engine.domain.errors import InvalidRequest
from loyalty_engine.domain.expiry import Expiry, expires_at
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purse_book import PurseBook
from loyalty_engine.domain.stored_value import (
    CardTerms,
    Purse,
    PurseKind,
    PurseState,
    ValueCause,
    ValueHold,
)
from loyalty_engine.ports import Event, View, Work
from loyalty_engine.use_cases.answering import to_json

MALFORMED = "?"
"""Stands in a purchase for what cannot be the code of a card."""


@dataclass(slots=True)
class Opened:
    """Purses that may be written, by number, and holds of theirs that have lapsed or were let go."""

    books: dict[int, PurseBook] = field(default_factory=dict)
    closed: list[ValueHold] = field(default_factory=list)


def number_of(code: str) -> int:
    """The number of a card, from the keyed hash of its code."""
    return int(code[:16], 16) >> 1


def shown_number(number: int) -> str:
    """A purse as callers name it where its code is not to be told."""
    return f"{number:016x}"


def read_number(text: str) -> int | None:
    """The purse that callers name so; None for what names none."""
    try:
        number = int(text, 16)
    except ValueError:
        return None
    return number if 0 <= number < 2**63 and shown_number(number) == text else None


def open_purses(view: View, numbers: Iterable[int], now: datetime) -> Opened:
    """The purses as they stand at `now`, swept or not; locked in a unit of work."""
    opened = Opened()
    for number, purse in view.purses(numbers).items():
        book = opened.books[number] = PurseBook(purse, now)
        if not purse.held:
            continue
        for hold in view.open_value_holds(number):
            if not hold.is_open(now):
                book.release(hold.amount, ValueCause("release", reason="hold lapsed"))
                opened.closed.append(replace(hold, state="lapsed"))
    return opened


def save_purses(work: Work, opened: Opened) -> None:
    """Write back what has changed, and holds that hold no more."""
    for hold in opened.closed:
        work.save_value_hold(hold)
    for number in sorted(opened.books):
        work.save_purse(opened.books[number])


def release_holds(work: Work, book: PurseBook, reason: str) -> None:
    """Let go of all that is held of a purse."""
    for hold in work.open_value_holds(book.purse.number) if book.purse.held else ():
        if hold.is_open(work.now):
            book.release(hold.amount, ValueCause("release", reason=reason))
            work.save_value_hold(replace(hold, state="released"))


def card_terms(program: Program) -> CardTerms:
    """How gift cards work; raises `InvalidRequest` where the programme has none."""
    value = program.stored_value
    if value is None or value.gift_cards is None:
        raise InvalidRequest(
            "the programme has no gift cards; declare them under stored_value in program.yaml",
            code="gift_cards_undeclared",
        )
    return value.gift_cards


def credit_terms(program: Program) -> Expiry:
    """How long store credit lasts; raises `InvalidRequest` where the programme has none."""
    value = program.stored_value
    if value is None or value.store_credit is None:
        raise InvalidRequest(
            "the programme has no store credit; declare it under stored_value in program.yaml",
            code="store_credit_undeclared",
        )
    return value.store_credit


def end_of(valid: Expiry, at: datetime, program: Program) -> datetime | None:
    """When what is put in at `at` ends; None for never."""
    return expires_at(valid, at, at, program.zone)


def check_load(terms: CardTerms, book: PurseBook, amount: int, pointer: str) -> None:
    """Refuse to put an amount on a card that the programme does not let stand there."""
    there = book.purse.available + book.purse.held
    if amount < terms.least or (terms.most is not None and there + amount > terms.most):
        raise InvalidRequest(
            f"{amount} cannot be put on this card: at least {terms.least} at a time"
            + ("" if terms.most is None else f", and at most {terms.most} stand on it"),
            code="card_amount", pointer=pointer, least=terms.least, most=terms.most,
        )  # fmt: skip
    if book.purse.loaded and not terms.reloadable:
        raise InvalidRequest(
            "this card has been sold, and the programme's cards are not loaded again",
            code="card_not_reloadable", pointer=pointer,
        )  # fmt: skip


def state_of(purse: Purse, now: datetime) -> str:
    """Active, inactive, blocked, or ended; a blocked card that was replaced says so."""
    if purse.replaced_by is not None:
        return "replaced"
    if purse.state is PurseState.ACTIVE and purse.ends_at is not None and purse.ends_at <= now:
        return "ended"
    return purse.state.value


def purse_body(purse: Purse, now: datetime) -> dict[str, Any]:
    """A purse as it is answered."""
    return {
        "card" if purse.kind is PurseKind.GIFT_CARD else "credit": shown_number(purse.number),
        "state": state_of(purse, now),
        "currency": purse.currency,
        "available": purse.available,
        "held": purse.held,
        "ends_at": purse.ends_at,
        "version": purse.version,
    }


def purse_event(kind: str, purse: Purse, id: str, at: datetime, **told: object) -> Event:
    """What became of a purse, for the outbox; named by its number, never by its code."""
    body = {
        "card": shown_number(purse.number),
        "kind": purse.kind.value,
        "available": purse.available,
        "held": purse.held,
        "currency": purse.currency,
        **told,
    }
    return Event(purse.number, f"{kind}:{id}", purse.version, kind, to_json(body), at)
