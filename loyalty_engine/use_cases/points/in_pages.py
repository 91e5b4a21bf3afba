"""What time brings, for a page of members in one transaction: the same as for one after the other.

A page waits for nobody, so it can neither hold up a checkout for longer than it takes itself nor
be part of a deadlock. Whom it had to leave out it names.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Page
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.points.settle_account import settle_in
from loyalty_engine.use_cases.tiers.review_tier import review_in
from loyalty_engine.use_cases.writing import Written, show


@dataclass(frozen=True, slots=True)
class PageDone:
    """How many were done; who is `busy`, and will be free in a moment; who is to be done alone."""

    done: int
    busy: Sequence[int] = ()
    alone: Sequence[int] = ()


Act = Callable[[Page, Program, int], Written | None]
"""What is done with one member; None for one that must be done alone."""


def settle_page(
    engine: Engine, program_name: str, numbers: Sequence[int], now: datetime
) -> PageDone:
    """Book what is due for these accounts, by their numbers."""

    def act(page: Page, program: Program, number: int) -> Written | None:
        # What a reservation lets go of may be what many share; locks on that go one at a time.
        if page.due_reservations(number, page.now):
            return None
        return settle_in(page, program, number)[1]

    return _in_page(engine, program_name, numbers, now, act)


def review_page(
    engine: Engine, program_name: str, numbers: Sequence[int], now: datetime
) -> PageDone:
    """Review the tiers of these members, by their numbers."""

    def act(page: Page, program: Program, number: int) -> Written:
        return review_in(engine, page, program, number)[1]

    return _in_page(engine, program_name, numbers, now, act)


def _in_page(
    engine: Engine, program_name: str, numbers: Sequence[int], now: datetime, act: Act
) -> PageDone:
    program = engine.rulebooks.current(program_name).program
    written: dict[int, Written] = {}
    with engine.storage.begin_page(program_name, now, numbers) as page:
        for number in page.there:
            one = act(page, program, number)
            if one is not None:
                written[number] = one
        busy = page.busy
        stamp = engine.board.stamp()
    for answer in written.values():
        show(engine, program_name, answer.shown, stamp)
    left = {*busy, *written}
    return PageDone(len(written), busy, [it for it in dict.fromkeys(numbers) if it not in left])
