"""Value of a gift card set aside at the start of a payment, until captured, released or lapsed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from loyalty_engine.domain.errors import Conflict, InvalidRequest, NotFound
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purse_book import PurseBook
from loyalty_engine.domain.stored_value import ValueCause, ValueHold
from loyalty_engine.ports import Address, Taken, View, Work
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.canonical import fingerprint
from loyalty_engine.use_cases.idempotency import operation_of, remember_answer, replay_of
from loyalty_engine.use_cases.stored_value.finding_cards import (
    GOOD,
    CardName,
    CardRefused,
    counting_wrong,
    find_card,
)
from loyalty_engine.use_cases.stored_value.purses import (
    Opened,
    card_terms,
    open_purses,
    purse_event,
    save_purses,
    shown_number,
    state_of,
)
from loyalty_engine.use_cases.writing import Written, write


@dataclass(frozen=True, slots=True)
class ValueHoldRequest:
    """Value of a card to set aside under an id of the caller's, for so many seconds."""

    id: str
    name: CardName
    amount: int
    expires_in: int | None = None


def place_value_hold(engine: Engine, caller: Caller, asked: ValueHoldRequest) -> Answer:
    """Set value aside (201), or tell of the hold that was placed under this id (200).

    Raises `CardRefused`, `TooMany`, `NotFound`, `InvalidRequest` (too long) and `Conflict` (less
    stands there, another hold has the id).
    """
    program = engine.rulebooks.current(caller.program).program
    card_terms(program)
    most = program.switches.longest_hold_minutes
    if asked.expires_in is not None and asked.expires_in > most * 60:
        raise InvalidRequest(
            f"a hold lasts at most {most} minutes, by the programme's switch longest_hold_minutes",
            code="hold_too_long", pointer="/expires_in",
        )  # fmt: skip
    try:
        with counting_wrong(engine, caller):
            return write(
                engine, caller.program, caller.now,
                lambda work: _place(engine, work, program, caller, asked),
            )  # fmt: skip
    except Taken as taken:
        raise _exists(asked.id) from taken


def _place(
    engine: Engine, work: Work, program: Program, caller: Caller, asked: ValueHoldRequest
) -> Written:
    operation = operation_of(caller, 201)
    if operation and (known := work.remember(operation)):
        return Written(replay_of(work, caller, known))
    purse = find_card(work, engine, program, caller, asked.name)
    opened = open_purses(work, [purse.number], work.now)
    book = opened.books[purse.number]
    asked_print = fingerprint((asked.id, purse.number, asked.amount, asked.expires_in))
    before = work.value_hold(asked.id)
    if before is not None:
        if before.fingerprint != asked_print:
            raise _exists(asked.id)
        again = Answer(200, to_json(_body(before, book)))
        remember_answer(work, operation, again)
        return Written(again)
    if (state := state_of(book.purse, work.now)) != GOOD:
        raise CardRefused(state, caller, None, "/code")
    book.hold(asked.amount, ValueCause("hold", reason=f"hold {asked.id}"))
    lasts = timedelta(minutes=program.switches.hold_minutes)
    if asked.expires_in is not None:
        lasts = timedelta(seconds=asked.expires_in)
    hold = ValueHold(
        purse.number, asked.id, asked.amount, "open", work.now, work.now + lasts, asked_print
    )
    work.add_address(Address("value_hold", asked.id), purse.number)
    work.save_value_hold(hold)
    save_purses(work, opened)
    work.announce(purse_event("value_hold_placed", book.purse, asked.id, work.now, hold=asked.id))
    answer = Answer(201, to_json(_body(hold, book)))
    remember_answer(work, operation, answer)
    return Written(answer)


def capture_value_hold(engine: Engine, caller: Caller, id: str, amount: int | None) -> Answer:
    """Use what is held, or so much of it; the rest is free again (200, the same once more too)."""

    def act(hold: ValueHold, book: PurseBook) -> ValueHold:
        wanted = hold.amount if amount is None else amount
        if hold.state == "captured" and hold.captured == wanted and hold.purchase is None:
            return hold
        check_open(hold, wanted)
        book.capture(hold.amount, wanted, ValueCause("capture", reason=f"hold {id}"))
        return replace(hold, state="captured", captured=wanted)

    return _close(engine, caller, id, act)


def release_value_hold(engine: Engine, caller: Caller, id: str) -> Answer:
    """Let go of what is held (200); also when that was done before, or it has lapsed."""

    def act(hold: ValueHold, book: PurseBook) -> ValueHold:
        if hold.state == "captured":
            raise closed(hold)
        if hold.state != "open":
            return hold
        book.release(hold.amount, ValueCause("release", reason="hold released"))
        return replace(hold, state="released")

    return _close(engine, caller, id, act)


def show_value_hold(engine: Engine, caller: Caller, id: str) -> Answer:
    """A hold as it is (200); one past its end has lapsed, whether swept or not."""
    with engine.storage.read(caller.program) as view:
        hold = known_value_hold(view, id)
        book = open_purses(view, [hold.purse], caller.now).books[hold.purse]
    if hold.state == "open" and not hold.is_open(caller.now):
        hold = replace(hold, state="lapsed")
    return Answer(200, to_json(_body(hold, book)))


def known_value_hold(view: View, id: str) -> ValueHold:
    """The hold with this id; raises `NotFound`."""
    hold = view.value_hold(id)
    if hold is None:
        raise NotFound(f"there is no hold {id!r}", code="hold_unknown")
    return hold


def check_open(hold: ValueHold, amount: int, pointer: str | None = None) -> None:
    """Refuse to capture a hold that holds no more, or not as much."""
    if hold.state != "open":
        raise closed(hold)
    if amount > hold.amount:
        raise Conflict(
            f"{amount} are to be captured and {hold.amount} are held",
            code="capture_above_hold", pointer=pointer, held=hold.amount,
        )  # fmt: skip


def closed(hold: ValueHold) -> Conflict:
    """The refusal for a hold that holds no more."""
    return Conflict(
        f"hold {hold.id!r} is {hold.state}", code=f"hold_{hold.state}", state=hold.state,
        captured=hold.captured,
    )  # fmt: skip


def lapsed_or(opened: Opened, hold: ValueHold) -> ValueHold:
    """The hold as its purse was opened: it may have lapsed."""
    return next((it for it in opened.closed if it.id == hold.id), hold)


def _close(
    engine: Engine,
    caller: Caller,
    id: str,
    act: Callable[[ValueHold, PurseBook], ValueHold],
) -> Answer:
    def run(work: Work) -> Written:
        operation = operation_of(caller, 200)
        if operation and (known := work.remember(operation)):
            return Written(replay_of(work, caller, known))
        number = known_value_hold(work, id).purse
        opened = open_purses(work, [number], work.now)
        book = opened.books[number]
        before = lapsed_or(opened, known_value_hold(work, id))  # again, for now it is locked
        after = act(before, book)
        if after != before:
            work.save_value_hold(after)
            work.announce(
                purse_event(f"value_hold_{after.state}", book.purse, id, work.now, hold=id)
            )
        save_purses(work, opened)
        answer = Answer(200, to_json(_body(after, book)))
        if operation:
            work.answer(replace(operation, answer=answer.body))
        return Written(answer)

    return write(engine, caller.program, caller.now, run)


def _exists(id: str) -> Conflict:
    return Conflict(f"hold {id!r} was placed for something else; take a new id", code="hold_exists")


def _body(hold: ValueHold, book: PurseBook) -> dict[str, Any]:
    return {
        "hold": hold.id,
        "card": shown_number(hold.purse),
        "amount": hold.amount,
        "captured": hold.captured,
        "state": hold.state,
        "placed_at": hold.placed_at,
        "expires_at": hold.expires_at,
        "purchase": hold.purchase,
        "available": book.purse.available,
        "held": book.purse.held,
    }
