"""Rows of members, in the order of the columns."""

from typing import Any

from loyalty_engine.domain.tiers import State
from loyalty_engine.ports import MemberRecord
from loyalty_engine.storage.sql.instants import (
    instant,
    instant_or_none,
    micros,
    micros_or_none,
)
from loyalty_engine.storage.sql.rows.texts import json_text, json_value
from loyalty_engine.storage.sql.statements import Values


def state_text(state: State) -> str:
    """All of a tier state that has no column of its own."""
    told: dict[str, object] = {
        "since": micros(state.since),
        "until": micros_or_none(state.until),
        "from": micros(state.window_from),
        "to": micros_or_none(state.window_until),
        "last": micros(state.last_at),
        "enrolled": micros(state.enrolled_at),
        "granted": state.granted,
        "sums": dict(state.sums),
    }
    if state.people != 1:
        told["people"] = state.people
    return json_text(told)


def _state(tier: str, due: int | None, text: str) -> State:
    it = json_value(text)
    return State(
        tier=tier,
        since=instant(it["since"]),
        until=instant_or_none(it["until"]),
        window_from=instant(it["from"]),
        sums=it["sums"],
        last_at=instant(it["last"]),
        enrolled_at=instant(it["enrolled"]),
        window_until=instant_or_none(it["to"]),
        due=instant_or_none(due),
        granted=it["granted"],
        people=it.get("people", 1),
    )


def member_row(program: str, member: MemberRecord) -> Values:
    return (
        program, member.number, member.account, member.id, member.status,
        micros(member.enrolled_at), member.touchpoint, member.language, member.preferred_channel,
        json_text(dict(member.attributes)), micros(member.recorded_at), member.tier.tier,
        micros_or_none(member.tier.due), state_text(member.tier), member.purchases,
        micros_or_none(member.last_purchase_at), member.referred,
        micros_or_none(member.renamed_at), micros_or_none(member.confirmed_at), int(member.step_up),
    )  # fmt: skip


def member_of(row: Any) -> MemberRecord:
    """From the columns of `members` after the programme, then the account's version."""
    (
        number, account, id_, status, enrolled_at, touchpoint, language, channel, attributes,
        recorded_at, tier, due, state, purchases, last, referred, renamed, confirmed, step_up,
        version,
    ) = row  # fmt: skip
    return MemberRecord(
        number=number,
        account=account,
        id=id_,
        status=status,
        enrolled_at=instant(enrolled_at),
        touchpoint=touchpoint,
        language=language,
        preferred_channel=channel,
        attributes=json_value(attributes),
        recorded_at=instant(recorded_at),
        tier=_state(tier, due, state),
        purchases=purchases,
        last_purchase_at=instant_or_none(last),
        referred=referred,
        renamed_at=instant_or_none(renamed),
        confirmed_at=instant_or_none(confirmed),
        step_up=bool(step_up),
        version=version,
    )
