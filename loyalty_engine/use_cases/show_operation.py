"""What became of a write whose answer was lost: found by its Idempotency-Key."""

import msgspec

from loyalty_engine.domain.errors import NotFound
from loyalty_engine.use_cases.answering import instant, to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.idempotency import answer_body


def show_operation(engine: Engine, caller: Caller, key: str) -> Answer:
    """`effect` is done, with the answer given; raises `NotFound` where the write had no effect."""
    with engine.storage.read(caller.program) as view:
        stored = view.operation(caller.client, key)
        if stored is None:
            raise NotFound(
                "nothing was written under this key; the request may be sent again",
                code="operation_unknown",
            )
        body = engine.codes.revealed(caller.program, answer_body(view, stored))
    told = {
        "key": key,
        "effect": "done",
        "at": instant(stored.at),
        "status": stored.status,
        "answer": msgspec.Raw(body),
    }
    return Answer(200, to_json(told))
