"""Give a tier by hand, with a reason, a name and an end."""

from dataclasses import replace

from loyalty_engine.domain.errors import InvalidRequest
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.tiers import Grant
from loyalty_engine.ports import Address, Work
from loyalty_engine.use_cases.answering import instant, to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.members.standing import review
from loyalty_engine.use_cases.points.booking import open_book
from loyalty_engine.use_cases.points.renewing import renew_for_tier
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write


def grant_tier(
    engine: Engine, caller: Caller, member_id: str, grant: Grant, reason: str, by: str
) -> Answer:
    """Put a member into a tier from `grant.from_at` on (201); raises `InvalidRequest`.

    Another grant from the same instant on takes the place of the one before.
    """
    program = engine.rulebooks.current(caller.program).program
    _check(program, grant)

    def act(work: Work) -> Written:
        operation = operation_of(caller, 201)
        if operation and (before := work.remember(operation)):
            return Written(replay_of(work, caller, before))
        member = known(work, Address("member", member_id))
        work.add_tier_grant(member.number, grant, reason, by)
        after = review(work, program, member)
        work.save_member(after)
        book = open_book(work, after, work.now)
        if program.renewing:
            renew_for_tier(work, book, program, after, work.now)
        after = save_account(work, after, book)
        work.announce(
            member_event(
                "tier_granted", member.number, str(engine.new_number()), after.version, work.now,
                {"tier": grant.tier, "before": member.tier.tier, "after": after.tier.tier},
            )
        )  # fmt: skip
        body = {
            "member": member_id,
            "tier": after.tier.tier,
            "granted": grant.tier,
            "from": instant(grant.from_at),
            "until": None if grant.until is None else instant(grant.until),
            "mode": grant.mode.value,
        }
        answer = Answer(201, to_json(body))
        if operation:
            work.answer(replace(operation, answer=answer.body))
        return Written(answer, shown_after(program, after, book))

    return write(engine, caller.program, caller.now, act)


def _check(program: Program, grant: Grant) -> None:
    names = [tier.name for tier in program.tiers.tiers]
    if grant.tier not in names:
        raise InvalidRequest(
            f"there is no tier {grant.tier!r}; the programme has {', '.join(names) or 'none'}",
            code="tier_unknown", pointer="/tier",
        )  # fmt: skip
    if grant.until is not None and grant.until <= grant.from_at:
        raise InvalidRequest(
            "a tier cannot end before it begins", code="grant_ends_first", pointer="/until"
        )
