"""The book of one account: what is there, what falls due, what is earned and spent."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from loyalty_engine.domain.entries import Cause, Entry, Portion, Twins
from loyalty_engine.domain.errors import InsufficientPoints
from loyalty_engine.domain.lots import EVENT, Balance, Lot, spending_order


class Book:
    """One account while it is being written; `now` is when it is known, not when it happened."""

    def __init__(
        self,
        account: int,
        version: int,
        balances: Mapping[str, Balance],
        load_lots: Callable[[], Iterable[Lot]],
        now: datetime,
    ) -> None:
        self.account = account
        self.first_version = version
        self.version = version
        self.skipped = 0
        self.balances = {unit: replace(balance) for unit, balance in balances.items()}
        self.now = now
        self.entries: list[Entry] = []
        self.opened: dict[int, Lot] = {}
        self.touched: dict[int, Lot] = {}
        self.twins: list[Twins] = []
        self._load_lots = load_lots
        self._stored: dict[int, Lot] | None = None

    # --- reading ---------------------------------------------------------------------------

    def balance(self, unit: str) -> Balance:
        """The unit's balance as it stands now in the book."""
        return self.balances.setdefault(unit, Balance())

    def lots(self, unit: str) -> list[Lot]:
        """All lots of a unit that are open or of interest, stored and new."""
        return [lot for lot in self._all().values() if lot.unit == unit]

    def lot(self, number: int) -> Lot:
        """One lot by its number."""
        return self.opened.get(number) or self._all()[number]

    def bring(self, lots: Iterable[Lot]) -> None:
        """Have these stored lots at hand as well; what the book knows already stays as it is."""
        self._all()
        assert self._stored is not None, "all lots have just been asked for"
        for lot in lots:
            self._stored.setdefault(lot.number, lot)

    def _all(self) -> dict[int, Lot]:
        if self._stored is None:
            self._stored = {lot.number: lot for lot in self._load_lots()}
        return self._stored | self.opened if self.opened else self._stored

    # --- moving ----------------------------------------------------------------------------

    def _move(
        self, unit: str, source: str, destination: str, amount: int, lot: Lot | None, cause: Cause
    ) -> None:
        assert amount > 0, "points move in positive amounts"
        self.version += 1
        self.entries.append(
            Entry(
                self.version, unit, source, destination, amount, lot.number if lot else None,
                cause.kind, cause.member, cause.at, cause.purchase, cause.rule, cause.reason,
                cause.by,
            )
        )  # fmt: skip
        if lot is not None and lot.number not in self.opened:
            self.touched[lot.number] = lot

    def _recount(self, unit: str) -> None:
        self.balances[unit] = Balance.of(self.lots(unit), self.balance(unit).debt)

    def settle(self) -> None:
        """Make available and expire what is due by `now`, in the order in which it fell due."""
        for unit, balance in list(self.balances.items()):
            if balance.next_change_at is None or balance.next_change_at > self.now:
                continue
            for lot in sorted(self.lots(unit), key=lambda it: (it.due_at() or self.now, it.number)):
                self._settle_lot(lot)
            self._recount(unit)

    def _settle_lot(self, lot: Lot) -> None:
        start = lot.active_from
        if lot.pending and lot.waits_for is None and start is not None and start <= self.now:
            if lot.free:
                cause = Cause("activate", lot.member, start, lot.purchase, lot.rule)
                self._move(lot.unit, "pending", "available", lot.free, lot, cause)
            lot.pending = False
            self._changed(lot)
        if lot.expires_at is not None and lot.expires_at <= self.now and lot.free:
            cause = Cause("expire", lot.member, lot.expires_at, lot.purchase, lot.rule)
            self._move(lot.unit, lot.account, "expired", lot.free, lot, cause)
            lot.remaining -= lot.free

    def stop_waiting(self, event: str, member: int | None = None) -> None:
        """Lots that waited for `event` become available by their dates.

        Those without any wait for an event of their own besides, such as a delivery.
        """
        for unit in list(self.balances):
            for lot in self.lots(unit):
                if lot.waits_for == event and member in (None, lot.member):
                    lot.waits_for = None if lot.active_from is not None else EVENT
                    self._changed(lot)
            self._recount(unit)
        self.settle()

    def _changed(self, lot: Lot) -> None:
        if lot.number not in self.opened:
            self.touched[lot.number] = lot

    def issue(
        self,
        unit: str,
        points: int,
        cause: Cause,
        *,
        active_from: datetime | None,
        expires_at: datetime | None = None,
        waits_for: str | None = None,
        source: str = "issued",
    ) -> Lot:
        """Open a lot. What the account owes is paid from it first, also while it is pending."""
        lot = Lot(
            self.version + 1, unit, points, points, cause.member, active_from, expires_at,
            pending=waits_for is not None or active_from is None or active_from > self.now,
            waits_for=waits_for, purchase=cause.purchase, rule=cause.rule,
        )  # fmt: skip
        self.opened[lot.number] = lot
        self._move(unit, source, lot.account, points, lot, cause)
        balance = self.balance(unit)
        pay = min(balance.debt, points)
        if pay:
            self._move(unit, lot.account, "debt", pay, lot, cause)
            lot.remaining -= pay
            balance.debt -= pay
        balance.add_lot(lot)
        return lot

    def spend(
        self, unit: str, points: int, cause: Cause, destination: str = "redeemed"
    ) -> list[Portion]:
        """Take points by the lots' dates at `cause.at`; raises `InsufficientPoints`."""
        portions = self._pick(unit, points, cause.at)
        for number, amount in portions:
            lot = self.lot(number)
            self._move(unit, "available", destination, amount, lot, cause)
            lot.remaining -= amount
        self._recount(unit)
        return portions

    def _pick(self, unit: str, points: int, at: datetime) -> list[Portion]:
        usable = [lot for lot in self.lots(unit) if lot.free and lot.usable_at(at)]
        there = sum(lot.free for lot in usable)
        if there < points:
            raise InsufficientPoints(
                f"{points} {unit} are asked for and {there} can be spent",
                unit=unit, asked=points, available=there,
            )  # fmt: skip
        picked: list[Portion] = []
        for lot in spending_order(usable):
            if not points:
                break
            part = min(points, lot.free)
            picked.append((lot.number, part))
            points -= part
        return picked

    def spendable(self, unit: str, at: datetime) -> int:
        """How many points could be spent at `at`."""
        balance = self.balance(unit)
        if at >= self.now and (balance.next_change_at is None or at < balance.next_change_at):
            return balance.available
        return sum(lot.free for lot in self.lots(unit) if lot.usable_at(at))
