"""Points set aside at a till: held, then captured or released."""

from collections.abc import Iterable

from loyalty_engine.domain.book import Book
from loyalty_engine.domain.entries import Cause, Portion


def parted(portions: Iterable[Portion], points: int) -> tuple[list[Portion], list[Portion]]:
    """The first `points` of these portions, and what is left of them."""
    first: list[Portion] = []
    rest: list[Portion] = []
    for number, amount in portions:
        part = min(points, amount)
        points -= part
        if part:
            first.append((number, part))
        if amount > part:
            rest.append((number, amount - part))
    return first, rest


class Holding(Book):
    """A book in which points can be held."""

    def hold(self, unit: str, points: int, cause: Cause) -> list[Portion]:
        """Set points aside; which lots may be used is fixed here. Raises `InsufficientPoints`."""
        portions = self._pick(unit, points, cause.at)
        for number, amount in portions:
            lot = self.lot(number)
            self._move(unit, "available", "held", amount, lot, cause)
            lot.held += amount
        self._recount(unit)
        return portions

    def release(self, unit: str, portions: Iterable[Portion], cause: Cause) -> None:
        """Give held points back. They pay debt first; what is past its end expires now."""
        for number, amount in portions:
            lot = self.lot(number)
            lot.held -= amount
            pay = min(self.balance(unit).debt, amount)
            if pay:
                self._move(unit, "held", "debt", pay, lot, cause)
                lot.remaining -= pay
                self.balance(unit).debt -= pay
            if amount > pay:
                self._move(unit, "held", "available", amount - pay, lot, cause)
            self._settle_lot(lot)
        self._recount(unit)

    def capture(self, unit: str, portions: Iterable[Portion], cause: Cause) -> None:
        """Redeem held points, whatever their dates say by now."""
        for number, amount in portions:
            lot = self.lot(number)
            self._move(unit, "held", "redeemed", amount, lot, cause)
            lot.held -= amount
            lot.remaining -= amount
        self._recount(unit)
