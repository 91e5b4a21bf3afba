"""Let a reservation go before it lapses."""

from loyalty_engine.domain.errors import Conflict, NotFound
from loyalty_engine.ports import Work
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.points.booking import open_book
from loyalty_engine.use_cases.purchases.reserving import let_go, values_of
from loyalty_engine.use_cases.stored_value.reserving_value import release_value
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write


def release_reservation(engine: Engine, caller: Caller, id: str) -> Answer:
    """Free what the reservation holds (200, also when that was done before).

    Raises `NotFound`, or `Conflict` when a purchase has used it.
    """

    def act(work: Work) -> Written:
        reservation = work.reservation(id)
        if reservation is None:
            raise NotFound(f"there is no reservation {id!r}", code="reservation_unknown")
        if reservation.state == "used":
            raise Conflict("a purchase has used this reservation", code="reservation_used")
        if reservation.state != "open":
            return Written(_answer(id, reservation.state))
        member = work.member(reservation.member)
        assert member is not None, "a reservation's member is never removed"
        book = open_book(work, member, work.now)
        release_value(work, values_of(reservation))
        let_go(work, member, book, reservation, "released")
        after = save_account(work, member, book)
        work.announce(
            member_event(
                "reservation_released", member.number, id, after.version, work.now,
                {"reservation": id},
            )
        )  # fmt: skip
        program = engine.rulebooks.current(caller.program).program
        return Written(_answer(id, "released"), shown_after(program, after, book))

    return write(engine, caller.program, caller.now, act)


def _answer(id: str, state: str) -> Answer:
    return Answer(200, to_json({"reservation": id, "state": state}))
