"""What receipts say of stored value, with a sentence in the member's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from loyalty_engine.domain.local_time import local_day
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Payment
from loyalty_engine.domain.stored_value import Purse, PurseKind
from loyalty_engine.rulebook.telling.languages import language_of
from loyalty_engine.use_cases.stored_value.purses import shown_number


@dataclass(frozen=True, slots=True)
class Told:
    """What one purse pays of a payment, and what is left on it then."""

    place: int
    payment: Payment
    purse: Purse
    pays: int
    left: int


def told_payment(
    it: Told, language: str, program: Program, hold: str | None = None
) -> dict[str, Any]:
    """A row of the receipt, with the hold that a reservation places; the code is never in it."""
    spoken = language_of(language)
    pays = spoken.money(it.pays, it.purse.currency)
    left = spoken.money(it.left, it.purse.currency)
    says = spoken.phrase(f"value.{it.purse.kind.value}", pays, left)
    return {
        "place": it.place,
        **_named(it.purse),
        "asked": it.payment.amount,
        "pays": it.pays,
        "left": it.left,
        **({} if hold is None else {"hold": hold}),
        "ends_at": it.purse.ends_at,
        "says": says + _until(it.purse.ends_at if it.left else None, language, program),
    }


def told_load(line: str, purse: Purse, face: int, language: str) -> dict[str, Any]:
    """A row of the receipt for a card that the purchase sells."""
    spoken = language_of(language)
    return {
        "line": line,
        **_named(purse),
        "amount": face,
        "says": spoken.phrase("value.load", spoken.money(face, purse.currency)),
    }


def told_back(purse: Purse, amount: int, language: str, program: Program) -> dict[str, Any]:
    """A row of a return's receipt for what comes back to a purse."""
    spoken = language_of(language)
    says = spoken.phrase(f"value.back.{purse.kind.value}", spoken.money(amount, purse.currency))
    return {
        **_named(purse),
        "amount": amount,
        "ends_at": purse.ends_at,
        "says": says + _until(purse.ends_at, language, program),
    }


def _named(purse: Purse) -> Mapping[str, str]:
    name = "card" if purse.kind is PurseKind.GIFT_CARD else "credit"
    return {name: shown_number(purse.number)}


def _until(ends_at: datetime | None, language: str, program: Program) -> str:
    """The last day, as people read an end."""
    if ends_at is None:
        return ""
    spoken = language_of(language)
    last = local_day(ends_at - timedelta(microseconds=1), program.zone)
    return spoken.phrase("value.until", spoken.day(last))
