"""What changes when points end, without making or losing any: longer, back again, on arrival.

The end of a lot is never moved by hand: what lasts longer moves, by entries that say why and by
whom, to a lot of its own. So a balance as of a past instant stays what it was.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from loyalty_engine.domain.book import Book
from loyalty_engine.domain.entries import Cause
from loyalty_engine.domain.lots import EVENT, Lot, spending_order


class Extending(Book):
    """A book in which the end of points can be corrected."""

    def extend(
        self, unit: str, until: datetime | None, before: datetime | None, cause: Cause
    ) -> int:
        """Let free points that end before `until` (and by `before`) last until then; how many.

        Without `until` they last for ever. What is held stays as it is: that was fixed when it
        was set aside.
        """
        moved = 0
        # As spending would take them, for the proof knows no other order.
        for lot in spending_order(self.lots(unit)):
            ends = lot.expires_at
            if ends is None or not lot.free or (until is not None and ends >= until):
                continue
            if before is not None and ends > before:
                continue
            moved += lot.free
            self._replace(lot, until, cause)
        self._recount(unit)
        return moved

    def _replace(self, lot: Lot, until: datetime | None, cause: Cause) -> None:
        points, account = lot.free, lot.account
        # The purchase's, so that a return still finds what it gave.
        known = replace(cause, member=lot.member, purchase=lot.purchase, rule=lot.rule)
        self._move(lot.unit, account, "adjusted", points, lot, known)
        lot.remaining -= points
        self.issue(
            lot.unit, points, known, active_from=lot.active_from, expires_at=until,
            waits_for=lot.waits_for, source="adjusted",
        )  # fmt: skip

    def reinstate(self, unit: str, points: int, until: datetime | None, cause: Cause) -> Lot:
        """Points that have expired are there again, in a lot of their own; debt is paid first."""
        lot = self.issue(
            unit, points, cause, active_from=cause.at, expires_at=until, source="expired"
        )
        self._recount(unit)
        return lot

    def arrive(
        self, purchase: str, at: datetime, ends: Callable[[Lot], datetime | None]
    ) -> dict[str, int]:
        """What the purchase gave and waits for its event runs from `at`; how many points, by unit.

        Points that wait for a member to be active again as well go on waiting for that.
        """
        found: dict[str, int] = {}
        for lot in [it for unit in list(self.balances) for it in self.lots(unit)]:
            if lot.purchase != purchase or not lot.pending or lot.active_from is not None:
                continue
            lot.active_from = at
            lot.expires_at = ends(lot)
            if lot.waits_for == EVENT:
                lot.waits_for = None
            self._changed(lot)
            if lot.free:
                found[lot.unit] = found.get(lot.unit, 0) + lot.free
        for unit in found:
            self._recount(unit)
        self.settle()
        return found

    def renew(self, unit: str, ends: Callable[[Lot], datetime | None]) -> None:
        """Move the ends of what ends after inactivity; no point moves.

        Points that wait for an event of theirs have no end yet.
        """
        for lot in self.lots(unit):
            if not lot.remaining or lot.active_from is None:
                continue
            end = ends(lot)
            if end != lot.expires_at:
                lot.expires_at = end
                self._changed(lot)
        if unit in self.balances:
            self._recount(unit)

    def revive(self, number: int, points: int, ends: datetime | None, cause: Cause) -> None:
        """Points of a lot that expired wrongly are there again, and last until `ends`."""
        lot = self.lot(number)
        known = replace(cause, member=lot.member, purchase=lot.purchase, rule=lot.rule)
        self._move(lot.unit, "expired", lot.account, points, lot, known)
        lot.remaining += points
        lot.expires_at = ends
        pay = min(self.balance(lot.unit).debt, points)
        if pay:
            self._move(lot.unit, lot.account, "debt", pay, lot, known)
            lot.remaining -= pay
            self.balance(lot.unit).debt -= pay
        self._recount(lot.unit)
