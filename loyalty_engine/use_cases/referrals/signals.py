"""What members are seen with: kept as keyed hashes, to tell that two accounts are one person's."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from loyalty_engine.domain.errors import Conflict, InvalidRequest, pointer_to
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Address, MemberRecord, Signal, Work
from loyalty_engine.use_cases.calling import Caller, Engine
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.members.attributes import JOINED_BEFORE

MANY_MEMBERS = "many_members"

Told = Mapping[str, str]
"""Values by the signal's name, as the caller sends them."""


def check_signals(program: Program, told: Told) -> None:
    """Refuse signals that the programme does not declare."""
    for name in told:
        if name not in program.signals:
            raise InvalidRequest(
                f"signal {name!r} is not declared; the programme knows "
                f"{', '.join(sorted(program.signals)) or 'none'}",
                code="signal_unknown", pointer=pointer_to("signals", name),
            )  # fmt: skip


def remember_signals(
    engine: Engine,
    work: Work,
    caller: Caller,
    program: Program,
    member: MemberRecord,
    told: Told,
    identifiers: Iterable[Address] = (),
) -> MemberRecord:
    """Keep what a member is seen with, its identifiers of declared kinds among it.

    Answers the member, marked by `joined_before` where the programme declares that attribute and
    somebody has been seen with the same e-mail address or telephone number.
    """
    values = [(it.kind.removeprefix("identifier:"), it.value) for it in identifiers]
    seen = _hashed(engine, caller, program, member, [*values, *told.items()], work)
    there = {(it.kind, it.value) for it in work.signals(member.number)} if seen else set()
    fresh = [it for it in seen if (it.kind, it.value) not in there]
    if fresh:
        work.save_signals(fresh)
        _alarm(engine, work, program, member, fresh)
    declared = program.attributes.get(JOINED_BEFORE)
    if declared is None or declared.type != "boolean" or member.attributes.get(JOINED_BEFORE):
        return member
    if any(_somebody_else(work, program, it) for it in fresh):
        return replace(member, attributes={**member.attributes, JOINED_BEFORE: True})
    return member


def _alarm(
    engine: Engine, work: Work, program: Program, member: MemberRecord, fresh: list[Signal]
) -> None:
    """Tell where more members are seen with the same device than it is declared that people are."""
    many = [
        it.kind
        for it in fresh
        if len(work.seen_with(it.kind, it.value)) > program.signals[it.kind].most
    ]
    if many:
        engine.alarm(MANY_MEMBERS)
        name, told = str(engine.new_number()), {"alarm": MANY_MEMBERS, "signals": sorted(many)}
        work.announce(
            member_event("alarm_raised", member.number, name, member.version, work.now, told)
        )


def _hashed(
    engine: Engine,
    caller: Caller,
    program: Program,
    member: MemberRecord,
    values: Iterable[tuple[str, str]],
    work: Work,
) -> list[Signal]:
    found: dict[tuple[str, str], Signal] = {}
    for name, value in values:
        field = program.signals.get(name)
        if field is None or not (plain := field.normal(value)):
            continue
        if not engine.codes.ready:
            raise Conflict(
                "signals cannot be kept without a secret: set LOYALTY_SECRET", code="secret_missing"
            )
        hashed = engine.codes.key_of(f"signal:{name}", caller.program, plain)
        found[name, hashed] = Signal(name, hashed, member.number, work.now)
    return list(found.values())


def _somebody_else(work: Work, program: Program, signal: Signal) -> bool:
    if not program.signals[signal.kind].one_person:
        return False
    return any(it.member != signal.member for it in work.seen_with(signal.kind, signal.value))
