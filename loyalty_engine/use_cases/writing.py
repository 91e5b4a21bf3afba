"""How a write is run: one transaction, tried again when the database asks for it, shown after."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from loyalty_engine.domain.errors import Unavailable
from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import MemberRecord, Work
from loyalty_engine.use_cases.calling import Answer, Engine
from loyalty_engine.use_cases.points.balance_body import balance_body, true_until

TRIES = 10
"""How often a transaction is tried that the database could not put in order with others."""
PAUSE_MICROS, LONGEST_PAUSE_MICROS = 1000, 50_000
"""About so long is waited before the third try, twice as long before each one after, at most."""
MOST_ACCOUNTS = 100
"""So many accounts one transaction may lock: those of all households that a member was in."""


PAST = datetime(1970, 1, 1, tzinfo=UTC)
"""Until when a balance is true that is not to be believed at all."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A member's balance after a write, to be put on the board once it is committed."""

    member: str
    version: int
    until: datetime | None
    body: bytes
    stamp: float = 0.0


@dataclass(frozen=True, slots=True)
class Written:
    """What a write answers, and what it has changed on the board."""

    answer: Answer
    shown: Shown | None = None


def write(engine: Engine, program: str, now: datetime, act: Callable[[Work], Written]) -> Answer:
    """Run `act` in a transaction; raises what it raises, with nothing changed."""
    tries, first = 1, frozenset[int]()
    while True:
        try:
            with engine.storage.begin(program, now, sure=tries > 1) as work:
                work.lock_in_order(first)
                written = act(work)
                stamp = engine.board.stamp()
        except Unavailable as error:
            more = first.union(error.accounts)
            # To learn of accounts is no try: it ends, for nobody has been in more than a few.
            tries += len(more) == len(first)
            if error.code != "serialization" or tries > TRIES or len(more) > MOST_ACCOUNTS:
                raise
            first = more
            if tries > 2:  # whoever is in the way is so again and again
                engine.pause(_pause(tries, engine.new_number()))
        else:
            show(engine, program, written.shown, stamp)
            return revealed(engine, program, written.answer)


def _pause(tries: int, number: int) -> float:
    """Seconds to wait before another try, by a random number: not for all the same time."""
    most = min(LONGEST_PAUSE_MICROS, PAUSE_MICROS << (tries - 2))
    return (most // 2 + number % most) / 1_000_000


def revealed(engine: Engine, program: str, answer: Answer) -> Answer:
    """The answer with the codes that it gives, which are kept nowhere."""
    body = engine.codes.revealed(program, answer.body)
    return answer if body is answer.body else replace(answer, body=body)


def show(engine: Engine, program: str, shown: Shown | None, stamp: float) -> None:
    """Put a balance on the board. That it may fail is the relay's business: it repairs."""
    if shown is not None:
        engine.board.show(
            program, shown.member, shown.version, shown.until, shown.body, stamp, wait=False
        )


def shown_after(program: Program, member: MemberRecord, book: AccountBook) -> Shown | None:
    """The member's balance as the book has it; None for one whom no caller can name."""
    if member.id is None:
        return None
    body = balance_body(program, member.id, book.balances, member.tier.tier, book.version, book.now)
    # What is held is free again at an instant that the book does not know; a look-up does.
    held = any(balance.held for balance in book.balances.values())
    until = PAST if held else true_until(book.balances, member.tier)
    return Shown(member.id, book.version, until, body)


def save_account(work: Work, member: MemberRecord, book: AccountBook) -> MemberRecord:
    """Write the book back; the member then bears the account's version."""
    if book.entries or book.touched or book.skipped:
        work.save_book(book)
    return replace(member, version=book.version)
