"""Book what time has brought: pending points become available, old ones expire.

Nothing depends on this having run; it makes the ledger say what the dates say.
"""

from datetime import datetime

from loyalty_engine.domain.program import Program
from loyalty_engine.ports import MemberRecord, Work
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Engine
from loyalty_engine.use_cases.events import settled_event
from loyalty_engine.use_cases.points.booking import convert_full_cards, open_book
from loyalty_engine.use_cases.purchases.reserving import lapse_due
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write


def settle_account(engine: Engine, program_name: str, number: int, now: datetime) -> int:
    """Settle one account, by its number or its member's, at `now`; answers how many entries that made."""
    program = engine.rulebooks.current(program_name).program
    made = 0

    def act(work: Work) -> Written:
        nonlocal made
        made, written = settle_in(work, program, number)
        return written

    write(engine, program_name, now, act)
    return made


def settle_in(work: Work, program: Program, number: int) -> tuple[int, Written]:
    """Settle within a unit of work, at its instant; how many entries that made comes first."""
    member = work.member(number) or of_household(work, number)
    if member is None or member.status == "merged":
        return 0, Written(Answer(404, b""))
    book = open_book(work, member, work.now)
    lapse_due(work, member, book)
    book.settle()
    convert_full_cards(book, program, member.number, None)
    made = len(book.entries)
    after = save_account(work, member, book)
    if made:
        tier = member.tier.tier
        work.announce(settled_event(member.number, book, work.now, (tier, tier)))
    answer = Answer(200, to_json({"entries": made}))
    return made, Written(answer, shown_after(program, after, book))


def of_household(work: Work, account: int) -> MemberRecord | None:
    """One of those who share an account, locked with it; jobs name it by its own number."""
    family = work.family(account)
    return work.member(family[0].number) if family else None
