"""Enrol a member, or update one: the same request twice changes nothing the second time."""

from dataclasses import replace
from datetime import datetime

from loyalty_engine.domain.cards import CardCheck
from loyalty_engine.domain.errors import Conflict, InvalidRequest
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Scalar
from loyalty_engine.domain.requests import MemberProfile
from loyalty_engine.ports import Address, MemberRecord, Taken, Work
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.members.attributes import checked_attributes
from loyalty_engine.use_cases.members.enrolling import add_member, new_member
from loyalty_engine.use_cases.members.profile import profile_at
from loyalty_engine.use_cases.members.standing import review
from loyalty_engine.use_cases.points.booking import THAW, open_book
from loyalty_engine.use_cases.purchases.checks import check_time
from loyalty_engine.use_cases.referrals.claim_referral import claim_in, lock_both
from loyalty_engine.use_cases.referrals.qualifying import scheme_of
from loyalty_engine.use_cases.referrals.signals import check_signals, remember_signals
from loyalty_engine.use_cases.writing import Shown, Written, save_account, shown_after, write

STATUSES = ("active", "frozen", "left")
"""What a caller can set; `erased` comes of erasure alone."""


def enrol_member(engine: Engine, caller: Caller, member_id: str, profile: MemberProfile) -> Answer:
    """Enrol (201) or update (200).

    Raises `InvalidRequest` for what the programme does not know, `Conflict` for an identifier of
    somebody else.
    """
    rulebook = engine.rulebooks.current(caller.program)
    _check(rulebook.program, profile, caller.now)
    if profile.referred_by is not None:
        scheme_of(rulebook)

    def act(work: Work) -> Written:
        return _enrol(engine, work, rulebook, caller, member_id, profile)

    try:
        return write(engine, caller.program, caller.now, act)
    except Taken as taken:
        if taken.kind == "member":
            # Somebody enrolled the same member a moment ago: now it is an update.
            return write(engine, caller.program, caller.now, act)
        kind = taken.kind.removeprefix("identifier:")
        raise Conflict(
            f"this {kind} belongs to another member", code="identifier_taken",
            pointer="/identifiers",
        ) from taken  # fmt: skip


def _check(program: Program, profile: MemberProfile, now: datetime) -> None:
    if profile.status is not None and profile.status not in STATUSES:
        raise InvalidRequest(
            f"status is one of {', '.join(STATUSES)}", code="status_unknown", pointer="/status"
        )
    if profile.language and profile.language.partition("-")[0] not in {
        tag.partition("-")[0] for tag in program.languages
    }:
        raise InvalidRequest(
            f"the programme speaks {', '.join(program.languages)}",
            code="language_unknown", pointer="/language",
        )  # fmt: skip
    check_signals(program, profile.signals)
    for index, identifier in enumerate(profile.identifiers or ()):
        if program.identifiers and identifier.kind not in program.identifiers:
            raise InvalidRequest(
                f"identifiers of kind {identifier.kind!r} are not declared; "
                f"the programme knows {', '.join(program.identifiers)}",
                code="identifier_unknown", pointer=f"/identifiers/{index}/kind",
            )  # fmt: skip
        if not program.identifiers.get(identifier.kind, CardCheck.ANY).holds(identifier.value):
            raise InvalidRequest(
                f"this is no {identifier.kind}: its check digit or its length is wrong",
                code="identifier_malformed", pointer=f"/identifiers/{index}/value",
            )  # fmt: skip
    if profile.touchpoint and program.touchpoints and (
        profile.touchpoint not in program.touchpoints
    ):  # fmt: skip
        raise InvalidRequest(
            f"touchpoint {profile.touchpoint!r} is not declared",
            code="touchpoint_unknown", pointer="/touchpoint",
        )  # fmt: skip
    if profile.enrolled_at is not None and profile.enrolled_at > now:
        check_time(program, profile.enrolled_at, now)


def _enrol(
    engine: Engine,
    work: Work,
    rulebook: Rulebook,
    caller: Caller,
    member_id: str,
    profile: MemberProfile,
) -> Written:
    program = rulebook.program
    operation = operation_of(caller, 200)
    if operation and (known := work.remember(operation)):
        return Written(replay_of(work, caller, known))
    if profile.referred_by is not None:
        lock_both(engine, work, caller.program, member_id, profile.referred_by)
    member = work.find_member(Address("member", member_id))
    created = member is None
    attributes: dict[str, Scalar] = checked_attributes(
        program, member.attributes if member else {}, profile.attributes
    )
    if member is None:
        since = profile.enrolled_at or work.now
        member = new_member(engine, program, member_id, since, work.now)
        changed = _with_profile(member, profile, attributes)
        add_member(work, changed)
    else:
        changed = _with_profile(member, profile, attributes)
        if profile.enrolled_at and profile.enrolled_at != member.enrolled_at:
            changed = review(work, program, replace(changed, enrolled_at=profile.enrolled_at))
    renames = not created and profile.identifiers is not None
    before_names = list(work.identifiers(changed.number)) if renames else []
    identifiers = _point_identifiers(work, changed, profile, created)
    if renames:
        changed = _renamed(engine, work, changed, before_names, identifiers)
    changed, shown = _thaw(work, program, member, changed)
    enrolled = changed
    changed, came = _seen(engine, work, rulebook, caller, changed, profile, identifiers)
    _mark_signals(work, member, changed)
    if created and changed != enrolled:
        work.save_member(changed)
    elif not created:
        _save_known(engine, work, member, changed)
    more = {} if came is None else {"referral": {"state": came}}
    body = profile_at(work, program, changed, identifiers, work.now, more)
    answer = Answer(201 if created else 200, body)
    if operation:
        work.answer(replace(operation, status=answer.status, answer=body))
    return Written(answer, shown)


def _save_known(engine: Engine, work: Work, before: MemberRecord, after: MemberRecord) -> None:
    """Write what has changed, and tell of it."""
    if after == before:
        return
    work.save_member(after)
    tier = {"before": before.tier.tier, "after": after.tier.tier}
    work.announce(
        member_event(
            "member_updated", before.number, str(engine.new_number()), after.version, work.now,
            {"status": after.status, "tier": tier},
        )
    )  # fmt: skip


def _mark_signals(work: Work, before: MemberRecord, after: MemberRecord) -> None:
    """What a member is seen with is gone when it leaves, and there again when it comes back."""
    if after.status == "left" and before.status != "left":
        work.mark_signals_gone(after.number, work.now)
    elif before.status == "left" and after.status != "left":
        work.mark_signals_gone(after.number, None)


def _renamed(
    engine: Engine, work: Work, member: MemberRecord, before: list[Address], after: list[Address]
) -> MemberRecord:
    """Note that a member goes by other identifiers, and tell of it who can warn the old ones."""
    changed = sorted({it.kind.removeprefix("identifier:") for it in set(before) ^ set(after)})
    if not changed:
        return member
    name, version = str(engine.new_number()), member.version
    told = {"kinds": changed}
    work.announce(member_event("identifiers_changed", member.number, name, version, work.now, told))
    return replace(member, renamed_at=work.now)


def _seen(
    engine: Engine,
    work: Work,
    rulebook: Rulebook,
    caller: Caller,
    member: MemberRecord,
    profile: MemberProfile,
    identifiers: list[Address],
) -> tuple[MemberRecord, str | None]:
    """What the member is seen with is kept, and by whom it came; None where nobody is named."""
    program = rulebook.program
    if program.signals and (profile.signals or profile.identifiers):
        member = remember_signals(
            engine, work, caller, program, member, profile.signals, identifiers
        )
    if profile.referred_by is None:
        return member, None
    return claim_in(engine, work, caller, rulebook, member, profile.referred_by)


def _with_profile(
    member: MemberRecord, profile: MemberProfile, attributes: dict[str, Scalar]
) -> MemberRecord:
    return replace(
        member,
        status=profile.status or member.status,
        language=profile.language or member.language,
        touchpoint=member.touchpoint or profile.touchpoint or "",
        preferred_channel=(
            member.preferred_channel
            if profile.preferred_channel is None
            else profile.preferred_channel
        ),
        attributes=attributes,
    )


def _point_identifiers(
    work: Work, member: MemberRecord, profile: MemberProfile, created: bool
) -> list[Address]:
    there = [] if created else list(work.identifiers(member.number))
    if profile.identifiers is None:
        return there
    wanted = [Address(f"identifier:{it.kind}", it.value) for it in profile.identifiers]
    if len(set(wanted)) != len(wanted):
        raise InvalidRequest(
            "an identifier stands there twice", code="identifier_twice", pointer="/identifiers"
        )
    for address in there:
        if address not in wanted:
            work.remove_address(address)
    for address in wanted:
        if address not in there:
            work.add_address(address, member.number)
    return wanted


def _thaw(
    work: Work, program: Program, before: MemberRecord, after: MemberRecord
) -> tuple[MemberRecord, Shown | None]:
    """Points that waited for a frozen member to be active again stop waiting."""
    if before.status == after.status or after.status != "active":
        return after, None
    book = open_book(work, after, work.now)
    book.stop_waiting(THAW, after.number)
    after = save_account(work, after, book)
    return after, shown_after(program, after, book)
