"""Book what time has brought to a purse: what has ended expires, holds past their end lapse."""

from datetime import datetime

from loyalty_engine.ports import Work
from loyalty_engine.use_cases.calling import Answer, Engine
from loyalty_engine.use_cases.stored_value.purses import open_purses, purse_event, save_purses
from loyalty_engine.use_cases.writing import Written, write


def settle_purse(engine: Engine, program: str, number: int, now: datetime) -> int:
    """Settle a purse at `now`; answers how many entries that made. It can be done at any time."""
    made = 0

    def act(work: Work) -> Written:
        nonlocal made
        opened = open_purses(work, [number], work.now)
        save_purses(work, opened)
        for book in opened.books.values():
            made = len(book.entries)
            if made:
                name = f"{number}:{book.purse.version}"
                work.announce(purse_event("purse_settled", book.purse, name, work.now))
        return Written(Answer(200, b"{}"))

    write(engine, program, now, act)
    return made
