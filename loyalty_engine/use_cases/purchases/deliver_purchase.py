"""A purchase has been delivered: points that waited for that run from then on."""

from dataclasses import replace
from datetime import datetime

from loyalty_engine.domain.errors import Conflict, InvalidRequest
from loyalty_engine.domain.expiry import expires_at
from loyalty_engine.domain.lots import Lot
from loyalty_engine.ports import Work
from loyalty_engine.use_cases.answering import instant, shown, to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.points.booking import convert_full_cards, open_book
from loyalty_engine.use_cases.purchases.checks import check_time
from loyalty_engine.use_cases.purchases.show_purchase import stored_purchase_of
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write


def deliver_purchase(
    engine: Engine, caller: Caller, purchase_id: str, occurred_at: datetime
) -> Answer:
    """Let what the purchase gave run from `occurred_at` (200); told again it changes nothing.

    Raises `NotFound`, `InvalidRequest` for a delivery before the purchase, `Conflict` for a guest's
    purchase, which has no points yet.
    """

    def act(work: Work) -> Written:
        operation = operation_of(caller, 200)
        if operation and (before := work.remember(operation)):
            return Written(replay_of(work, caller, before))
        stored = stored_purchase_of(work, purchase_id)
        program = engine.rulebooks.by_hash(caller.program, stored.rulebook).program
        check_time(program, occurred_at, caller.now)
        if occurred_at < stored.occurred_at:
            raise InvalidRequest(
                "a purchase cannot be delivered before it happened",
                code="delivery_before_purchase", pointer="/occurred_at",
            )  # fmt: skip
        member = work.member(stored.member)
        if member is None or stored.account is None:
            raise Conflict(
                "this is a guest's purchase: tell of its delivery once a member has claimed it",
                code="purchase_not_claimed",
            )

        def ends(lot: Lot) -> datetime | None:
            expiry = program.units[lot.unit].expiry
            tier = member.tier.tier
            return expires_at(expiry, stored.occurred_at, occurred_at, program.zone, tier)

        book = open_book(work, member, work.now, purchase_id)
        points = book.arrive(purchase_id, occurred_at, ends)
        convert_full_cards(book, program, member.number, purchase_id)
        after = save_account(work, member, book)
        told = {
            "purchase": purchase_id,
            "occurred_at": instant(occurred_at),
            "points": points,
        }
        if points:
            work.announce(
                member_event(
                    "purchase_delivered", member.number, f"{purchase_id}:{book.version}",
                    book.version, work.now, told,
                )
            )  # fmt: skip
        balance = {name: shown(it) for name, it in sorted(book.balances.items())}
        body = {"member": member.id, **told, "balance": balance, "version": book.version}
        answer = Answer(200, to_json(body))
        if operation:
            work.answer(replace(operation, answer=answer.body))
        return Written(answer, shown_after(program, after, book))

    return write(engine, caller.program, caller.now, act)
