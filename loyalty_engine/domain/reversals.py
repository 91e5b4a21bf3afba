"""What returns do to a ledger: points taken back, given back, and those spent restored."""

from collections.abc import Iterable
from datetime import datetime

from loyalty_engine.domain.book import Book
from loyalty_engine.domain.entries import Cause, Portion
from loyalty_engine.domain.lots import Lot, spending_order


class Reversing(Book):
    """A book in which a purchase can be undone."""

    def take_back(
        self, unit: str, points: int, cause: Cause, *, pending_only: bool, into_debt: bool
    ) -> int:
        """Take back what a purchase gave; answers how many points could be taken.

        The purchase's own lots first, then pending ones, then the rest in spending order; held
        points are not touched. What is missing becomes debt if `into_debt`, else is let go.
        """
        lots = self.lots(unit)
        own = [lot for lot in lots if lot.purchase == cause.purchase and cause.purchase]
        queue = own + [lot for lot in lots if lot.pending] + spending_order(lots)
        missing = points
        for lot in queue:
            part = min(missing, lot.free)
            if part == 0 or (pending_only and not lot.pending):
                continue
            self._move(unit, lot.account, "clawed", part, lot, cause)
            lot.remaining -= part
            lot.clawed += part
            missing -= part
        if missing and into_debt and not pending_only:
            self._move(unit, "debt", "clawed", missing, None, cause)
            self.balance(unit).debt += missing
            self._recount(unit)
            return points
        self._recount(unit)
        return points - missing

    def withdraw(self, number: int, points: int, cause: Cause) -> None:
        """Take back free points of one lot."""
        lot = self.lot(number)
        assert points <= lot.free, "only what is free can be taken"
        self._move(lot.unit, lot.account, "clawed", points, lot, cause)
        lot.remaining -= points
        lot.clawed += points
        self._recount(lot.unit)

    def give_back(self, unit: str, points: int, cause: Cause) -> int:
        """Undo a taking-back: debt first, then the purchase's own lots; answers what is left."""
        left = points
        pay = min(self.balance(unit).debt, left)
        if pay:
            self._move(unit, "clawed", "debt", pay, None, cause)
            self.balance(unit).debt -= pay
            left -= pay
        for lot in self.lots(unit):
            part = min(left, lot.clawed) if lot.purchase == cause.purchase else 0
            if part:
                self._move(unit, "clawed", lot.account, part, lot, cause)
                lot.remaining += part
                lot.clawed -= part
                left -= part
        self._recount(unit)
        return left

    def unspend(
        self, unit: str, portions: Iterable[Portion], cause: Cause, grace_until: datetime
    ) -> None:
        """Give redeemed points back to their lots; a lot past its end lives until `grace_until`.

        What the account owes is paid first. What a lot has no room for, because other points were
        spent in their stead meanwhile (see `spend_again`), makes a lot of its own.
        """
        for number, amount in portions:
            lot = self.lot(number)
            pay = min(self.balance(unit).debt, amount)
            if pay:
                self._move(unit, "redeemed", "debt", pay, None, cause)
                self.balance(unit).debt -= pay
            back = amount - pay
            ends = lot.expires_at
            if ends is not None and ends <= self.now:
                room, ends = 0, max(ends, grace_until)
            else:
                room = min(back, lot.granted - lot.remaining - lot.clawed)
            if room:
                self._move(unit, "redeemed", lot.account, room, lot, cause)
                lot.remaining += room
            if back > room:
                self.issue(
                    unit, back - room, cause, active_from=lot.active_from, expires_at=ends,
                    source="redeemed",
                )  # fmt: skip
        self._recount(unit)

    def unspend_like(self, lot: Lot, points: int, cause: Cause, grace_until: datetime) -> None:
        """Give redeemed points of a lot of another account back here, as a lot with its dates.

        What the account owes is paid first; a lot past its end lives until `grace_until`.
        """
        ends = lot.expires_at
        if ends is not None and ends <= self.now:
            ends = max(ends, grace_until)
        self.issue(
            lot.unit, points, cause, active_from=lot.active_from, expires_at=ends, source="redeemed"
        )

    def spend_again(self, unit: str, points: int, cause: Cause) -> None:
        """Spend points again that had come back; what is missing is owed. Holds stay as they are."""
        lots = self.lots(unit)
        queue = spending_order(lot for lot in lots if not lot.pending)
        missing = points
        for lot in queue + [lot for lot in lots if lot.pending]:
            part = min(missing, lot.free)
            if part:
                self._move(unit, lot.account, "redeemed", part, lot, cause)
                lot.remaining -= part
                missing -= part
        if missing:
            self._move(unit, "debt", "redeemed", missing, None, cause)
            self.balance(unit).debt += missing
        self._recount(unit)
