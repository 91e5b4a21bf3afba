"""Note that a member has proved who it is, by whatever means the caller has."""

from dataclasses import dataclass, replace

from loyalty_engine.ports import Work
from loyalty_engine.use_cases.answering import instant, to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.members.show_member import taking_part
from loyalty_engine.use_cases.writing import Written, write


@dataclass(frozen=True, slots=True)
class Proof:
    """By what means a member has proved who it is, and who answers for that."""

    reason: str
    by: str


def confirm_member(engine: Engine, caller: Caller, member_id: str, proof: Proof) -> Answer:
    """Let points of a member who has long been silent go again (201).

    It does not shorten how long they wait after its identifiers have changed: whoever has taken an
    account over would prove to be its owner by the new ones.
    """

    def act(work: Work) -> Written:
        operation = operation_of(caller, 201)
        if operation and (known_one := work.remember(operation)):
            return Written(replay_of(work, caller, known_one))
        member = taking_part(work, member_id)
        work.save_member(replace(member, confirmed_at=work.now, step_up=False))
        body = {"reason": proof.reason, "by": proof.by}
        work.announce(
            member_event(
                "member_confirmed", member.number, str(engine.new_number()), member.version,
                work.now, body,
            )
        )  # fmt: skip
        answer = to_json({"member": member.id, "confirmed_at": instant(work.now)})
        if operation:
            work.answer(replace(operation, answer=answer))
        return Written(Answer(201, answer))

    return write(engine, caller.program, caller.now, act)
