"""What undoing some or all of a purchase came to, and the figures that are told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.lots import Balance
from loyalty_engine.ports import MemberRecord, StoredPurchase
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.use_cases.answering import shown
from loyalty_engine.use_cases.purchases.receipt import product_reward
from loyalty_engine.use_cases.returns.changing import Moved
from loyalty_engine.use_cases.writing import Shown


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing some or all of a purchase came to.

    `codes_back` and `withdrawn` are kinds of voucher: of codes that can be used again, and of
    vouchers for next time that are taken back. `cards` tells of challenges that have moved,
    `value_back` of gift cards and store credit.
    """

    stored: StoredPurchase
    member: MemberRecord | None
    before: Kept
    after: Kept
    moved: Moved
    facts: Facts
    tier: tuple[str, str]
    balances: Mapping[str, Balance]
    version: int
    shown: Shown | None
    codes_back: Sequence[str] = ()
    withdrawn: Sequence[str] = ()
    cards: Sequence[Mapping[str, Any]] = ()
    value_back: Sequence[Mapping[str, Any]] = ()


def undone_figures(undone: Undone) -> dict[str, Any]:
    """The sums of a return or a cancellation."""
    before, after = undone.before, undone.after
    refund = _in_money(after) - _in_money(before)
    figures: dict[str, Any] = {
        "committed": True,
        "state": undone.stored.state,
        "refund": max(0, refund),
        "due": max(0, -refund),
        "refunded": _in_money(after),
        "points_taken": dict(undone.moved.taken),
        "points_given": dict(undone.moved.given),
        "points_returned": dict(undone.moved.spent_back),
        "tier": {"before": undone.tier[0], "after": undone.tier[1]},
        "balance": {unit: shown(it) for unit, it in sorted(undone.balances.items())},
        "version": undone.version,
        "rulebook": undone.stored.rulebook,
    }
    if back := _products_back(before, after):
        figures["rewards_back"] = back
    if undone.codes_back:
        figures["codes_given_back"] = list(undone.codes_back)
    if undone.cards:
        figures["challenges"] = list(undone.cards)
    if undone.withdrawn:
        figures["vouchers_withdrawn"] = list(undone.withdrawn)
    if undone.value_back:
        figures["cards_back"] = list(undone.value_back)
    return figures


def _in_money(kept: Kept) -> int:
    """What has come back so far, but for what came back as points or to cards."""
    return kept.refunded - kept.tender_back - sum(kept.value_back.values())


def _products_back(before: Kept, after: Kept) -> list[dict[str, Any]]:
    """Products that had been added and that what is kept no longer gets."""
    lost = [
        (rule, sku, milli - after.added.get(rule, {}).get(sku, 0))
        for rule, by_sku in before.added.items()
        for sku, milli in by_sku.items()
    ]
    return [product_reward(rule, sku, milli) for rule, sku, milli in lost if milli > 0]


def line_refunds(undone: Undone) -> dict[str, int]:
    """By line, what its price after discounts has gone down by; below zero where it lost one."""
    lines = undone.facts.purchase.lines
    return {
        line.id: undone.before.nets.get(line.id, 0) - undone.after.nets.get(line.id, 0)
        for line in lines
    }
