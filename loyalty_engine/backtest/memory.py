"""What one side of a backtest knows of its members: a unit of work in memory, never undone.

It answers what the use cases ask of a database while they record purchases and returns, and keeps
nothing else: no receipts, no events, no keys. What it is given to keep it tells a `Ledger` of.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from loyalty_engine.backtest.absent import Absent
from loyalty_engine.backtest.cards import KeepsCards
from loyalty_engine.backtest.known import Known, Ledger
from loyalty_engine.backtest.limits import KeepsLimits
from loyalty_engine.domain.facts import Carry
from loyalty_engine.domain.ledger import AccountBook, Entry
from loyalty_engine.domain.lots import Balance, Lot
from loyalty_engine.domain.tiers import SPEND, VISITS, Activity, Grant, Standing
from loyalty_engine.ports import (
    Address,
    Event,
    MemberRecord,
    Operation,
    StoredPurchase,
    StoredReturn,
)
from loyalty_engine.rulebook.deciding.carrying import rule_of


class Memory(KeepsCards, KeepsLimits, Absent):
    """See `View` and `Work` in `ports`: the part of them that is asked for.

    `coming` are the purchases of which something comes back later: of others nothing is kept but
    what they count for tiers, in the measures of `measures`. Entries are kept where
    `keeps_entries` says so.
    """

    def __init__(
        self,
        program: str,
        ledger: Ledger,
        coming: Mapping[str, int],
        measures: Iterable[str],
        *,
        keeps_entries: bool,
    ) -> None:
        super().__init__()
        self.program = program
        self.now = datetime.min.replace(tzinfo=UTC)
        self.writes = 0
        self.known: dict[str, Known] = {}
        self._ledger = ledger
        self._coming = coming
        self._measures = frozenset(measures)
        self._keeps_entries = keeps_entries
        self._by_number: dict[int, Known] = {}
        self._purchases: dict[str, StoredPurchase] = {}

    def forget(self) -> None:
        """Be as new: for the next member, who shares nothing with those before."""
        for each in (self.known, self._by_number, self._purchases):
            each.clear()
        self.forget_cards()
        self.forget_limits()

    # --- members ---------------------------------------------------------------------------

    def find_member(self, who: Address) -> MemberRecord | None:
        known = self.known.get(who.value)
        return known.record if known else None

    def member(self, number: int) -> MemberRecord | None:
        known = self._by_number.get(number)
        return known.record if known else None

    def add_member(self, member: MemberRecord) -> None:
        assert member.id is not None, "a file names its members"
        self.known[member.id] = self._by_number[member.number] = Known(member)

    def save_member(self, member: MemberRecord) -> None:
        known = self._by_number[member.number]
        known.record = replace(member, version=known.record.version)

    def add_address(self, address: Address, member: int) -> None:
        """Members are found by their ids alone."""

    def remember(self, operation: Operation) -> Operation | None:
        return None

    def answer(self, operation: Operation) -> None:
        """Nobody asks again."""

    def announce(self, event: Event) -> None:
        """Nobody listens."""

    # --- accounts --------------------------------------------------------------------------

    def balances(self, account: int) -> Mapping[str, Balance]:
        return self._by_number[account].balances

    def open_lots(self, account: int, purchase: str | None = None) -> Sequence[Lot]:
        known = self._by_number[account]
        paid = known.paid_for.get(purchase or "", ())
        return [
            replace(lot)  # a refusal leaves what is kept as it was
            for number, lot in known.lots.items()
            if lot.remaining > 0
            or (purchase is not None and (lot.purchase == purchase or number in paid))
        ]

    def lots_numbered(self, account: int, numbers: Iterable[int]) -> Sequence[Lot]:
        lots = self._by_number[account].lots
        return [replace(lots[number]) for number in sorted(set(numbers))]

    def expired_since(self, account: int, unit: str, since: datetime) -> Mapping[int, int]:
        return {}  # what comes late over an end is not looked for here

    def entries(
        self, account: int, after: int = 0, limit: int = 100, until: datetime | None = None
    ) -> Sequence[tuple[Entry, datetime]]:
        entries = self._by_number[account].entries
        start = bisect_left(entries, after + 1, key=lambda it: it.version)
        return [(it, it.at) for it in entries[start : start + limit]]

    def save_book(self, book: AccountBook) -> None:
        known = self._by_number[book.account]
        known.balances = book.balances
        known.record = replace(known.record, version=book.version)
        known.lots.update(book.opened)
        known.lots.update(book.touched)
        for it in book.entries:
            if it.lot is not None and it.purchase is not None and it.purchase in self._coming:
                known.paid_for.setdefault(it.purchase, set()).add(it.lot)
        if self._keeps_entries:
            known.entries += book.entries
        elif book.touched:
            self._drop_spent(known, book.touched)
        self._ledger.booked(book)

    def _drop_spent(self, known: Known, lots: Iterable[int]) -> None:
        """Lots of which nothing is left, and which no return will ask for."""
        needed: set[int] = set().union(*known.paid_for.values())
        for number in lots:
            lot = known.lots[number]
            if not lot.remaining and lot.purchase not in self._coming and number not in needed:
                del known.lots[number]

    # --- purchases -------------------------------------------------------------------------

    def count(self, member: int, purchase: str, at: datetime, gains: Mapping[str, int]) -> None:
        """A purchase counts so much for tiers."""
        known = self._by_number[member]
        insort(known.counted, (at, purchase, self._activities(at, gains)), key=lambda it: it[0])

    def _activities(self, at: datetime, gains: Mapping[str, int]) -> Sequence[Activity]:
        counts = self._measures
        return tuple(Activity(at, it, n) for it, n in gains.items() if n and it in counts)

    def add_purchase(self, purchase: StoredPurchase) -> None:
        self._purchases[purchase.purchase] = purchase

    def purchase(self, purchase: str, revision: int | None = None) -> StoredPurchase | None:
        return self._purchases.get(purchase)

    def save_purchase(self, purchase: StoredPurchase) -> None:
        before = self._purchases[purchase.purchase]
        self._purchases[purchase.purchase] = purchase
        known = self._by_number.get(purchase.member)
        if known is not None:
            counted = known.counted
            at = purchase.occurred_at
            place = next(i for i, it in enumerate(counted) if it[1] == purchase.purchase)
            gains = {SPEND: purchase.spend, VISITS: purchase.visits, **purchase.measures}
            if purchase.visits:
                counted[place] = (at, purchase.purchase, self._activities(at, gains))
            else:
                del counted[place]
        self._ledger.changed(before, purchase)

    def forget_purchase(self, purchase: str) -> None:
        """Nothing of a purchase will come back any more."""
        stored = self._purchases.pop(purchase, None)
        if stored is not None and (known := self._by_number.get(stored.member)):
            known.paid_for.pop(purchase, None)

    def find_return(self, member: int, purchase: str, id: str) -> StoredReturn | None:
        return None

    def add_return(self, record: StoredReturn) -> None:
        """What it did is done already."""

    def purchases_before(self, member: int, at: datetime) -> tuple[int, datetime | None]:
        counted = self._by_number[member].counted
        number = bisect_left(counted, at, key=lambda it: it[0])
        return number, counted[number - 1][0] if number else None

    # --- tiers -----------------------------------------------------------------------------

    def activities(self, member: int) -> Sequence[Activity]:
        return [it for _, _, counts in self._by_number[member].counted for it in counts]

    def standings(self, member: int) -> Sequence[Standing]:
        return self._by_number[member].standings

    def replace_standings(self, member: int, standings: Sequence[Standing]) -> None:
        self._by_number[member].standings = standings

    def tier_grants(self, member: int) -> Sequence[Grant]:
        return self._by_number[member].grants

    def add_tier_grant(self, member: int, grant: Grant, reason: str, by: str) -> None:
        self._by_number[member].grants.append(grant)

    # --- running sums ----------------------------------------------------------------------

    def carries(self, member: int, rules: Iterable[str]) -> Mapping[str, Carry]:
        there = self._by_number[member].carries if member in self._by_number else {}
        wanted = set(rules)
        return {key: it for key, it in there.items() if rule_of(key) in wanted}

    def save_carry(self, member: int, key: str, carry: Carry) -> None:
        self._by_number[member].carries[key] = carry
