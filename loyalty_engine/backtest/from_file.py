"""The past in a file of purchases, read as `loyalty replay` reads it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from loyalty_engine.backtest.past import GUESTS, Bought, CameBack, Joined
from loyalty_engine.backtest.sorting import Part, Plan, Sorter
from loyalty_engine.domain.currencies import decimals_of
from loyalty_engine.imports.account import Account
from loyalty_engine.imports.job import Watch, mapping_of
from loyalty_engine.imports.mapping import SourceMapping
from loyalty_engine.imports.reading import read_baskets
from loyalty_engine.imports.steps import Step, Steps
from loyalty_engine.imports.tables import UnusableFile, count_rows
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.storage.sql.instants import instant
from loyalty_engine.use_cases.purchases.history import Arrival, Back, Sale


@dataclass(frozen=True, slots=True)
class Sorted:
    """A past in files; `last` is its last instant, `account` says what became of every line."""

    parts: Sequence[Part]
    first: datetime
    last: datetime
    account: Account | None = None


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file and the mapping of its columns; `limit` is of baskets."""

    file: Path
    mapping: Path
    limit: int | None = None

    def sort(
        self,
        rulebooks: Sequence[Rulebook],
        plan: Plan,
        sorter: Callable[[int], Sorter],
        until: datetime | None,
        watch: Watch,
    ) -> Sorted:
        """Read, and write what happened before `until` to the files of a sorter.

        Raises UnusableFile, RulebookErrors (for the mapping) and OSError.
        """
        mapping = mapping_of(self.mapping)
        _check_units(mapping, rulebooks)
        currency = rulebooks[0].program.currency
        account = Account(decimals_of(currency), None)
        watch.begin("Reading", self.limit or count_rows(self.file))
        staging = read_baskets(
            self.file, mapping, account.decimals, account, limit=self.limit, tell=watch.reached
        )
        try:
            span = staging.span
            if span is None:
                raise UnusableFile(f"{self.file.name} holds no basket that can be played")
            first, last = map(instant, span)
            watch.begin("Sorting", staging.count)
            steps = Steps(staging, account, mapping, currency)
            parts = _sort(steps, sorter(staging.count), account, until, watch)
        finally:
            staging.close()
        return Sorted(parts, first, last if until is None else min(last, until), account)


def _sort(
    steps: Steps, sorter: Sorter, account: Account, until: datetime | None, watch: Watch
) -> Sequence[Part]:
    for number, step in enumerate(steps):
        if until is not None and step.happening.at >= until:
            break
        _put(sorter, step, account)
        if number % 1000 == 0:
            watch.reached(steps.baskets)
    return sorter.close()


def _put(sorter: Sorter, step: Step, account: Account) -> None:
    match step.happening:
        case Arrival(at, purchase, openings):
            assert purchase.member is not None
            sorter.put(purchase.member, Joined(at, replace(purchase, lines=()), openings))
        case Sale(at, purchase, top_up):
            sorter.put(purchase.member or GUESTS, Bought(at, purchase, top_up))
            for line in step.sold:
                account.recorded.add(line.value, whole=True)
        case Back(at, bought, back):
            assert step.basket is not None
            sorter.put(step.basket.member or GUESTS, CameBack(at, bought, back))
            for piece in step.moved:
                account.returned.add(piece.value, whole=piece.whole)


def _check_units(mapping: SourceMapping, rulebooks: Sequence[Rulebook]) -> None:
    for rulebook in rulebooks:
        for it in mapping.points:
            if it.unit not in rulebook.program.units:
                raise UnusableFile(
                    f"the mapping names points {it.unit!r}; one of the rulebooks has only "
                    f"{', '.join(rulebook.program.units)}"
                )
