"""Stored value that a reservation sets aside: a hold for each purse, let go by what uses it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from loyalty_engine.domain.stored_value import ValueCause, ValueHold
from loyalty_engine.ports import Address, View, Work
from loyalty_engine.use_cases.canonical import fingerprint
from loyalty_engine.use_cases.deciding.case import Case
from loyalty_engine.use_cases.stored_value.cards_in_purchase import Cards
from loyalty_engine.use_cases.stored_value.purses import (
    Opened,
    open_purses,
    purse_event,
    save_purses,
)


def reserve_value(
    work: Work, cards: Cards | None, case: Case, name: str, ends: datetime
) -> Mapping[str, int]:
    """Set aside what each purse is to pay, until `ends`; the holds with their purses.

    What a payment names a hold for is held already. Raises `Conflict` where less stands there.
    """
    if cards is None:
        return {}
    cards.settle(case, quoted=False)
    own = {part.purses[0] for part in cards.parts if part.hold is not None}
    for purse, amount in cards.paid.items():
        if int(purse) in own:
            continue
        hold = ValueHold(
            int(purse), f"{name}.{len(cards.held)}", amount, "open", work.now, ends,
            fingerprint((name, int(purse), amount)),
        )  # fmt: skip
        book = cards.books[hold.purse]
        book.hold(amount, ValueCause("hold", reason=f"reservation {name}"))
        work.add_address(Address("value_hold", hold.id), hold.purse)
        work.save_value_hold(hold)
        work.announce(purse_event("value_hold_placed", book.purse, hold.id, work.now, hold=hold.id))
        cards.held[hold.purse] = hold.id
    save_purses(work, cards.opened)
    return {hold: purse for purse, hold in cards.held.items()}


def free_value(view: View, opened: Opened, reserved: Mapping[str, int], now: datetime) -> set[int]:
    """Let the purchase that uses a reservation have what it set aside, also of what has ended since;
    of which purses that was. They are settled when the purchase has paid.
    """
    found = set()
    for name, purse in reserved.items():
        hold = view.value_hold(name)
        if hold is not None and hold.is_open(now):
            cause = ValueCause("release", reason="reservation used")
            opened.books[purse].free(hold.amount, cause)
            opened.closed.append(replace(hold, state="released"))
            found.add(purse)
    return found


def release_value(work: Work, reserved: Mapping[str, int]) -> None:
    """Let go of what a reservation set aside that nobody uses."""
    if not reserved:
        return
    opened = open_purses(work, reserved.values(), work.now)
    for name, purse in reserved.items():
        hold = work.value_hold(name)
        if hold is not None and hold.is_open(work.now):
            opened.books[purse].release(hold.amount, ValueCause("release", reason="hold released"))
            opened.closed.append(replace(hold, state="released"))
    save_purses(work, opened)
