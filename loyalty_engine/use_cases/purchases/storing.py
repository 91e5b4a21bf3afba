"""A decided purchase in the form in which it is kept, and as it stands before any return."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from loyalty_engine.domain.challenges import Step
from loyalty_engine.domain.ledger import AccountBook, Portion
from loyalty_engine.ports import StoredPurchase
from loyalty_engine.rulebook.deciding.carrying import carried_by
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.deciding.case import Case
from loyalty_engine.use_cases.deciding.counting import with_places
from loyalty_engine.use_cases.deciding.stored_forms import Flag, IssuedVoucher


def stored_purchase(
    case: Case,
    *,
    number: int,
    account: int | None,
    fingerprint: bytes,
    spent: Mapping[str, list[Portion]],
    flags: tuple[Flag, ...],
    receipt: bytes,
    now: datetime,
    vouchers: tuple[IssuedVoucher, ...] = (),
    steps: Mapping[str, Step] | None = None,
    value: Mapping[str, int] = MappingProxyType({}),
) -> StoredPurchase:
    """A revision as it is inserted. `number` is the member's, or a random one for a guest."""
    purchase, decision = case.facts.purchase, case.decision
    kept = first_kept(case)
    if steps:
        kept = replace(kept, steps=steps)
    return StoredPurchase(
        member=number,
        purchase=purchase.id,
        revision=purchase.revision,
        account=account,
        state="recorded",
        occurred_at=purchase.occurred_at,
        recorded_at=now,
        fingerprint=fingerprint,
        body=codec.body_of(purchase),
        facts=codec.facts_bytes(case.facts),
        decision=codec.encode(
            codec.stored_decision(decision, case.given, dict(spent), flags, vouchers, value)
        ),
        receipt=receipt,
        kept=codec.encode(kept),
        rulebook=case.rulebook.hash,
        spend=kept.spend,
        visits=kept.visits,
        measures=decision.points(),
        paid=decision.due,
    )


def first_kept(case: Case) -> Kept:
    """What is left of a purchase of which nothing has come back."""
    purchase, decision = case.facts.purchase, case.decision
    lines = purchase.lines
    kept = Kept(
        lines={line.id: line.quantity_milli for line in lines},
        nets={line.id: net for line, net in zip(lines, decision.nets, strict=True)},
        points=codec.points_by_unit(decision.grants),
        discounts={
            it.rule: {lines[index].id: amount for index, amount in it.by_line.items()}
            for it in (*case.given.values(), *decision.reductions)
        },
        refunded=0,
        tender_back=0,
        points_back={},
        used=decision.used,
        carried=carried_by(decision.grants, case.facts),
        spend=decision.counted,
        visits=1 if purchase.event is None else 0,
        added=codec.added_by_rule(decision.added) if decision.added else {},
        vouchers=decision.vouchers,
    )
    return with_places(case.rulebook, kept, case.place)


def pending_points(book: AccountBook, purchase: str) -> dict[str, int]:
    """How many points of a purchase are still pending, by unit, among the lots just opened."""
    pending: dict[str, int] = {}
    for lot in book.opened.values():
        if lot.pending and lot.purchase == purchase:
            pending[lot.unit] = pending.get(lot.unit, 0) + lot.remaining
    return pending
