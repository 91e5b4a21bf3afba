"""Cancel an event that is no purchase: all that it gave is taken back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from loyalty_engine.domain.errors import Conflict, InvalidRequest, NotFound
from loyalty_engine.domain.happenings import kept_as
from loyalty_engine.ports import StoredEvent, StoredPurchase, View, Work
from loyalty_engine.rulebook.referral import KINDS
from loyalty_engine.use_cases.answering import instant, to_json, with_member
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.challenges.explain_challenges import challenges_explained
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.events import happening_event
from loyalty_engine.use_cases.explanations.explain_purchase import decide_again
from loyalty_engine.use_cases.explanations.explaining import explanation
from loyalty_engine.use_cases.idempotency import member_name, operation_of, replay_of
from loyalty_engine.use_cases.purchases.checks import check_time
from loyalty_engine.use_cases.referrals.qualifying import follow
from loyalty_engine.use_cases.returns.undoing import undo
from loyalty_engine.use_cases.returns.undone import Undone, undone_figures
from loyalty_engine.use_cases.writing import Written, write

OF_PURCHASES = ("refund", "due", "refunded", "points_returned", "rewards_back")
"""What undoing an event has none of."""


def cancel_event(engine: Engine, caller: Caller, id: str, occurred_at: datetime) -> Answer:
    """Take back what an event gave (200); raises `NotFound`, or `Conflict` when it was before."""
    engine.hooks.guard(caller.program, "cancel_event", None, False)

    def act(work: Work) -> Written:
        operation = operation_of(caller, 200)
        if operation and (known := work.remember(operation)):
            return Written(replay_of(work, caller, known))
        stored, event = find_event(work, id)
        if event.kind in KINDS:
            raise Conflict(
                "a reward for bringing a friend goes back when what earned it does",
                code="event_of_referral",
            )
        if stored.state == "cancelled":
            raise Conflict(f"event {id!r} is cancelled", code="event_cancelled")
        program = engine.rulebooks.by_hash(caller.program, stored.rulebook).program
        check_time(program, occurred_at, caller.now)
        if occurred_at < stored.occurred_at:
            raise InvalidRequest(
                "an event cannot be cancelled before it happened",
                code="event_cancelled_before", pointer="/occurred_at",
            )  # fmt: skip
        undone = cancel_in(engine, work, caller, stored, event, occurred_at)
        name = undone.member.id if undone.member else None
        body = with_member(to_json(_figures(event, undone)), name)
        if operation:
            work.answer(replace(operation, answer=body))
        return Written(Answer(200, body), undone.shown)

    return write(engine, caller.program, caller.now, act)


def cancel_in(
    engine: Engine,
    work: Work,
    caller: Caller,
    stored: StoredPurchase,
    event: StoredEvent,
    at: datetime,
) -> Undone:
    """Take back what an event gave, within a unit of work."""
    undone = undo(
        engine, work, caller, stored, codec.kept_of(stored.kept), {}, at,
        kind="cancel", state="cancelled",
    )  # fmt: skip
    work.save_event(replace(event, state="cancelled"))
    work.announce(
        happening_event(
            "event_cancelled", undone.stored, event.id, event.kind, undone.version, work.now,
            undone.tier,
        )
    )  # fmt: skip
    if undone.member is not None and undone.member.referred:
        follow(engine, work, caller.program, undone.member)
    return undone


def show_event(engine: Engine, caller: Caller, id: str) -> Answer:
    """The receipt of an event, with what it told and whether it stands; raises `NotFound`."""
    with engine.storage.read(caller.program) as view:
        stored, event = find_event(view, id)
        name = member_name(view, stored.member)
    kept = codec.kept_of(stored.kept)
    standing = to_json(
        {
            "occurred_at": instant(stored.occurred_at),
            "data": msgspec.Raw(event.data),
            "state": event.state,
            "points_left": {unit: sum(rules.values()) for unit, rules in kept.points.items()},
        }
    )
    return Answer(200, with_member(stored.receipt[:-1] + b"," + standing[1:], name))


def explain_event(
    engine: Engine, caller: Caller, id: str, languages: Sequence[str] = (), rule: str | None = None
) -> Answer:
    """Why each rule about events did or did not apply, as for a purchase; raises `NotFound`."""
    with engine.storage.read(caller.program) as view:
        stored, _ = find_event(view, id)
        name = member_name(view, stored.member)
    rulebook = engine.rulebooks.by_hash(caller.program, stored.rulebook)
    facts = codec.facts_of(rulebook.program, stored.body, stored.facts)
    told = {
        "member": name,
        "event": id,
        "rulebook": stored.rulebook,
        "same": decide_again(rulebook, facts, stored.decision)[1],
    }
    about_events = replace(rulebook, rules=tuple(it for it in rulebook.rules if it.of_events))
    why = explanation(about_events, facts, None, languages, rule)
    if rulebook.challenges and rule is None:
        kept = codec.kept_of(stored.kept)
        why["challenges"] = challenges_explained(rulebook, facts, kept, why["language"])
    return Answer(200, to_json(told | why))


def find_event(view: View, id: str) -> tuple[StoredPurchase, StoredEvent]:
    """What was decided about an event, and what it told; raises `NotFound`."""
    stored = view.purchase(kept_as(id))
    event = view.event(stored.member, id) if stored else None
    if stored is None or event is None:
        raise NotFound(f"no event {id!r} is recorded", code="event_unknown")
    return stored, event


def _figures(event: StoredEvent, undone: Undone) -> dict[str, Any]:
    figures = undone_figures(undone)
    told = {key: value for key, value in figures.items() if key not in OF_PURCHASES}
    return {"event": event.id, "kind": event.kind} | told
