"""What a caller reads: receipts of purchases and returns, as JSON.

Receipts are stored without the member's name; it is put in when answering, so that an erased
member's receipts say nothing of who it was.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Generic, TypeVar

import msgspec

from loyalty_engine.domain.lots import Balance
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.deciding.decision import Decision, Reduction, Verdict
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.languages import in_language
from loyalty_engine.rulebook.telling.limit_sentences import named_limit_sentence
from loyalty_engine.rulebook.telling.sentences import missing, rule_title
from loyalty_engine.rulebook.words import Word
from loyalty_engine.use_cases.answering import quantity, shown, to_json
from loyalty_engine.use_cases.deciding.case import Case
from loyalty_engine.use_cases.deciding.stored_forms import Flag

T = TypeVar("T")

SENTENCES = 8192
"""So many sentences about rules that were not met are kept, whatever programme they are of."""


def purchase_receipt(
    case: Case,
    language: str,
    *,
    committed: bool,
    pending: Mapping[str, int],
    tier: tuple[str, str],
    balances: Mapping[str, Balance],
    version: int,
    flags: Iterable[Flag] = (),
    late: bool = False,
) -> dict[str, Any]:
    """The receipt of a purchase without its member. `tier` is before and after."""
    purchase, decision = case.facts.purchase, case.decision
    program = case.rulebook.program
    receipt: dict[str, Any] = {
        "purchase": purchase.id,
        "revision": purchase.revision,
        "committed": committed,
        "points": _points(decision, pending),
        "lines": _lines(case),
        "rules": _rules(case.rulebook, decision.verdicts, language),
        "messages": [
            {"rule": rule, "text": in_language(message.texts, language, program.languages)}
            for rule, message in decision.messages
        ],
        "vouchers": [],
        "rewards": [product_reward(it.rule, it.sku, it.quantity_milli) for it in decision.added],
        "refused": [],
        "totals": {
            "gross": purchase.gross,
            "discount": purchase.gross - sum(decision.nets),
            "net": sum(decision.nets),
            "paid_with_points": case.facts.tender,
        },
        "tier": {"before": tier[0], "after": tier[1]},
        "balance": {unit: shown(balance) for unit, balance in sorted(balances.items())},
        "version": version,
        "rulebook": case.rulebook.hash,
    }
    if taxed := decision.due - sum(decision.nets):
        receipt["totals"]["tax"] = taxed
    if late:
        receipt["late"] = True
    if flagged := [{"code": flag.code, "detail": flag.detail} for flag in flags]:
        receipt["flags"] = flagged
    return receipt


def product_reward(rule: str, sku: str, milli: int) -> dict[str, Any]:
    """A product that a rule gives on top, as receipts tell it."""
    return {"rule": rule, "kind": "product", "sku": sku, "quantity": quantity(milli)}


def _points(decision: Decision, pending: Mapping[str, int]) -> dict[str, dict[str, int]]:
    units: dict[str, dict[str, int]] = {}
    for grant in decision.grants:
        unit = units.setdefault(grant.unit, {"granted": 0, "pending": 0, "desired": 0})
        unit["granted"] += grant.granted
        unit["desired"] += grant.desired
    for name, unit in units.items():
        unit["pending"] = pending.get(name, 0)
    return units


def _lines(case: Case) -> list[dict[str, Any]]:
    lines = []
    reductions = [*case.given.values(), *case.decision.reductions]
    for index, line in enumerate(case.facts.purchase.lines):
        points: dict[str, int] = {}
        for grant in case.decision.grants:
            if part := grant.by_line.get(index):
                points[grant.unit] = points.get(grant.unit, 0) + part
        lines.append(
            {
                "id": line.id,
                "discount": line.discount + _off(reductions, index),
                "net": case.decision.nets[index],
                "points": points,
            }
        )
    return lines


def _off(reductions: Iterable[Reduction], index: int) -> int:
    return sum(reduction.by_line.get(index, 0) for reduction in reductions)


def _rules(rulebook: Rulebook, verdicts: Iterable[Verdict], language: str) -> list[Any]:
    """Why each rule did or did not apply.

    Of those that were not met at most `receipt_not_met` are named, the explanation of a purchase
    names them all. What is said of them is the same for every purchase, so it is kept as JSON.
    """
    room = rulebook.program.switches.receipt_not_met
    said = rulebook.sayings
    told: list[Any] = []
    for verdict in verdicts:
        if verdict.status != "not_met" or verdict.failed is None:
            told.append(told_of(rulebook, verdict, language))
        elif room > 0:
            room -= 1
            key = verdict.rule, id(verdict.failed), language
            row = said.get(key)
            if row is None:
                row = said[key] = to_json(told_of(rulebook, verdict, language))
            told.append(msgspec.Raw(row))
    return told


def told_of(rulebook: Rulebook, verdict: Verdict, language: str) -> dict[str, Any]:
    """Why a rule did or did not apply, in one sentence."""
    rule, program = rulebook.by_id[verdict.rule], rulebook.program
    row: dict[str, Any] = {"rule": rule.id, "status": verdict.status}
    if verdict.status == "not_met" and verdict.failed is not None:
        row["missing"] = _missing(_Same(verdict.failed), language, _Same(program))
        return row
    row["says"] = rule_title(rule, language, program)
    if verdict.by:
        row["by"] = verdict.by
    if verdict.discount or verdict.desired_discount:
        row["discount"] = verdict.discount
    if verdict.granted:
        row["points"] = dict(verdict.granted)
    if verdict.limit:
        row["limit"] = verdict.limit
        row["limit_says"] = named_limit_sentence(verdict.limit, language, rulebook)
        row["desired"] = {"points": dict(verdict.desired), "discount": verdict.desired_discount}
    return row


class _Same(Generic[T]):
    """A value as a key, equal to nothing but itself: hashing a word's fields would cost more."""

    __slots__ = ("it",)

    def __init__(self, it: T) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.it is other.it


@lru_cache(SENTENCES)
def _missing(word: _Same[Word], language: str, program: _Same[Program]) -> str:
    """What a word says does not depend on the purchase, so it is said once."""
    return missing(word.it, language, program.it)
