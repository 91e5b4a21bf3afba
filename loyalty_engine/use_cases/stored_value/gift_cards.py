"""Gift cards: made, put value on, looked up, blocked, replaced when lost, extended."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from loyalty_engine.domain.errors import InvalidRequest
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purse_book import PurseBook
from loyalty_engine.domain.stored_value import (
    GIVEN,
    SOLD,
    CardTerms,
    Purse,
    PurseKind,
    PurseState,
    ValueCause,
)
from loyalty_engine.ports import Work
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.codes import marked
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.stored_value.finding_cards import (
    CardName,
    CardRefused,
    counting_wrong,
    find_card,
    sealed,
)
from loyalty_engine.use_cases.stored_value.purses import (
    Opened,
    card_terms,
    check_load,
    end_of,
    number_of,
    open_purses,
    purse_body,
    purse_event,
    release_holds,
    save_purses,
    shown_number,
    state_of,
)
from loyalty_engine.use_cases.writing import Written, write


@dataclass(frozen=True, slots=True)
class IssueCard:
    """A card to make; with `amount` (minor units) it is active at once, `given` or sold."""

    reason: str
    by: str
    amount: int | None = None
    given: bool = False


@dataclass(frozen=True, slots=True)
class LoadCard:
    """Value to put on a card, which makes it active: sold, or given for nothing."""

    name: CardName
    amount: int
    reason: str
    by: str
    given: bool = False


@dataclass(frozen=True, slots=True)
class ChangeCard:
    """What is done to a card by hand, with a reason and a name; `until` is for an extension."""

    name: CardName
    reason: str
    by: str
    until: datetime | None = None


@dataclass(slots=True)
class Doing:
    """A card that something is being done to."""

    engine: Engine
    work: Work
    caller: Caller
    program: Program
    terms: CardTerms
    opened: Opened
    book: PurseBook


def issue_card(engine: Engine, caller: Caller, asked: IssueCard) -> Answer:
    """Make a card (201); its code is in this answer and nowhere else."""
    program = engine.rulebooks.current(caller.program).program
    terms = card_terms(program)

    def act(work: Work) -> Written:
        operation = operation_of(caller, 201)
        if operation and (known := work.remember(operation)):
            return Written(replay_of(work, caller, known))
        seed, book = make_card(engine, work, caller, program, terms)
        if asked.amount is not None:
            check_load(terms, book, asked.amount, "/amount")
            cause = ValueCause("load", reason=asked.reason, by=asked.by)
            ends = end_of(terms.valid, work.now, program)
            book.load(asked.amount, GIVEN if asked.given else SOLD, cause, ends)
        work.save_purse(book)
        body = {"code": marked(seed, terms.characters), **purse_body(book.purse, work.now)}
        work.announce(purse_event("gift_card_made", book.purse, str(book.purse.number), work.now))
        answer = Answer(201, to_json(body))
        if operation:
            work.answer(replace(operation, answer=answer.body))
        return Written(answer)

    return write(engine, caller.program, caller.now, act)


def make_card(
    engine: Engine, work: Work, caller: Caller, program: Program, terms: CardTerms
) -> tuple[int, PurseBook]:
    """A new card without value; what its code follows from, and its book."""
    seed = engine.new_number()
    code = sealed(
        engine, caller.program, engine.codes.code_of(caller.program, seed, terms.characters)
    )
    purse = Purse(
        number_of(code), PurseKind.GIFT_CARD, program.currency, work.now, PurseState.INACTIVE, code
    )
    work.add_purses([purse])
    return seed, PurseBook(purse, work.now)


def look_up_card(engine: Engine, caller: Caller, name: CardName) -> Answer:
    """What stands on a card (200); raises what `find_card` raises."""
    program = engine.rulebooks.current(caller.program).program
    card_terms(program)
    with counting_wrong(engine, caller), engine.storage.read(caller.program) as view:
        found = find_card(view, engine, program, caller, name)
        opened = open_purses(view, [found.number], caller.now)
    return Answer(200, to_json(purse_body(opened.books[found.number].purse, caller.now)))


def load_card(engine: Engine, caller: Caller, asked: LoadCard) -> Answer:
    """Put value on a card, which makes it active (200)."""

    def act(it: Doing) -> dict[str, Any]:
        check_in_use(it)
        check_load(it.terms, it.book, asked.amount, "/amount")
        cause = ValueCause("load", reason=asked.reason, by=asked.by)
        ends = end_of(it.terms.valid, it.work.now, it.program)
        it.book.load(asked.amount, GIVEN if asked.given else SOLD, cause, ends)
        return {}

    return change_card(engine, caller, asked.name, "gift_card_loaded", act)


def block_card(engine: Engine, caller: Caller, asked: ChangeCard) -> Answer:
    """Let nobody use a card any more (200, also when it is blocked); its value stays."""

    def act(it: Doing) -> dict[str, Any]:
        if it.book.purse.state is not PurseState.BLOCKED:
            release_holds(it.work, it.book, "card blocked")
            it.book.block()
            it.work.add_value_note(it.book.purse.number, "block", asked.reason, asked.by)
        return {}

    return change_card(engine, caller, asked.name, "gift_card_blocked", act)


def replace_card(engine: Engine, caller: Caller, asked: ChangeCard) -> Answer:
    """Move the value of a lost card to a new one (200), whose code is in this answer only."""

    def act(it: Doing) -> dict[str, Any]:
        old = it.book
        if old.purse.replaced_by is not None or not old.purse.loaded:
            raise CardRefused(state_of(old.purse, it.work.now), it.caller, None, "/code")
        release_holds(it.work, old, "card replaced")
        seed, new = make_card(engine, it.work, caller, it.program, it.terms)
        cause = ValueCause("replace", reason=asked.reason, by=asked.by)
        old.move_to(new, cause)
        it.work.add_value_note(old.purse.number, "replace", asked.reason, asked.by)
        it.opened.books[new.purse.number] = it.book = new
        code = marked(seed, it.terms.characters)
        return {"code": code, "replaces": shown_number(old.purse.number)}

    return change_card(engine, caller, asked.name, "gift_card_replaced", act)


def extend_card(engine: Engine, caller: Caller, asked: ChangeCard) -> Answer:
    """Let a card end later, also one that has ended: what expired stands on it again (200)."""

    def act(it: Doing) -> dict[str, Any]:
        book, until = it.book, asked.until
        ends = book.purse.ends_at
        if until is not None and (until <= it.work.now or (ends is None or until < ends)):
            raise InvalidRequest(
                "a card is extended to an instant that is to come and no sooner than its end",
                code="end_has_passed", pointer="/until",
            )  # fmt: skip
        book.extend(until, ValueCause("extend", reason=asked.reason, by=asked.by))
        it.work.add_value_note(book.purse.number, "extend", asked.reason, asked.by)
        return {}

    return change_card(engine, caller, asked.name, "gift_card_extended", act)


def check_in_use(it: Doing) -> None:
    """Refuse cards that are blocked, replaced or have ended."""
    state = state_of(it.book.purse, it.work.now)
    if state not in ("active", "inactive"):
        raise CardRefused(state, it.caller, None, "/code")


def change_card(
    engine: Engine,
    caller: Caller,
    name: CardName,
    kind: str,
    act: Callable[[Doing], dict[str, Any]],
) -> Answer:
    """Run `act` on the card, locked and settled, and answer it as it is then."""
    program = engine.rulebooks.current(caller.program).program
    terms = card_terms(program)

    def run(work: Work) -> Written:
        operation = operation_of(caller, 200)
        if operation and (known := work.remember(operation)):
            return Written(replay_of(work, caller, known))
        number = find_card(work, engine, program, caller, name).number
        opened = open_purses(work, [number], work.now)
        it = Doing(engine, work, caller, program, terms, opened, opened.books[number])
        more = act(it)
        save_purses(work, opened)
        purse = it.book.purse
        if it.book.changed:
            event = f"{shown_number(number)}:{purse.version}:{work.now.isoformat()}"
            work.announce(purse_event(kind, purse, event, work.now))
        answer = Answer(200, to_json({**more, **purse_body(purse, work.now)}))
        if operation:
            work.answer(replace(operation, answer=answer.body))
        return Written(answer)

    with counting_wrong(engine, caller):
        return write(engine, caller.program, caller.now, run)
