"""One backtest from beginning to end: sort the past, play it under both rulebooks, compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from loyalty_engine.backtest.figures import Figures, scale_of
from loyalty_engine.backtest.from_file import Sorted
from loyalty_engine.backtest.joining import Joined, Members
from loyalty_engine.backtest.running import SIDES, orders_for, play_all
from loyalty_engine.backtest.sorting import Plan, Sorter, plan_for
from loyalty_engine.backtest.working import Answer, Brief, Done, Rows, Told
from loyalty_engine.domain.currencies import decimals_of
from loyalty_engine.domain.money import Rounding, round_to_int
from loyalty_engine.domain.program import Program
from loyalty_engine.imports.account import Account
from loyalty_engine.imports.job import Watch
from loyalty_engine.imports.tables import UnusableFile
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.difference import Change, differences


class Source(Protocol):
    """Where the past comes from."""

    def sort(
        self,
        rulebooks: Sequence[Rulebook],
        plan: Plan,
        sorter: "SorterFor",
        until: datetime | None,
        watch: Watch,
    ) -> Sorted:
        """Write what happened before `until` to the files of a sorter."""
        ...


class SorterFor(Protocol):
    """Makes the sorter, once it is known how many purchases there are."""

    def __call__(self, baskets: int) -> Sorter: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to compare. Up to `since` the rules of `before` hold on both sides and nothing is
    counted; what happens from `until` on is left out.
    """

    before: Rulebook
    after: Rulebook
    names: tuple[str, str]
    source: Source
    since: datetime | None = None
    until: datetime | None = None
    workers: int = 1
    top: int = 10
    plugins: Path | None = None
    plugins_off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a backtest came to; `figures` are of before and after. Worth is in `1/scale` minor
    units until it is shown.
    """

    program: Program
    names: tuple[str, str]
    changes: Sequence[Change]
    first: datetime
    last: datetime
    since: datetime | None
    scale: int
    figures: tuple[Figures, Figures]
    joined: Joined
    plan: Plan
    titles: Mapping[str, Mapping[str, str]]
    account: Account | None = None

    def minor(self, worth: int) -> int:
        """Worth in minor units, half up."""
        return round_to_int(Fraction(worth, self.scale), Rounding.HALF_UP)


@dataclass(slots=True)
class _Hearing:
    """Adds up what is heard of those who play."""

    members: Members
    watch: Watch
    figures: tuple[Figures, Figures] = field(default_factory=lambda: (Figures(), Figures()))
    events: int = 0

    def __call__(self, answer: Answer) -> None:
        match answer:
            case Told(events):
                self.events += events
                self.watch.reached(self.events)
            case Rows(side, rows):
                self.members.add(side, rows)
            case Done(figures):
                for side, each in figures.items():
                    self.figures[side].add(each)


def run_backtest(wanted: Wanted, watch: Watch) -> Comparison:
    """Compare two rulebooks. Raises UnusableFile, RulebookErrors and OSError for what is given."""
    rulebooks = (wanted.before, wanted.after)
    currencies = {it.program.currency for it in rulebooks}
    if len(currencies) > 1:
        raise UnusableFile(f"the two programmes have different currencies: {sorted(currencies)}")
    plan = plan_for(rulebooks)
    scale = scale_of(it.program for it in rulebooks)
    members = Members(scale)
    with TemporaryDirectory(prefix="backtest-") as name:
        past = wanted.source.sort(
            rulebooks, plan, lambda baskets: Sorter(Path(name), plan, baskets, wanted.workers),
            wanted.until, watch,
        )  # fmt: skip
        brief = Brief(
            [dict(it.source) for it in rulebooks],
            str(wanted.plugins) if wanted.plugins else None,
            sorted(wanted.plugins_off),
            wanted.since,
            past.last,
        )
        watch.begin("Playing", len(SIDES) * sum(it.events for it in past.parts))
        hearing = _Hearing(members, watch)
        orders = orders_for(past.parts, together=plan.in_time)
        play_all(brief, orders, wanted.workers, hearing)
    watch.begin("Comparing", None)
    decimals = decimals_of(wanted.after.program.currency)
    joined = members.join(10**decimals, wanted.top)
    members.close()
    for figures, rulebook in zip(hearing.figures, rulebooks, strict=True):
        for unit, totals in figures.units.items():
            worth = rulebook.program.units[unit].value * totals.outstanding
            totals.liability = round_to_int(worth, Rounding.HALF_UP)
    return Comparison(
        program=wanted.after.program,
        names=wanted.names,
        changes=differences(wanted.before, wanted.after),
        first=past.first,
        last=past.last,
        since=wanted.since,
        scale=scale,
        figures=hearing.figures,
        joined=joined,
        plan=plan,
        titles={it.id: it.title for book in rulebooks for it in book.rules},
        account=past.account,
    )
