"""Give a member a voucher by hand, with a reason and a name: an apology, a present."""

from dataclasses import dataclass, replace

from loyalty_engine.ports import Work
from loyalty_engine.rulebook.telling.languages import in_language
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.codes import marked
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.members.show_member import taking_part
from loyalty_engine.use_cases.vouchers.voucher_issuing import issue_voucher
from loyalty_engine.use_cases.writing import Written, write


@dataclass(frozen=True, slots=True)
class VoucherGift:
    """Which voucher, why, and who answers for it; `worth` in minor units where codes have one."""

    voucher: str
    reason: str
    by: str
    worth: int | None = None


def give_voucher(engine: Engine, caller: Caller, member_id: str, gift: VoucherGift) -> Answer:
    """Make a code and give it to the member (201).

    Raises `NotFound` for an unknown member, and `Conflict` for one who has left, where there is no
    such voucher in force, and where a worth is missing or of no use.
    """
    rulebook = engine.rulebooks.current(caller.program)
    languages = rulebook.program.languages

    def act(work: Work) -> Written:
        operation = operation_of(caller, 201)
        if operation and (known_one := work.remember(operation)):
            return Written(replay_of(work, caller, known_one))
        member = taking_part(work, member_id)
        issued = issue_voucher(
            engine, work, caller.program, rulebook, gift.voucher, member=member, worth=gift.worth
        )
        given = {"voucher": gift.voucher, "worth": issued.worth, "ends_at": issued.ends_at}
        work.announce(
            member_event(
                "voucher_given", member.number, issued.digest, member.version, work.now,
                {**given, "reason": gift.reason, "by": gift.by},
            )
        )  # fmt: skip
        title = rulebook.voucher_kinds[gift.voucher].title
        body = {
            "member": member.id,
            **given,
            "title": in_language(title, member.language or languages[0], languages),
            "code": marked(issued.seed, issued.characters, issued.gcn),
            "reason": gift.reason,
            "by": gift.by,
        }
        answer = Answer(201, to_json(body))
        if operation:
            work.answer(replace(operation, answer=answer.body))
        return Written(answer)

    return write(engine, caller.program, caller.now, act)
