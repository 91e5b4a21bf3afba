"""What a side's decisions and moves of points come to, counted as they happen."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from loyalty_engine.backtest.figures import (
    RULE,
    STORE,
    WEEK,
    Figures,
    Member,
    Sums,
    Worth,
)
from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.domain.lots import Balance
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Scalar
from loyalty_engine.imports.totals import UnitTotals
from loyalty_engine.ports import MemberRecord, StoredPurchase
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.deciding.case import Case
from loyalty_engine.use_cases.points.booking import conversion_of

ByRule = dict[str, Sums]

IN = ("issued", "redeemed", "clawed")
OUT = ("redeemed", "clawed")


class Scorer:
    """Adds to `figures` what happens from `since` on. A member's sums are kept until its end."""

    def __init__(
        self, program: Program, worth: Worth, figures: Figures, since: datetime | None
    ) -> None:
        self._worth = worth
        self._figures = figures
        self._since = since
        self._converts = {conversion_of(it.name) for it in program.units.values() if it.converts}
        self._members: dict[str, Sums] = {}
        self._places: dict[str, list[Sums]] = {}
        self._last: dict[int, list[Sums]] = {}
        figures.units |= {name: UnitTotals() for name in program.units}

    def counts(self, at: datetime) -> bool:
        """Whether what happens at `at` is counted."""
        return self._since is None or at >= self._since

    # --- purchases ---------------------------------------------------------------------------

    def bought(self, case: Case, member: MemberRecord | None, *, comes_back: bool) -> None:
        """A purchase is recorded; a guest's points are nobody's."""
        purchase = case.facts.purchase
        if not self.counts(purchase.occurred_at):
            return
        decision = case.decision
        by_rule: ByRule = {}
        for reduction in (*case.given.values(), *decision.reductions):
            by_rule.setdefault(reduction.rule, Sums()).discount += reduction.total
        for grant in decision.grants if member is not None else ():
            if grant.granted:
                points = by_rule.setdefault(grant.rule, Sums()).points
                points[grant.unit] = points.get(grant.unit, 0) + grant.granted
        places = self._places_of(case, member)
        self._add(places, by_rule, sum(decision.nets), 1)
        if comes_back:
            self._places[purchase.id] = places
        if member is not None and self._converts:
            self._last[member.number] = places

    def _places_of(self, case: Case, member: MemberRecord | None) -> list[Sums]:
        """All sums that a purchase counts in."""
        at, facts, purchase = self._figures.at, case.facts, case.facts.purchase
        places = [
            self._figures.total,
            at(WEEK, _week(facts.local.date())),
            at(STORE, purchase.store),
        ]
        if member is not None and member.id is not None:
            places.append(self._members.setdefault(member.id, Sums()))
        return places

    def _add(self, places: Iterable[Sums], by_rule: ByRule, sales: int, times: int) -> None:
        change = Sums(times, sales)
        for name, sums in by_rule.items():
            gives = bool(sums.discount or sums.points)
            sums.times += gives if times == 1 else 0
            sums.worth = self._worth.of(sums.points)
            self._figures.at(RULE, name).add(sums)
            change.discount += sums.discount
            change.worth += sums.worth
            for unit, points in sums.points.items():
                change.points[unit] = change.points.get(unit, 0) + points
        for place in places:
            place.add(change)

    def changed(self, before: StoredPurchase, after: StoredPurchase) -> None:
        """Something of a purchase has come back: what it counts is what is kept of it."""
        places = self._places.get(after.purchase)
        if places is None:
            return
        was, now = codec.kept_of(before.kept), codec.kept_of(after.kept)
        has_points = after.account is not None
        old, new = _by_rule(was, points=has_points), _by_rule(now, points=has_points)
        for name in old.keys() | new.keys():
            more, less = new.setdefault(name, Sums()), old.get(name, Sums())
            more.times = bool(more.discount or more.points) - bool(less.discount or less.points)
            more.discount -= less.discount
            for unit, points in less.points.items():
                more.points[unit] = more.points.get(unit, 0) - points
        self._add(places, new, now.spend - was.spend, 0)
        for place in places:
            place.times += now.visits - was.visits

    def forget(self, purchase: str) -> None:
        """Nothing of a purchase will come back any more."""
        self._places.pop(purchase, None)

    # --- accounts ----------------------------------------------------------------------------

    def booked(self, book: AccountBook) -> None:
        """Points have moved; those that turn into others are worth what they become."""
        if not self.counts(book.now):
            return
        self._figures.moved(book.entries)
        if not self._converts:
            return
        for it in book.entries:
            if it.rule in self._converts:
                worth = self._worth.of({it.unit: it.amount})
                gained = Sums(worth=worth * (it.source in IN) - worth * (it.destination in OUT))
                self._figures.at(RULE, it.rule).add(gained)
                for place in self._last.get(book.account, (self._figures.total,)):
                    place.add(gained)

    def finished(self, name: str, record: MemberRecord, balances: Mapping[str, Balance]) -> Member:
        """A member as it ends; what it has is counted."""
        self._figures.members += 1
        for unit, balance in balances.items():
            totals = self._figures.units.setdefault(unit, UnitTotals())
            totals.outstanding += balance.available + balance.pending + balance.held
            totals.debt += balance.debt
        attributes = {key: plain(value) for key, value in record.attributes.items()}
        return Member(name, self._members.get(name, Sums()), record.tier.tier, attributes)

    def forget_members(self) -> None:
        """All have ended."""
        self._members.clear()
        self._places.clear()
        self._last.clear()


def _by_rule(kept: Kept, *, points: bool) -> ByRule:
    found: ByRule = {}
    for rule, by_line in kept.discounts.items():
        found.setdefault(rule, Sums()).discount += sum(by_line.values())
    for unit, by_name in kept.points.items() if points else ():
        for rule, amount in by_name.items():
            if amount:
                found.setdefault(rule, Sums()).points[unit] = amount
    return found


def plain(value: Scalar) -> str:
    """An attribute's value as rule files write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@lru_cache(maxsize=4096)
def _week(day: date) -> str:
    """The Monday of the week."""
    return (day - timedelta(days=day.weekday())).isoformat()
