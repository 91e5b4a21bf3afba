"""Between rows and the values of the ports, in the order of the tables' columns."""

from collections.abc import Mapping
from typing import Any

import msgspec

from loyalty_engine.domain.ledger import Entry
from loyalty_engine.domain.lots import Balance, Lot
from loyalty_engine.domain.tiers import State
from loyalty_engine.ports import MemberRecord, Operation, Reservation, StoredPurchase, StoredReturn
from loyalty_engine.storage.sql.instants import (
    instant,
    instant_or_none,
    micros,
    micros_or_none,
)
from loyalty_engine.storage.sql.statements import Values

_encoder = msgspec.json.Encoder(order="sorted")


def json_text(value: object) -> str:
    """Compact JSON with sorted keys: equal values have equal texts."""
    return _encoder.encode(value).decode()


def json_value(text: str | bytes) -> Any:
    return msgspec.json.decode(text)


# --- people --------------------------------------------------------------------------------


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


# --- ledger --------------------------------------------------------------------------------


def balance_row(program: str, account: int, unit: str, balance: Balance) -> Values:
    return (
        program, account, unit, balance.available, balance.pending, balance.held, balance.debt,
        micros_or_none(balance.next_change_at), micros_or_none(balance.next_expiry_at),
        balance.next_expiry_points,
    )  # fmt: skip


def balances_of(rows: Any) -> Mapping[str, Balance]:
    """From the columns of `balances` after the account."""
    return {
        unit: Balance(
            available, pending, held, debt, instant_or_none(change), instant_or_none(expiry), points
        )
        for unit, available, pending, held, debt, change, expiry, points in rows
    }


def lot_row(program: str, account: int, lot: Lot) -> Values:
    return (
        program, account, lot.number, lot.unit, lot.granted, lot.remaining, lot.held, lot.clawed,
        micros_or_none(lot.active_from), micros_or_none(lot.expires_at), int(lot.pending),
        lot.waits_for, lot.purchase, lot.rule, lot.member,
    )  # fmt: skip


def lot_of(row: Any) -> Lot:
    """From the columns of `lots` after the account."""
    (
        number, unit, granted, remaining, held, clawed, active_from, expires_at, pending,
        waits_for, purchase, rule, member,
    ) = row  # fmt: skip
    return Lot(
        number=number,
        unit=unit,
        granted=granted,
        remaining=remaining,
        member=member,
        active_from=instant_or_none(active_from),
        expires_at=instant_or_none(expires_at),
        pending=bool(pending),
        waits_for=waits_for,
        held=held,
        clawed=clawed,
        purchase=purchase,
        rule=rule,
    )


def entry_row(program: str, account: int, entry: Entry, recorded_at: int) -> Values:
    return (
        program, account, entry.version, entry.unit, entry.source, entry.destination, entry.amount,
        entry.lot, entry.kind, entry.purchase, entry.rule, entry.reason, entry.by, entry.member,
        micros(entry.at), recorded_at,
    )  # fmt: skip


def entry_of(row: Any) -> Entry:
    """From the columns of `entries` after the account, without `recorded_at`."""
    (
        version, unit, source, destination, amount, lot, kind, purchase, rule, reason, by, member,
        at,
    ) = row  # fmt: skip
    return Entry(
        version, unit, source, destination, amount, lot, kind, member, instant(at), purchase,
        rule, reason, by,
    )  # fmt: skip


# --- purchases -----------------------------------------------------------------------------


def purchase_row(program: str, it: StoredPurchase) -> Values:
    return (
        program, it.member, it.purchase, it.revision, it.account, it.state,
        micros(it.occurred_at), micros(it.recorded_at), it.rulebook, it.spend, it.visits,
        json_text(dict(it.measures)), it.paid, it.refunded, it.fingerprint, it.kept, it.body,
        it.facts, it.decision, it.receipt,
    )  # fmt: skip


def purchase_of(row: Any) -> StoredPurchase:
    """From the columns of `purchases` after the programme."""
    (
        member, purchase, revision, account, state, occurred_at, recorded_at, rulebook, spend,
        visits, measures, paid, refunded, fingerprint, kept, body, facts, decision, receipt,
    ) = row  # fmt: skip
    return StoredPurchase(
        member, purchase, revision, account, state, instant(occurred_at), instant(recorded_at),
        fingerprint, body, facts, decision, receipt, kept, rulebook, spend, visits,
        json_value(measures), paid, refunded,
    )  # fmt: skip


def return_row(program: str, it: StoredReturn) -> Values:
    return (
        program, it.member, it.purchase, it.id, it.revision, micros(it.occurred_at),
        micros(it.recorded_at), it.fingerprint, it.body, it.receipt,
    )  # fmt: skip


def return_of(row: Any) -> StoredReturn:
    """From the columns of `returns` after the programme."""
    member, purchase, id_, revision, occurred_at, recorded_at, fingerprint, body, receipt = row
    return StoredReturn(
        member, purchase, id_, revision, instant(occurred_at), instant(recorded_at), fingerprint,
        body, receipt,
    )  # fmt: skip


def reservation_row(program: str, it: Reservation) -> Values:
    return (
        program, it.member, it.id, it.state, micros(it.expires_at), it.body, it.decision, it.held,
    )  # fmt: skip


def reservation_of(row: Any) -> Reservation:
    """From the columns of `reservations` after the programme."""
    member, id_, state, expires_at, body, decision, held = row
    return Reservation(member, id_, state, instant(expires_at), body, decision, held)


# --- operations ----------------------------------------------------------------------------


def operation_row(program: str, it: Operation) -> Values:
    return (
        program, it.client, it.key, it.fingerprint, micros(it.at), it.status, it.resource,
        it.answer,
    )  # fmt: skip


def operation_of(row: Any) -> Operation:
    """From the columns of `operations` after the programme."""
    client, key, fingerprint, at, status, resource, answer = row
    return Operation(client, key, fingerprint, instant(at), status, resource, answer)
