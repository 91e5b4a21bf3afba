"""Prove a programme's books: a page of accounts or members at a time, each as of one moment.

A million members fit in no more memory than a thousand, and nobody has to stop working meanwhile.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import text

from loyalty_engine.storage.sql.engines import LONG_PATIENCE_SECONDS
from loyalty_engine.storage.sql.integrity.accounts import ACCOUNT_CHECKS
from loyalty_engine.storage.sql.integrity.checks import MOST_OF_A_KIND, Check, Finding, of_page
from loyalty_engine.storage.sql.integrity.members import COUNTER_CHECK, MEMBER_CHECKS
from loyalty_engine.storage.sql.integrity.order import MOVES, wrong_spendings
from loyalty_engine.storage.sql.integrity.sums import Totals, pages
from loyalty_engine.storage.sql.statements import Statement
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.wire import Wire

MOST_FINDINGS = 1000

_COUNTED = {
    "account": ("accounts", "balances", "lots", "entries"),
    "member": ("members", "purchases", "returns"),
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
_HELD = Statement(
    text("SELECT account, unit, held FROM balances WHERE program = :program AND held <> 0"),
    "program",
    prepared=False,
)
_SET_ASIDE = Statement(
    text(
        """
        SELECT (
            SELECT m.account FROM members m WHERE m.program = r.program AND m.member = r.member
        ), r.held
        FROM reservations r WHERE r.program = :program AND r.state = 'open'
        """
    ),
    "program",
    prepared=False,
)


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, what is wrong, and the sums by unit. Without findings all is well."""

    program: str
    counts: Mapping[str, int]
    findings: tuple[Finding, ...]
    totals: Mapping[str, Totals]

    @property
    def clean(self) -> bool:
        """Whether every promise holds."""
        return not self.findings


def verify(
    storage: SqlStorage, program: str, progress: Callable[[int], object] | None = None
) -> Report:
    """Check all that must hold for a programme; `progress` is told of accounts and members done.

    Stops looking for more after `MOST_FINDINGS`.
    """
    proof = _Proof(storage, program, progress or (lambda _: None))
    proof.of_accounts()
    proof.of_members()
    proof.of_holds()
    proof.of_counters()
    proof.of_sums()
    return Report(program, dict(proof.counts), tuple(proof.findings[:MOST_FINDINGS]), proof.totals)


class _Proof:
    def __init__(
        self, storage: SqlStorage, program: str, progress: Callable[[int], object]
    ) -> None:
        self._storage = storage
        self._program = program
        self._progress = progress
        self.counts: Counter[str] = Counter()
        self.findings: list[Finding] = []
        self.totals: dict[str, Totals] = {}
        self._owed: Counter[str] = Counter()

    def of_accounts(self) -> None:
        for wire, page in self._pages("account", ("accounts", "entries")):
            self._ask(wire, ACCOUNT_CHECKS, page)
            self._count(wire, "account", page)
            moved, owed, moves = wire.ask((_MOVED, page), (_OWED, page), (MOVES, page))
            for unit, source, destination, amount in moved.rows:
                self.totals.setdefault(unit, Totals()).add(source, destination, amount)
            self._owed.update(dict(owed.rows))
            self.findings += islice(wrong_spendings(moves.rows), MOST_OF_A_KIND)

    def of_members(self) -> None:
        for wire, page in self._pages("member", ("members", "purchases")):
            self._ask(wire, MEMBER_CHECKS, page)
            self._count(wire, "member", page)

    def of_holds(self) -> None:
        """What accounts hold is what open reservations, few and short-lived, have set aside."""
        with self._wire() as wire:
            held, set_aside = wire.ask((_HELD, (self._program,)), (_SET_ASIDE, (self._program,)))
        there = {(account, unit): amount for account, unit, amount in held.rows}
        promised: Counter[tuple[int, str]] = Counter()
        for account, text_ in set_aside.rows:
            for unit, portions in json.loads(text_).get("points", {}).items():
                promised[account, unit] += sum(amount for _, amount in portions)
        for place in sorted({*there, *promised}, key=str):
            found, wanted = there.get(place, 0), promised[place]
            if found != wanted:
                where = f"account {place[0]}, {place[1]}"
                detail = f"{found} are held, open reservations set {wanted} aside"
                self.findings.append(Finding("held_for_reservations", where, detail))

    def of_counters(self) -> None:
        with self._wire() as wire:
            self._ask(wire, (COUNTER_CHECK,), (self._program,))

    def of_sums(self) -> None:
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
        self, column: str, tables: tuple[str, ...]
    ) -> Iterator[tuple[Wire, tuple[str, int, int]]]:
        """Each page with a transaction of its own: all its figures are of one moment."""
        with self._wire() as wire:
            found = list(pages(wire, self._program, column, tables))
        for after, upto in found:
            if len(self.findings) >= MOST_FINDINGS:
                return
            with self._wire() as wire:
                yield wire, (self._program, after, upto)

    def _ask(self, wire: Wire, checks: Sequence[Check], values: tuple[str | int, ...]) -> None:
        answers = wire.ask(*[(check.statement, values) for check in checks])
        for check, answer in zip(checks, answers, strict=True):
            self.findings += check.findings(answer.rows)

    def _count(self, wire: Wire, column: str, page: tuple[str, int, int]) -> None:
        statements = _COUNTS[column]
        answers = wire.ask(*[(statement, page) for statement in statements.values()])
        for table, answer in zip(statements, answers, strict=True):
            self.counts[table] += answer.rows[0][0]
        self._progress(self.counts["accounts"] + self.counts["members"])
