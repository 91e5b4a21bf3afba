"""Cancel a purchase: all of it is undone."""

from dataclasses import replace
from datetime import datetime

from loyalty_engine.domain.errors import InvalidRequest
from loyalty_engine.ports import Work
from loyalty_engine.use_cases.answering import to_json, with_member
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.events import purchase_event
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.purchases.checks import check_time
from loyalty_engine.use_cases.returns.undoing import find_open, undo
from loyalty_engine.use_cases.returns.undone import line_refunds, undone_figures
from loyalty_engine.use_cases.writing import Written, write


def cancel_purchase(
    engine: Engine, caller: Caller, purchase_id: str, occurred_at: datetime
) -> Answer:
    """Undo what is left of a purchase (200); raises `NotFound`, or `Conflict` when it is closed."""
    engine.hooks.guard(caller.program, "cancel_purchase", None, False)

    def act(work: Work) -> Written:
        operation = operation_of(caller, 200)
        if operation and (known := work.remember(operation)):
            return Written(replay_of(work, caller, known))
        stored = find_open(work, purchase_id)
        program = engine.rulebooks.by_hash(caller.program, stored.rulebook).program
        check_time(program, occurred_at, caller.now)
        if occurred_at < stored.occurred_at:
            raise InvalidRequest(
                "a purchase cannot be cancelled before it happened",
                code="return_before_purchase", pointer="/occurred_at",
            )  # fmt: skip
        undone = undo(
            engine, work, caller, stored, codec.kept_of(stored.kept), {}, occurred_at,
            kind="cancel", state="cancelled",
        )  # fmt: skip
        tiers = undone.tier if undone.member else None
        work.announce(
            purchase_event("purchase_cancelled", undone.stored, undone.version, work.now, tiers)
        )
        receipt = {"purchase": stored.purchase, "revision": stored.revision}
        lines = [{"id": line, "refund": refund} for line, refund in line_refunds(undone).items()]
        name = undone.member.id if undone.member else None
        body = with_member(to_json(receipt | undone_figures(undone) | {"lines": lines}), name)
        if operation:
            work.answer(replace(operation, answer=body))
        return Written(Answer(200, body), undone.shown)

    return write(engine, caller.program, caller.now, act)
