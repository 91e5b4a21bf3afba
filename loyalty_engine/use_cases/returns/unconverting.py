"""Undo conversions of full cards where a return takes back what filled them, the newest first.

A conversion is undone as far as what it gave is still there; what has been used stays, and the
points that it cost are owed like any others.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from loyalty_engine.domain.ledger import AccountBook, Cause, Entry, Portion
from loyalty_engine.domain.units import Unit
from loyalty_engine.ports import View
from loyalty_engine.use_cases.points.booking import conversion_of

UNCONVERT = "unconvert"
PAGE = 1000


@dataclass(slots=True)
class Converted:
    """A conversion: the lot that it gave, the portions that it cost, how much of it is undone."""

    lot: int
    paid: list[Portion]
    undone: int = 0

    @property
    def left(self) -> int:
        """What it still costs."""
        return sum(amount for _, amount in self.paid) - self.undone


def unconvert(
    view: View, book: AccountBook, unit: Unit, points: int, cause: Cause, grace_until: datetime
) -> None:
    """Give `unit` back from conversions until `points` are free, or nothing is left to undo."""
    rule = unit.converts
    if rule is None or _free(book, unit) >= points:
        return
    conversions = list(_conversions(view, book.account, unit))
    numbers = {number for it in conversions for number in (it.lot, *(lot for lot, _ in it.paid))}
    book.bring(view.lots_numbered(book.account, numbers))
    for it in reversed(conversions):
        if _free(book, unit) >= points:
            return
        times = min(book.lot(it.lot).free // rule.gives, it.left // rule.each)
        if times:
            why = replace(
                cause, kind=UNCONVERT, rule=conversion_of(unit.name), reason=_reason(it.lot)
            )
            book.withdraw(it.lot, times * rule.gives, why)
            back = last_first(it.paid, it.undone, it.undone + times * rule.each)
            book.unspend(unit.name, back, why, grace_until)


def _free(book: AccountBook, unit: Unit) -> int:
    return sum(lot.free for lot in book.lots(unit.name))


def _reason(lot: int) -> str:
    return f"conversion {lot}"


def _conversions(view: View, account: int, unit: Unit) -> Iterator[Converted]:
    """The conversions of a unit, oldest first, as the entries tell of them."""
    found: dict[str, Converted] = {}
    paid: list[Portion] = []
    for entry in _entries(view, account):
        if entry.rule != conversion_of(unit.name):
            continue
        if entry.kind == UNCONVERT:
            if entry.source == "redeemed" and entry.reason is not None:
                found[entry.reason].undone += entry.amount
        elif entry.unit == unit.name and entry.lot is not None:
            paid.append((entry.lot, entry.amount))
        elif entry.source == "issued" and entry.lot is not None:
            found[_reason(entry.lot)] = Converted(entry.lot, paid)
            paid = []
    yield from found.values()


def _entries(view: View, account: int) -> Iterator[Entry]:
    after = 0
    while page := view.entries(account, after, PAGE):
        for entry, _ in page:
            yield entry
        after = page[-1][0].version


def last_first(portions: list[Portion], was: int, now: int) -> list[Portion]:
    """The portions that come back when `was` points have come back and `now` should have.

    What was spent last comes back first, so the parts of many returns add up to those of one.
    """
    found: list[Portion] = []
    passed = 0
    for lot, amount in reversed(portions):
        start, end = max(passed, was), min(passed + amount, now)
        if end > start:
            found.append((lot, end - start))
        passed += amount
    return found
