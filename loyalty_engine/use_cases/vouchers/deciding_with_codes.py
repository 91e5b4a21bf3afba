"""A purchase decided with its codes, and what its receipt says of vouchers.

A purchase that names no code and is given no voucher asks the database nothing here.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from loyalty_engine.ports import MemberRecord, View, Work
from loyalty_engine.use_cases.calling import Caller, Engine
from loyalty_engine.use_cases.deciding.case import Case, Question
from loyalty_engine.use_cases.deciding.settling import settle_case
from loyalty_engine.use_cases.deciding.stored_forms import IssuedVoucher
from loyalty_engine.use_cases.vouchers.attempts import Asker
from loyalty_engine.use_cases.vouchers.presenting import (
    NOTHING,
    Code,
    Presented,
    count_refused,
    look_up,
)
from loyalty_engine.use_cases.vouchers.settling_codes import settle_with_codes
from loyalty_engine.use_cases.vouchers.using_codes import purchase_use, use_up
from loyalty_engine.use_cases.vouchers.vouchers_won import Giving, told_of


@dataclass(frozen=True, slots=True)
class Decided:
    """A case and the codes that came with it; `asker` is None where none did."""

    case: Case
    presented: Presented = NOTHING
    asker: Asker | None = None


def decide_codes(
    view: View,
    engine: Engine,
    caller: Caller,
    question: Question,
    *,
    own: AbstractSet[str] = frozenset(),
) -> Decided:
    """Decide, with the codes that the purchase names as far as they can be used.

    In a unit of work the codes are locked, after the member's account and before any limit.
    """
    purchase = question.purchase
    if not purchase.vouchers:
        return Decided(settle_case(view, question))
    presented, asker = look_up(
        view, engine, caller, question.rulebook, purchase, question.member, own=own,
        promised=question.reserved,
    )  # fmt: skip
    case, presented = settle_with_codes(view, question, presented)
    return Decided(case, presented, asker)


def giving(engine: Engine, caller: Caller, decided: Decided, member: MemberRecord | None) -> Giving:
    """Who gives the vouchers that were decided."""
    case = decided.case
    purchase = case.facts.purchase
    return Giving(engine, caller.program, case.rulebook, member, purchase.id, purchase.occurred_at)


def book_codes(
    work: Work,
    engine: Engine,
    caller: Caller,
    decided: Decided,
    member: MemberRecord | None,
) -> tuple[IssuedVoucher, ...]:
    """Use the codes up, count the wrong ones, and give the vouchers for next time."""
    presented, case = decided.presented, decided.case
    if decided.asker is not None:
        use_up(work, presented.codes, purchase_use(case.facts.purchase.id), member)
        count_refused(work, decided.asker, presented, work.now)
    if not case.decision.vouchers:
        return ()
    return giving(engine, caller, decided, member).given(work, case.decision.vouchers)


def hold_codes(work: Work, decided: Decided, reservation: str, until: datetime) -> list[str]:
    """Keep the codes for a reservation, and count the wrong ones; answers what is kept."""
    if decided.asker is None:
        return []
    count_refused(work, decided.asker, decided.presented, work.now)
    digests = sorted(it.digest for it in decided.presented.codes if it.stored is not None)
    for digest in digests:
        work.hold_voucher(digest, reservation, until)
    return digests


def note_wrong_codes(engine: Engine, caller: Caller, decided: Decided) -> None:
    """Count the wrong codes of something that writes nothing else."""
    asker, presented = decided.asker, decided.presented
    if asker is None or not presented.has_wrong:
        return
    with engine.storage.begin(caller.program, caller.now) as work:
        count_refused(work, asker, presented, caller.now)


def _used(it: Code) -> dict[str, Any]:
    told: dict[str, Any] = {"place": it.place, "voucher": it.kind, "discount": it.discount}
    return told if it.worth is None else {**told, "worth": it.worth}


def tell_codes(
    receipt: dict[str, Any],
    decided: Decided,
    issued: tuple[IssuedVoucher, ...],
    caller: Caller,
    language: str,
    *,
    committed: bool,
) -> None:
    """Put into a receipt which codes were used and refused, and which vouchers are given."""
    if decided.asker is not None:
        receipt["codes"] = [_used(it) for it in decided.presented.codes]
        receipt["refused"] = decided.presented.told(caller.detailed)
    if issued:
        receipt["vouchers"] = told_of(decided.case.rulebook, issued, language, committed=committed)
