"""How purchases, facts and decisions are stored: JSON, the same bytes for the same decision.

The caller's member id and identifiers are never in it: members are named by number.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import msgspec

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.domain.switches import LostDiscount
from loyalty_engine.rulebook.deciding.decision import Added, Decision, Grant, Reduction
from loyalty_engine.rulebook.deciding.kept import Kept, Original, bound_to_rules
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.canonical import without_defaults
from loyalty_engine.use_cases.deciding.stored_forms import (
    Flag,
    IssuedVoucher,
    Portions,
    StoredDecision,
    StoredFacts,
)


def _enc(value: object) -> object:
    if isinstance(value, Fraction):
        return str(value)
    raise TypeError(f"cannot store {type(value).__name__}")


def _dec(wanted: type, value: object) -> Any:
    if wanted is Fraction and isinstance(value, str):
        return Fraction(value)
    raise TypeError(f"cannot read {wanted}")


_encoder = msgspec.json.Encoder(enc_hook=_enc)


def encode(value: object) -> bytes:
    """Any of the stored values as JSON, in the order in which deciding makes them."""
    return _encoder.encode(value)


_purchase = msgspec.json.Decoder(Purchase)
_facts = msgspec.json.Decoder(StoredFacts)
_decision = msgspec.json.Decoder(StoredDecision, dec_hook=_dec)
_kept = msgspec.json.Decoder(Kept)


def body_of(purchase: Purchase) -> bytes:
    """A purchase as stored: without who it was."""
    stored = without_defaults(purchase)
    stored.member = stored.identifier = None
    return encode(stored)


def purchase_of(body: bytes) -> Purchase:
    """A stored purchase."""
    return _purchase.decode(body)


def facts_bytes(facts: Facts) -> bytes:
    """Facts as stored."""
    return encode(
        StoredFacts(
            facts.member,
            facts.tender,
            facts.headroom,
            facts.carries,
            facts.plugins,
            facts.codes,
            facts.worths or msgspec.UNSET,
        )
    )


def facts_of(program: Program, body: bytes, facts: bytes) -> Facts:
    """The facts that a stored purchase was decided on."""
    purchase = purchase_of(body)
    stored = _facts.decode(facts)
    return Facts(
        purchase=purchase,
        local=local_time(program, purchase.occurred_at),
        member=stored.member,
        tender=stored.tender,
        headroom=stored.headroom,
        carries=stored.carries,
        plugins=stored.plugins,
        counting=program.counting,
        not_earning=program.counting.paid_otherwise(purchase.payments),
        codes=stored.codes,
        worths=stored.worths or {},
    )


def local_time(program: Program, at: datetime) -> datetime:
    """The instant on the clocks of the programme's zone."""
    return at.astimezone(program.zone)


def decision_of(data: bytes) -> StoredDecision:
    """A stored decision."""
    return _decision.decode(data)


def kept_of(data: bytes) -> Kept:
    """What is stored as left of a purchase."""
    return _kept.decode(data)


def stored_decision(
    decision: Decision,
    given: Mapping[str, Reduction],
    spent: Mapping[str, Portions],
    flags: tuple[Flag, ...],
    vouchers: tuple[IssuedVoucher, ...] = (),
    value: Mapping[str, int] = MappingProxyType({}),
) -> StoredDecision:
    """A decision in the form in which it is kept, with what it gave of its `vouchers`."""
    return StoredDecision(
        given=tuple(given.values()),
        reductions=decision.reductions,
        grants=decision.grants,
        paid=decision.due,
        used=decision.used,
        spent=spent,
        flags=flags,
        added=decision.added,
        lines=decision.lines,
        vouchers=with_seeds(decision.vouchers, vouchers),
        value=dict(value),
    )


def with_seeds(
    decided: tuple[tuple[str, str], ...], issued: tuple[IssuedVoucher, ...]
) -> tuple[IssuedVoucher, ...]:
    """The vouchers that were decided, each with the seed under which it was given."""
    if len(decided) != len(issued):
        return tuple(IssuedVoucher(rule, kind) for rule, kind in decided)
    return tuple(
        replace(it, rule=rule, kind=kind) for (rule, kind), it in zip(decided, issued, strict=True)
    )


def original_of(rulebook: Rulebook, facts: Facts, decision: StoredDecision) -> Original:
    """What a return works from. Where lost discounts are kept, all of them are facts."""
    frozen = {it.rule: it for it in decision.reductions}
    given = {it.rule: it for it in decision.given}
    stay = rulebook.program.switches.lost_discount is LostDiscount.KEPT
    original = Original(
        facts=facts,
        given={**given, **frozen} if stay else given,
        frozen={} if stay else frozen,
        grants=decision.grants,
        spent={unit: sum(n for _, n in lots) for unit, lots in decision.spent.items()},
        paid=decision.paid,
        added=added_by_rule(decision.added),
        lines=decision.lines,
        value=decision.value,
    )
    return original if stay else bound_to_rules(rulebook, original)


def added_by_rule(added: tuple[Added, ...]) -> dict[str, dict[str, int]]:
    """Quantities of products added, in thousandths, by rule and sku."""
    sums: dict[str, dict[str, int]] = {}
    for it in added:
        by_sku = sums.setdefault(it.rule, {})
        by_sku[it.sku] = by_sku.get(it.sku, 0) + it.quantity_milli
    return sums


def points_by_unit(grants: tuple[Grant, ...]) -> dict[str, dict[str, int]]:
    """Points granted by unit and rule."""
    sums: dict[str, dict[str, int]] = {}
    for grant in grants:
        by_rule = sums.setdefault(grant.unit, {})
        by_rule[grant.rule] = by_rule.get(grant.rule, 0) + grant.granted
    return sums


def claim_of(receipt: bytes) -> Mapping[str, Any]:
    """The secret with which a guest's purchase is claimed, from its stored receipt."""
    claim: Mapping[str, Any] = msgspec.json.decode(receipt).get("claim", {})
    return claim


def value_told(receipt: bytes) -> dict[str, Any]:
    """What a stored receipt says of gift cards and store credit."""
    told: Mapping[str, Any] = msgspec.json.decode(receipt)
    return {key: told[key] for key in ("cards", "cards_sold") if key in told}
