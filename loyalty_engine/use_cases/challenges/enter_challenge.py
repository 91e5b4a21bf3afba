"""Members take part in challenges of their own accord, and leave them again."""

from dataclasses import replace

from loyalty_engine.domain.errors import Conflict, NotFound
from loyalty_engine.ports import Address, CardEntry, MemberRecord, View, Work
from loyalty_engine.rulebook.challenges import Challenge
from loyalty_engine.rulebook.deciding.eligible import unmet
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.sentences import missing
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.challenges.show_challenges import Showing
from loyalty_engine.use_cases.codes import without_codes
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.members.standing import GONE
from loyalty_engine.use_cases.spending.rewarding import reward_facts
from loyalty_engine.use_cases.writing import Written, write


def enter_challenge(engine: Engine, caller: Caller, member_id: str, challenge: str) -> Answer:
    """Let a member take part from now on (200, also when it does already).

    What was bought before does not count. Raises `NotFound` (no such member or challenge) and
    `Conflict` where it is not on, needs no entry, or is not for this member.
    """
    return _change(engine, caller, member_id, challenge, enters=True)


def leave_challenge(engine: Engine, caller: Caller, member_id: str, challenge: str) -> Answer:
    """Let a member no longer take part (200, also when it does not); what was reached stays."""
    return _change(engine, caller, member_id, challenge, enters=False)


def _change(engine: Engine, caller: Caller, member_id: str, id: str, *, enters: bool) -> Answer:
    rulebook = engine.rulebooks.current(caller.program)
    challenge = rulebook.challenges.get(id)
    if challenge is None:
        raise NotFound(f"there is no challenge {id!r}", code="challenge_unknown")

    def act(work: Work) -> Written:
        operation = operation_of(caller, 200)
        if operation and (done := work.remember(operation)):
            return Written(replay_of(work, caller, done))
        member = known(work, Address("member", member_id))
        entry = _standing(work, member, challenge)
        if enters and entry is None:
            _may_enter(work, rulebook, challenge, member)
            entry = CardEntry(member.number, challenge.id, work.now)
            work.save_challenge_entries([entry])
            _tell(work, member, challenge, "challenge_entered")
        elif not enters and entry is not None:
            work.save_challenge_entries([replace(entry, until=work.now)])
            _tell(work, member, challenge, "challenge_left")
        showing = Showing(rulebook, caller, work, member)
        window = challenge.window(work.now, member.enrolled_at, rulebook.program)
        card = showing.card(challenge, window)
        body = without_codes(to_json({"member": member.id, **showing.row(challenge, card)}))
        if operation:
            work.answer(replace(operation, answer=body))
        return Written(Answer(200, body))

    return write(engine, caller.program, caller.now, act)


def _standing(view: View, member: MemberRecord, challenge: Challenge) -> CardEntry | None:
    entries = view.challenge_entries(member.number)
    return next((it for it in entries if it.challenge == challenge.id and it.until is None), None)


def _may_enter(work: Work, rulebook: Rulebook, challenge: Challenge, member: MemberRecord) -> None:
    program = rulebook.program
    if member.status in GONE:
        raise Conflict("the member has left and takes part in nothing", code="member_left")
    if not challenge.opt_in:
        raise Conflict(
            "everybody takes part in this challenge; nobody needs to enter",
            code="challenge_automatic",
        )
    if challenge.window(work.now, member.enrolled_at, program) is None:
        raise Conflict("the challenge is not on for this member now", code="challenge_not_on")
    facts = reward_facts(work, program, member, work.now, "", "")
    if failed := unmet(challenge.who, facts):
        language = member.language or program.languages[0]
        says = "; ".join(missing(it, language, program) for it in failed)
        raise Conflict(f"the challenge is for others: {says}", code="challenge_not_eligible")


def _tell(work: Work, member: MemberRecord, challenge: Challenge, kind: str) -> None:
    name = f"{challenge.id}:{work.now.isoformat()}"
    told = {"challenge": challenge.id}
    work.announce(member_event(kind, member.number, name, member.version, work.now, told))
