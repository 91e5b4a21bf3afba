"""Writes that may be sent again: remembered with the answer, or with where the answer stands."""

from collections.abc import Callable
from dataclasses import replace

import msgspec

from loyalty_engine.domain.errors import InvalidRequest, LoyaltyError
from loyalty_engine.ports import Operation, View, Work
from loyalty_engine.use_cases.answering import with_member
from loyalty_engine.use_cases.calling import Answer, Caller, Engine


def operation_of(caller: Caller, status: int, resource: str = "") -> Operation | None:
    """What to remember of this request; None without an Idempotency-Key."""
    if caller.key is None:
        return None
    return Operation(caller.client, caller.key, caller.fingerprint, caller.now, status, resource)


def replay_of(view: View, caller: Caller, stored: Operation) -> Answer:
    """The answer given the first time; refuses a key that was used for another request."""
    if stored.fingerprint != caller.fingerprint:
        raise InvalidRequest(
            "this Idempotency-Key was used for another request; take a new one for each request",
            code="idempotency_key_reused",
        )
    return Answer(stored.status, answer_body(view, stored), replayed=True)


def remember_answer(work: Work, operation: Operation | None, answer: Answer) -> None:
    """Keep what was answered with what `remember` began; nothing without an Idempotency-Key."""
    if operation is not None:
        work.answer(replace(operation, status=answer.status, answer=answer.body))


def note_status(work: Work, operation: Operation | None, answer: Answer) -> None:
    """Keep with which status it was answered, where that is not the one it was begun with."""
    if operation is not None and answer.status != operation.status:
        work.answer(replace(operation, status=answer.status))


def answered_before(engine: Engine, caller: Caller) -> Answer | None:
    """What was answered to this request under its Idempotency-Key; None where nothing was.

    What has had an effect is answered alike, though the rules or plugins would refuse it by now.
    """
    if caller.key is None:
        return None
    with engine.storage.read(caller.program) as view:
        stored = view.operation(caller.client, caller.key)
        if stored is None:
            return None
        answer = replay_of(view, caller, stored)
    return replace(answer, body=engine.codes.revealed(caller.program, answer.body))


def refusal_of(check: Callable[[], object]) -> LoyaltyError | None:
    """What a check has against a request, to be raised once the request is known to be new."""
    try:
        check()
    except LoyaltyError as refusal:
        return refusal
    return None


def answer_body(view: View, stored: Operation) -> bytes:
    """The stored answer's bytes."""
    if stored.answer is not None:
        return stored.answer
    kind, *names = msgspec.json.decode(stored.resource)
    purchase = view.purchase(names[0], names[1] if kind == "purchase" else None)
    assert purchase is not None, "an operation's resource is written in the same transaction"
    if kind == "purchase":
        return with_member(purchase.receipt, member_name(view, purchase.member))
    found = view.find_return(purchase.member, names[0], names[1])
    assert found is not None, "an operation's resource is written in the same transaction"
    return with_member(found.receipt, member_name(view, purchase.member))


def purchase_resource(purchase: str, revision: int) -> str:
    """Names a purchase's receipt."""
    return msgspec.json.encode(["purchase", purchase, revision]).decode()


def return_resource(purchase: str, id: str) -> str:
    """Names a return's receipt."""
    return msgspec.json.encode(["return", purchase, id]).decode()


def member_name(view: View, number: int) -> str | None:
    """The caller's id of a member, None for guests and erased ones."""
    member = view.member(number)
    return member.id if member else None
