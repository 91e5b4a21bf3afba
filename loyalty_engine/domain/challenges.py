"""Challenges: what counts, how far somebody is, and how often each goal has been reached.

Everything here follows from a tally, which is a sum over what is kept of purchases and events; so
the order in which they arrive, or come back, never matters.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Count(StrEnum):
    """What moves a challenge on."""

    PURCHASES = "purchases"
    UNITS = "units"
    SPEND = "spend"
    EVENTS = "events"
    CATEGORIES = "categories"
    BRANDS = "brands"
    PRODUCTS = "products"
    STORES = "stores"
    VISIT_DAYS = "visit_days"
    DAYS_IN_A_ROW = "days_in_a_row"
    WEEKS_IN_A_ROW = "weeks_in_a_row"
    MONTHS_IN_A_ROW = "months_in_a_row"

    @property
    def in_a_row(self) -> bool:
        """Whether it is a streak."""
        return self in (Count.DAYS_IN_A_ROW, Count.WEEKS_IN_A_ROW, Count.MONTHS_IN_A_ROW)

    @property
    def distinct(self) -> bool:
        """Whether the same again counts once only."""
        return self in (
            Count.CATEGORIES, Count.BRANDS, Count.PRODUCTS, Count.STORES, Count.VISIT_DAYS
        )  # fmt: skip

    @property
    def scale(self) -> int:
        """How many steps one is: products are counted in thousandths, for some are weighed."""
        return 1000 if self is Count.UNITS else 1


@dataclass(frozen=True, slots=True)
class Step:
    """What one purchase or event counts: an amount, and where it matters what it was, by that."""

    amount: int = 0
    keys: Mapping[str, int] = field(default_factory=dict)


NO_STEP = Step()


@dataclass(frozen=True, slots=True)
class Tally:
    """The sum of all steps that are kept; `keys` without those that came to nothing."""

    total: int = 0
    keys: Mapping[str, int] = field(default_factory=dict)

    def moved(self, before: Step, after: Step) -> "Tally":
        """The sum with one step in another's place."""
        keys = dict(self.keys)
        for step, sign in ((before, -1), (after, 1)):
            for key, amount in step.keys.items():
                keys[key] = keys.get(key, 0) + sign * amount
        left = {key: keys[key] for key in sorted(keys) if keys[key]}
        return Tally(self.total - before.amount + after.amount, left)

    def with_all(self, other: "Tally") -> "Tally":
        """Both sums together."""
        return self.moved(NO_STEP, Step(other.total, other.keys))


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a tally is read. `goals` rise, the last fills the card; `rounds` None: again and again.

    What goes beyond the last goal is `carried` into the next round, or dropped. A streak survives
    so many `forgiven` days, weeks or months without anything, anew for each round.
    """

    count: Count
    goals: tuple[int, ...]
    rounds: int | None = 1
    carried: bool = True
    forgiven: int = 0

    @property
    def full(self) -> int:
        """What fills the card."""
        return self.goals[-1]

    @property
    def in_order(self) -> bool:
        """Whether it matters which step came when: then steps are kept apart by their instants."""
        return not self.carried and not self.count.in_a_row and not self.count.distinct


@dataclass(frozen=True, slots=True)
class Run:
    """A streak: how many periods it has, its last one by number, and how many more it can miss."""

    length: int
    last: int
    spare: int


def reached(scheme: Scheme, tally: Tally) -> tuple[int, ...]:
    """How often each goal has been reached, in the order of `scheme.goals`."""
    stretches = list(_stretches(scheme, tally))
    full = sum(it // scheme.full for it in stretches)
    if scheme.rounds is not None and full >= scheme.rounds:
        return (scheme.rounds,) * len(scheme.goals)
    times = [full + sum(it % scheme.full >= goal for it in stretches) for goal in scheme.goals]
    return (*times[:-1], full)


def _stretches(scheme: Scheme, tally: Tally) -> Iterator[int]:
    """What is counted apart from the rest: cards that lost what went beyond them, streaks."""
    if scheme.count.in_a_row:
        yield from (run.length for run in runs(scheme, tally))
    elif scheme.count.distinct:
        yield len(tally.keys)
    elif scheme.in_order:
        yield from _cards(scheme, tally)
    else:
        yield max(0, tally.total)


def _cards(scheme: Scheme, tally: Tally) -> Iterator[int]:
    there = 0
    for key in sorted(tally.keys):
        there += tally.keys[key]
        if there >= scheme.full:
            yield scheme.full
            there = 0
    yield there


def in_order_key(micros: int, purchase: str) -> str:
    """The key of a step where the order matters: its instant, then its purchase."""
    return f"{micros:020d} {purchase}"


# --- streaks -----------------------------------------------------------------------------------


def bucket(count: Count, day: date) -> int:
    """The number of the day, week (from Monday) or month that a day is in, without gaps."""
    if count is Count.MONTHS_IN_A_ROW:
        return day.year * 12 + day.month - 1
    return day.toordinal() if count is Count.DAYS_IN_A_ROW else (day.toordinal() - 1) // 7


def first_day(count: Count, number: int) -> date:
    """The first day of a day, week or month by its number."""
    if count is Count.MONTHS_IN_A_ROW:
        return date(number // 12, number % 12 + 1, 1)
    return date.fromordinal(number if count is Count.DAYS_IN_A_ROW else number * 7 + 1)


def runs(scheme: Scheme, tally: Tally) -> list[Run]:
    """All streaks, the oldest first."""
    found: list[Run] = []
    for number in sorted(bucket(scheme.count, date.fromisoformat(key)) for key in tally.keys):
        last = found[-1] if found else None
        missed = number - last.last - 1 if last else 0
        if last is None or missed > last.spare:
            found.append(_next(scheme, Run(0, number, scheme.forgiven), number, 0))
        else:
            found[-1] = _next(scheme, last, number, missed)
    return found


def _next(scheme: Scheme, run: Run, number: int, missed: int) -> Run:
    length = run.length + 1
    spare = scheme.forgiven if length % scheme.full == 0 else run.spare - missed
    return Run(length, number, spare)


def breaks_on(scheme: Scheme, run: Run) -> date:
    """The first day on which a streak is over if nothing is bought before."""
    return first_day(scheme.count, run.last + run.spare + 2)


def running(scheme: Scheme, tally: Tally, today: date) -> Run | None:
    """The streak that goes on at the end of all steps up to `today`; None where it is broken."""
    found = runs(scheme, tally)
    return found[-1] if found and today < breaks_on(scheme, found[-1]) else None


# --- standing ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody is on the present card; below nothing while more was given than reached."""

    progress: int
    goal: int
    rounds: int
    done: bool

    @property
    def left(self) -> int:
        """What is left to the end of the card."""
        return 0 if self.done else self.goal - self.progress


def progress_of(scheme: Scheme, tally: Tally, given: int, today: date) -> Progress:
    """The present card, `given` being how often its reward stands, even where it is owed."""
    times = reached(scheme, tally)[-1]
    rounds = max(times, given)
    if scheme.rounds is not None and min(times, rounds) >= scheme.rounds:
        return Progress(scheme.full, scheme.full, rounds, True)
    return Progress(_on_card(scheme, tally, today) - (rounds - times) * scheme.full,
                    scheme.full, rounds, False)  # fmt: skip


def _on_card(scheme: Scheme, tally: Tally, today: date) -> int:
    if scheme.count.in_a_row:
        run = running(scheme, tally, today)
        return run.length % scheme.full if run else 0
    *_, last = _stretches(scheme, tally)
    return last % scheme.full


def given_after(given: Iterable[int], times: Iterable[int]) -> tuple[int, ...]:
    """How often each goal's reward stands once all that is due has been given."""
    return tuple(max(pair) for pair in zip(given, times, strict=True))
