"""Points that move from one account to another: lots with their dates, what is held, what is owed.

Every entry here has a twin in the other account's book, so that nothing is made and nothing lost.
"""

from dataclasses import replace
from datetime import datetime

from loyalty_engine.domain.book import Book
from loyalty_engine.domain.entries import Cause, Twins
from loyalty_engine.domain.lots import Lot, spending_order

TRANSFERRED = "transferred"
"""The programme's account through which points go on their way; nothing ever stays there."""


class Transferring(Book):
    """A book that can take points over from another one; both have to be settled."""

    def skip_to(self, version: int) -> None:
        """Go on after `version`: a member who comes here never sees its version go down."""
        if version > self.version:
            self.skipped += version - self.version
            self.version = version

    def take_over(
        self, source: "Transferring", lot: Lot, points: int, cause: Cause, member: int
    ) -> Lot:
        """Bring free points of one lot here, as a lot of `member` with the same dates.

        What this account owes is paid from them first.
        """
        assert 0 < points <= lot.free, "only what is free can be taken over"
        cause = replace(cause, purchase=lot.purchase)
        source.give_up(lot, lot.account, points, cause)
        new = self._like(lot, points, member)
        self._move(lot.unit, TRANSFERRED, new.account, points, new, replace(cause, member=member))
        self._twin(source)
        balance = self.balance(lot.unit)
        pay = min(balance.debt, points)
        if pay:
            self._move(lot.unit, new.account, "debt", pay, new, replace(cause, member=member))
            new.remaining -= pay
            balance.debt -= pay
        balance.add_lot(new)
        return new

    def be_given(
        self,
        source: "Transferring",
        lot: Lot,
        points: int,
        cause: Cause,
        member: int,
        expires_at: datetime | None,
    ) -> Lot:
        """Bring free points of one lot here as a gift, with an end of their own.

        They bear the rule of `cause`, by which the gift is known.
        """
        new = self.take_over(source, lot, points, cause, member)
        new.rule, new.expires_at = cause.rule, expires_at
        self._recount(lot.unit)
        return new

    def take_over_held(self, source: "Transferring", lot: Lot, cause: Cause, member: int) -> Lot:
        """Bring what is held of one lot here; it stays held, in a lot of its own."""
        points = lot.held
        assert points > 0, "nothing of the lot is held"
        cause = replace(cause, purchase=lot.purchase)
        lot.held = 0
        source.give_up(lot, "held", points, cause)
        new = self._like(lot, points, member)
        new.held = points
        self._move(lot.unit, TRANSFERRED, "held", points, new, replace(cause, member=member))
        self._twin(source)
        self.balance(lot.unit).add_lot(new)
        return new

    def take_over_debt(self, source: "Transferring", unit: str, cause: Cause) -> None:
        """Owe here what is owed there: paid from what is free, and the rest stays a debt."""
        owed = source.balance(unit).debt
        lots = self.lots(unit)
        queue = spending_order(lot for lot in lots if not lot.pending)
        for lot in [*queue, *(lot for lot in lots if lot.pending)]:
            part = min(owed, lot.free)
            if part:
                self._move(unit, lot.account, TRANSFERRED, part, lot, cause)
                lot.remaining -= part
                source.be_forgiven(unit, part, cause)
                self._twin(source)
                owed -= part
        if owed:
            self._move(unit, "debt", TRANSFERRED, owed, None, cause)
            self.balance(unit).debt += owed
            source.be_forgiven(unit, owed, cause)
            self._twin(source)
        self._recount(unit)

    def give_up(self, lot: Lot, account: str, points: int, cause: Cause) -> None:
        """Let points of a lot go to another account: the other half of taking them over."""
        self._move(lot.unit, account, TRANSFERRED, points, lot, cause)
        lot.remaining -= points
        self._recount(lot.unit)

    def be_forgiven(self, unit: str, points: int, cause: Cause) -> None:
        """Owe so much less, because another account owes it now."""
        self._move(unit, TRANSFERRED, "debt", points, None, cause)
        self.balance(unit).debt -= points

    def _like(self, lot: Lot, points: int, member: int) -> Lot:
        new = Lot(
            self.version + 1, lot.unit, points, points, member, lot.active_from, lot.expires_at,
            pending=lot.pending, waits_for=lot.waits_for, purchase=lot.purchase, rule=lot.rule,
        )  # fmt: skip
        self.opened[new.number] = new
        return new

    def _twin(self, source: Book) -> None:
        self.twins.append(Twins(self.account, self.version, source.account, source.version))
