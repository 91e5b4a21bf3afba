"""Prove a programme's books: a page of accounts or members at a time, each as of one moment.

A million members fit in no more memory than a thousand, and nobody has to stop working meanwhile.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice

from loyalty_engine.storage.sql.engines import LONG_PATIENCE_SECONDS
from loyalty_engine.storage.sql.integrity.accounts import ACCOUNT_CHECKS
from loyalty_engine.storage.sql.integrity.cards import wrong_cards
from loyalty_engine.storage.sql.integrity.checks import MOST_OF_A_KIND, Check, Finding, of_page
from loyalty_engine.storage.sql.integrity.codes import CODE_CHECKS, code_at, next_code, wrong_codes
from loyalty_engine.storage.sql.integrity.counters import wrong_counters
from loyalty_engine.storage.sql.integrity.holds import wrong_holds
from loyalty_engine.storage.sql.integrity.members import COUNTER_CHECK, MEMBER_CHECKS
from loyalty_engine.storage.sql.integrity.order import MOVES, wrong_spendings
from loyalty_engine.storage.sql.integrity.purses import (
    PURSE_CHECKS,
    ValueTotals,
    value_totals,
)
from loyalty_engine.storage.sql.integrity.referrals import REFERRAL_CHECKS
from loyalty_engine.storage.sql.integrity.sums import FIRST, LAST, Totals, pages
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.wire import Wire

MOST_FINDINGS = 1000
Page = tuple[str | int | bytes, ...]

_COUNTED = {
    "account": ("accounts", "balances", "lots", "entries"),
    "member": ("members", "purchases", "returns"),
    "code": ("vouchers", "voucher_uses"),
    "purse": ("purses", "value_entries"),
}


_COUNTS = {
    column: {
        table: of_page(column, f"SELECT count(*) FROM {table} WHERE {{page}}")  # noqa: S608 - names of ours
        for table in tables
    }
    for column, tables in _COUNTED.items()
}
_MOVED = of_page(
    "account",
    """
    SELECT unit, source, destination, {sum:amount} FROM entries
    WHERE {page} GROUP BY unit, source, destination
    """,
)
_OWED = of_page(
    "account",
    "SELECT unit, {sum:available + pending + held - debt} FROM balances WHERE {page} GROUP BY unit",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a proof goes on: among the accounts or the members, after this number."""

    column: str
    after: int


_BEGINNING = Place("account", FIRST)
_OF_MEMBERS = Place("member", FIRST)
_OF_CODES = Place("code", FIRST)
_OF_PURSES = Place("purse", FIRST)


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, what is wrong, and the sums by unit. Without findings all is well.

    Of a proof in parts, it is about one part; `next` is where the following one begins, and
    `stored_value` by currency comes with the last.
    """

    program: str
    counts: Mapping[str, int]
    findings: tuple[Finding, ...]
    totals: Mapping[str, Totals]
    next: Place | None = None
    stored_value: Mapping[str, ValueTotals] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """Whether every promise holds."""
        return not self.findings


def verify(
    storage: SqlStorage,
    program: str,
    progress: Callable[[int], object] | None = None,
    *,
    start: Place | None = None,
    enough: Callable[[], bool] = lambda: False,
    moving: Collection[str] = (),
) -> Report:
    """Check all that must hold for a programme; `progress` is told of accounts and members done.

    `moving` are the units whose points had their ends moved, see `units_with_moved_ends`.

    A proof in parts goes on at `start`, the place where the part before ended, and ends after the
    first page after which there is `enough`. Stops looking for more after `MOST_FINDINGS`.
    """
    proof = _Proof(storage, program, progress or (lambda _: None), enough, moving)
    ended = proof.go(start or _BEGINNING)
    found = tuple(proof.findings[:MOST_FINDINGS])
    return Report(program, dict(proof.counts), found, proof.totals, ended, proof.stored_value)


class _Proof:
    def __init__(
        self,
        storage: SqlStorage,
        program: str,
        progress: Callable[[int], object],
        enough: Callable[[], bool],
        moving: Collection[str],
    ) -> None:
        self._storage = storage
        self._program = program
        self._progress = progress
        self._enough = enough
        self._moving = moving
        self.counts: Counter[str] = Counter()
        self.findings: list[Finding] = []
        self.totals: dict[str, Totals] = {}
        self.stored_value: dict[str, ValueTotals] = {}
        self._owed: Counter[str] = Counter()

    def go(self, start: Place) -> Place | None:
        """Prove from `start` on; answers where to go on, or None at the end."""
        place: Place | None = start
        if start.column == "account":
            place = self._pages(start, ("accounts", "entries"), self._of_accounts)
            self._of_sums()
            if place is None:
                place = _OF_MEMBERS
                if self._enough():
                    return place
        if place is not None and place.column == "member":
            place = self._pages(place, ("members", "purchases"), self._of_members)
            if place is None:
                place = _OF_CODES
                if self._enough():
                    return place
        if place is not None and place.column == "code":
            place = self._pages(place, (), self._of_codes)
            if place is None:
                place = _OF_PURSES
                if self._enough():
                    return place
        if place is not None and place.column == "purse":
            place = self._pages(place, ("purses", "value_entries"), self._of_purses)
        if place is None:
            self._of_counters()
            self.stored_value = value_totals(self._storage, self._program)
        return place

    def _of_accounts(self, wire: Wire, page: tuple[str, int, int]) -> None:
        self._ask(wire, ACCOUNT_CHECKS, page)
        self._count(wire, "account", page)
        moved, owed, moves = wire.ask((_MOVED, page), (_OWED, page), (MOVES, page))
        for unit, source, destination, amount in moved.rows:
            self.totals.setdefault(unit, Totals()).add(source, destination, amount)
        self._owed.update(dict(owed.rows))
        self.findings += islice(wrong_spendings(moves.rows, self._moving), MOST_OF_A_KIND)

    def _of_members(self, wire: Wire, page: tuple[str, int, int]) -> None:
        self._ask(wire, (*MEMBER_CHECKS, *REFERRAL_CHECKS), page)
        self._count(wire, "member", page)

    def _of_codes(self, wire: Wire, page: tuple[str, int, int]) -> None:
        program, after, upto = page
        hashes = (program, code_at(after), code_at(upto))
        self._ask(wire, CODE_CHECKS, hashes)
        self._count(wire, "code", hashes)

    def _of_purses(self, wire: Wire, page: tuple[str, int, int]) -> None:
        self._ask(wire, PURSE_CHECKS, page)
        self._count(wire, "purse", page)

    def _of_counters(self) -> None:
        with self._wire() as wire:
            self._ask(wire, (COUNTER_CHECK,), (self._program,))
            self.findings += wrong_holds(wire, self._program)
            self.findings += wrong_counters(wire, self._program)
            self.findings += wrong_codes(wire, self._program)
            self.findings += wrong_cards(wire, self._program)

    def _of_sums(self) -> None:
        """Over all accounts, with those of the programme itself, nothing came from nowhere."""
        for unit in sorted({*self.totals, *self._owed}):
            sums = self.totals.get(unit, Totals())
            if sums.difference or sums.outstanding != self._owed[unit]:
                detail = (
                    f"{sums.difference} made up; entries say {sums.outstanding} are owed, "
                    f"balances {self._owed[unit]}"
                )
                self.findings.append(Finding("conservation", unit, detail))

    def _wire(self) -> AbstractContextManager[Wire]:
        return self._storage.wire(writes=False, patience=LONG_PATIENCE_SECONDS)

    def _pages(
        self,
        start: Place,
        tables: tuple[str, ...],
        prove: Callable[[Wire, tuple[str, int, int]], None],
    ) -> Place | None:
        """Prove page by page, each with a transaction of its own: its figures are of one moment.

        Answers where to go on, or None when there is no page left.
        """
        after = start.after
        while True:
            with self._wire() as wire:
                if start.column == "code":
                    upto = next_code(wire, self._program, after)
                else:
                    _, upto = next(pages(wire, self._program, start.column, tables, after))
                prove(wire, (self._program, after, upto))
            if upto == LAST:
                return None
            after = upto
            if self._enough() or len(self.findings) >= MOST_FINDINGS:
                return Place(start.column, after)

    def _ask(self, wire: Wire, checks: Sequence[Check], values: Page) -> None:
        answers = wire.ask(*[(check.statement, values) for check in checks])
        for check, answer in zip(checks, answers, strict=True):
            self.findings += check.findings(answer.rows)

    def _count(self, wire: Wire, column: str, page: Page) -> None:
        statements = _COUNTS[column]
        answers = wire.ask(*[(statement, page) for statement in statements.values()])
        for table, answer in zip(statements, answers, strict=True):
            self.counts[table] += answer.rows[0][0]
        self._progress(self.counts["accounts"] + self.counts["members"])
