"""A code that a redemption has used can be used again."""

from dataclasses import replace

from loyalty_engine.domain.errors import NotFound
from loyalty_engine.ports import Work
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.deciding.counting import key_of
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.vouchers.attempts import asker, count_wrong, room_for_wrong, too_many
from loyalty_engine.use_cases.vouchers.using_codes import give_back, redemption_use
from loyalty_engine.use_cases.writing import Written, write


def roll_back_voucher(engine: Engine, caller: Caller, code: str, redemption: str) -> Answer:
    """Let a code be used again that a redemption has used (200, also when done before).

    Raises `NotFound` (404) where this redemption has not used this code, which counts as a wrong
    one, and `TooMany` (429) after too many of these.
    """
    rulebook = engine.rulebooks.current(caller.program)
    shared = rulebook.shared_codes
    who = asker(engine, rulebook.program, caller, None)

    def act(work: Work) -> Written:
        operation = operation_of(caller, 200)
        if operation and (known := work.remember(operation)):
            return Written(replay_of(work, caller, known))
        if not room_for_wrong(work, who, caller.now):
            raise too_many(caller.now)
        sealed = engine.codes.sealed(caller.program, code, shared)
        digest = engine.codes.digest(caller.program, sealed) if sealed in shared else sealed
        if digest:
            work.vouchers([digest])  # locked before it is looked at
        use = work.voucher_use(digest, redemption_use(redemption)) if digest else None
        if use is None:
            raise NotFound(
                f"redemption {redemption!r} has not used this code", code="redemption_unknown"
            )
        if use.undone_at is None:
            for key, amount in sorted(use.counted.items()):
                work.use(key_of(key), -amount, 0)
            give_back(work, [use])
        body = to_json({"redemption": redemption, "voucher": use.kind, "state": "rolled_back"})
        if operation:
            work.answer(replace(operation, answer=body))
        return Written(Answer(200, body))

    try:
        return write(engine, caller.program, caller.now, act)
    except NotFound:
        with engine.storage.begin(caller.program, caller.now) as work:
            count_wrong(work, who, caller.now, 1)
        raise
