"""Book what time has brought: pending points become available, old ones expire.

Nothing depends on this having run; it makes the ledger say what the dates say.
"""

from datetime import datetime

from loyalty_engine.ports import Work
from loyalty_engine.use_cases.booking import convert_full_cards, open_book
from loyalty_engine.use_cases.calling import Answer, Engine
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.receipt import to_json
from loyalty_engine.use_cases.reserving import lapse_due
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write


def settle_account(engine: Engine, program_name: str, number: int, now: datetime) -> int:
    """Settle one member's account at `now`; answers how many entries that made."""
    program = engine.rulebooks.current(program_name).program
    made = 0

    def act(work: Work) -> Written:
        nonlocal made
        member = work.member(number)
        if member is None:
            return Written(Answer(404, b""))
        book = open_book(work, member, now)
        lapse_due(work, member, book)
        book.settle()
        convert_full_cards(book, program, number, None)
        made = len(book.entries)
        after = save_account(work, member, book)
        if made:
            kinds = sorted({entry.kind for entry in book.entries})
            work.announce(
                member_event(
                    "account_settled", number, str(book.version), book.version, now,
                    {"kinds": kinds},
                )
            )  # fmt: skip
        return Written(Answer(200, to_json({"entries": made})), shown_after(program, after, book))

    write(engine, program_name, now, act)
    return made
