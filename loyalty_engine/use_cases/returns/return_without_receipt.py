"""Return without a receipt: what the member earned on the product of late is taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from loyalty_engine.domain.errors import InvalidRequest
from loyalty_engine.domain.requests import Return, ReturnLine, UnreceiptedLine, UnreceiptedReturn
from loyalty_engine.ports import Address, MemberRecord, StoredPurchase, StoredReturn, Work
from loyalty_engine.use_cases.answering import quantity, to_json, with_member
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.canonical import fingerprint
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.events import return_event
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.purchases.checks import check_time
from loyalty_engine.use_cases.returns.record_return import return_receipt
from loyalty_engine.use_cases.returns.undoing import undo
from loyalty_engine.use_cases.returns.undone import Undone, undone_figures
from loyalty_engine.use_cases.writing import Written, write


@dataclass(slots=True)
class Share:
    """What of one purchase a return without a receipt is counted against, by line."""

    stored: StoredPurchase
    lines: dict[str, int] = field(default_factory=dict)


def return_without_receipt(
    engine: Engine, caller: Caller, member_id: str, back: UnreceiptedReturn
) -> Answer:
    """Take products back that the member bought within `unreceipted_days`, newest first (201).

    What no purchase of theirs has left takes nothing; the answer names it. Raises `NotFound` for
    an unknown member and `InvalidRequest` for a time that cannot be.
    """
    engine.hooks.guard(caller.program, "record_return", None, False)
    program = engine.rulebooks.current(caller.program).program
    check_time(program, back.occurred_at, caller.now)
    if len({line.sku for line in back.lines}) != len(back.lines):
        raise InvalidRequest("a product stands there twice", code="line_twice", pointer="/lines")
    window = timedelta(days=program.switches.unreceipted_days)

    def act(work: Work) -> Written:
        operation = operation_of(caller, 201)
        if operation and (known_one := work.remember(operation)):
            return Written(replay_of(work, caller, known_one))
        member = known(work, Address("member", member_id))
        bought = [
            it
            for it in work.purchases_since(member.number, back.occurred_at - window)
            if it.occurred_at <= back.occurred_at
        ]
        shares, unmatched = match(bought, back.lines)
        undone = [_take(engine, work, caller, share, back) for share in shares]
        body = with_member(to_json(_told(member, shares, unmatched, undone, back)), member.id)
        if operation:
            work.answer(replace(operation, answer=body))
        return Written(Answer(201, body), undone[-1].shown if undone else None)

    return write(engine, caller.program, caller.now, act)


def match(
    bought: Sequence[StoredPurchase], lines: Sequence[UnreceiptedLine]
) -> tuple[list[Share], dict[str, int]]:
    """Count products against purchases, newest first; and what is left over, in thousandths."""
    left = {line.sku: line.quantity_milli for line in lines}
    shares: list[Share] = []
    for stored in bought:
        share = Share(stored)
        kept = codec.kept_of(stored.kept).lines
        for line in codec.purchase_of(stored.body).lines:
            part = min(left.get(line.sku, 0), kept.get(line.id, 0))
            if part:
                share.lines[line.id] = part
                left[line.sku] -= part
        if share.lines:
            shares.append(share)
    return shares, {sku: milli for sku, milli in left.items() if milli}


def _take(
    engine: Engine, work: Work, caller: Caller, share: Share, back: UnreceiptedReturn
) -> Undone:
    stored = share.stored
    before = codec.kept_of(stored.kept)
    kept = {
        line: milli - share.lines.get(line, 0)
        for line, milli in before.lines.items()
        if milli > share.lines.get(line, 0)
    }
    name = f"without-receipt-{engine.new_secret()}"
    undone = undo(
        engine, work, caller, stored, before, kept, back.occurred_at, kind="return", name=name
    )
    lines = tuple(ReturnLine(line, milli) for line, milli in share.lines.items())
    counted = Return(name, back.occurred_at, lines)
    receipt = return_receipt(undone, stored, counted) | {"reason": back.reason}
    work.add_return(
        StoredReturn(
            member=stored.member, purchase=stored.purchase, id=name, revision=stored.revision,
            occurred_at=back.occurred_at, recorded_at=work.now,
            fingerprint=fingerprint(back), body=codec.encode(share.lines),
            receipt=to_json(receipt),
        )
    )  # fmt: skip
    work.announce(return_event(undone.stored, name, undone.version, work.now, undone.tier))
    return undone


def _told(
    member: MemberRecord,
    shares: Sequence[Share],
    unmatched: Mapping[str, int],
    undone: Sequence[Undone],
    back: UnreceiptedReturn,
) -> dict[str, Any]:
    """What was taken of which purchase, and what no purchase has left."""
    taken: dict[str, int] = {}
    for it in undone:
        for unit, points in it.moved.taken.items():
            taken[unit] = taken.get(unit, 0) + points
    tier = member.tier.tier
    return {
        "reason": back.reason,
        "matched": [
            {"purchase": share.stored.purchase, "line": line, "quantity": quantity(milli)}
            for share in shares
            for line, milli in share.lines.items()
        ],
        "unmatched": [
            {"sku": sku, "quantity": quantity(milli)} for sku, milli in unmatched.items()
        ],
        "refund": sum(undone_figures(it)["refund"] for it in undone),
        "points_taken": taken,
        "tier": {"before": tier, "after": undone[-1].tier[1] if undone else tier},
        "version": undone[-1].version if undone else member.version,
    }
