"""A gift card by its code: guessing is counted, and whoever guesses hears one answer for all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from loyalty_engine.domain.errors import Conflict, NotFound, TooMany
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.stored_value import Purse, PurseKind
from loyalty_engine.ports import View
from loyalty_engine.use_cases.calling import Caller, Engine
from loyalty_engine.use_cases.stored_value.purses import MALFORMED, number_of, read_number, state_of
from loyalty_engine.use_cases.vouchers.attempts import (
    Asker,
    asker,
    count_wrong,
    is_barred,
    next_hour,
)

NOT_USABLE = "card_not_usable"
GOOD = "active"
SLIP = "malformed"
"""The reason for what cannot be a code: a slip of the keyboard, which is not counted."""


@dataclass(frozen=True, slots=True)
class CardName:
    """How a caller names a card: by its `code`, or as the service has called it (`card`).

    `shopper` is who tries codes, such as an address: only a hash of it is kept.
    """

    code: str | None = None
    card: str | None = None
    shopper: str | None = None


class CardRefused(Conflict):
    """A card that cannot be used; why, only for those who may know. `asker` is who tried it."""

    code = NOT_USABLE

    def __init__(
        self,
        reason: str,
        caller: Caller | None = None,
        who: Asker | None = None,
        pointer: str | None = None,
    ) -> None:
        told = {"reason": reason} if caller is not None and caller.detailed else {}
        super().__init__("this card cannot be used", pointer=pointer, **told)
        self.asker = who
        self.wrong = reason != SLIP


@contextmanager
def counting_wrong(engine: Engine, caller: Caller) -> Iterator[None]:
    """Count a wrong code in a transaction of its own: the one that was refused is undone."""
    try:
        yield
    except CardRefused as refused:
        if refused.wrong and refused.asker is not None:
            with engine.storage.begin(caller.program, caller.now) as work:
                count_wrong(work, refused.asker, caller.now, 1)
        raise


def check_tries(
    view: View,
    engine: Engine,
    program: Program,
    caller: Caller,
    member: int | None,
    shopper: str | None = None,
) -> Asker:
    """Who tries a code; raises `TooMany` when too many wrong ones were tried in this hour."""
    who = asker(engine, program, caller, member, shopper)
    if is_barred(view, who, caller.now):
        raise TooMany(
            "too many wrong codes were tried; wait, or let somebody look at the card",
            code="too_many_wrong_codes", retry_after=next_hour(caller.now),
        )  # fmt: skip
    return who


def sealed(engine: Engine, program: str, code: str) -> str:
    """A code as it may be kept: its keyed hash, or `MALFORMED`."""
    if not engine.codes.ready:
        raise Conflict(
            "no codes can be recognised without a secret: set LOYALTY_SECRET", code="secret_missing"
        )
    return engine.codes.sealed(program, code, ()) or MALFORMED


def reason_against(purse: Purse | None, code: str, now: datetime) -> str:
    """Why the card of this keyed hash cannot be used; `active` where nothing is against it."""
    if code == MALFORMED:
        return SLIP
    if purse is None or purse.kind is not PurseKind.GIFT_CARD or purse.code != code:
        return "unknown"
    return state_of(purse, now)


def find_card(
    view: View, engine: Engine, program: Program, caller: Caller, name: CardName
) -> Purse:
    """The card, whatever state it is in; locked in a unit of work.

    Raises `CardRefused` for a code that is none of ours, `TooMany`, or `NotFound`.
    """
    if name.code is None:
        number = read_number(name.card or "")
        found = view.purses([number]).get(number) if number is not None else None
        if found is None or found.kind is not PurseKind.GIFT_CARD:
            raise NotFound("there is no such gift card", code="card_unknown")
        return found
    who = check_tries(view, engine, program, caller, None, name.shopper)
    code = sealed(engine, caller.program, name.code)
    number = number_of(code) if code != MALFORMED else 0
    found = view.purses([number]).get(number)
    reason = reason_against(found, code, caller.now)
    if found is None or reason in (SLIP, "unknown"):
        raise CardRefused(reason, caller, who, "/code")
    return found
