"""Codes that were found good are used up, and given back when nothing of what they gave is kept."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.domain.switches import CancelledCode
from loyalty_engine.ports import MemberRecord, View, VoucherUse, Work
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.vouchers.presenting import Code


def use_up(
    work: Work,
    codes: Collection[Code],
    use: str,
    member: MemberRecord | None,
    counted: Mapping[str, int] | None = None,
    own: AbstractSet[str] = frozenset(),
) -> None:
    """Let a purchase or a redemption use these codes; `own` are those that it has used before."""
    number = member.number if member else None
    for code in sorted(codes, key=lambda it: it.digest):
        if code.stored is not None and code.digest not in own:
            work.use_voucher(code.digest, 1)
        work.save_voucher_use(
            VoucherUse(
                code.digest, use, code.kind, work.now, number, code.discount, dict(counted or {})
            )
        )


def purchase_use(purchase: str) -> str:
    """How the use of a code names a purchase."""
    return f"purchase:{purchase}"


def redemption_use(redemption: str) -> str:
    """How the use of a code names a redemption without a purchase."""
    return f"redemption:{redemption}"


def uses_of(
    view: View, engine: Engine, program: str, rulebook: Rulebook, purchase: Purchase
) -> list[VoucherUse]:
    """Which codes a recorded purchase uses at present, those kept one by one locked."""
    shared = rulebook.shared_codes
    named = rulebook.vouchers
    known = sorted({it for it in purchase.vouchers if it and it.casefold() not in named})
    digests = [engine.codes.digest(program, it) if it in shared else it for it in known]
    if digests:
        view.vouchers(digests)
    found = (view.voucher_use(it, purchase_use(purchase.id)) for it in digests)
    return [it for it in found if it is not None and it.undone_at is None]


def give_back(work: Work, uses: Collection[VoucherUse]) -> None:
    """Let codes be used again."""
    stored = work.vouchers(it.code for it in uses)
    for use in sorted(uses, key=lambda it: it.code):
        work.save_voucher_use(replace(use, undone_at=work.now))
        if use.code in stored:
            work.use_voucher(use.code, -1)


def give_back_unkept(
    work: Work,
    engine: Engine,
    program: str,
    rulebook: Rulebook,
    purchase: Purchase,
    before: Kept,
    after: Kept,
    *,
    cancelled: bool,
) -> tuple[Kept, list[str]]:
    """Give those codes back of which nothing is kept; answers their kinds.

    Where the programme lets codes of cancelled purchases stay used, so does what they count
    against limits: it is in the answered `Kept`.
    """
    uses = uses_of(work, engine, program, rulebook, purchase)
    if cancelled and rulebook.program.switches.cancelled_code is CancelledCode.STAYS_USED:
        kinds = {it.kind for it in uses}
        stays = {name: n for name, n in before.used.items() if name.partition("/")[0] in kinds}
        return replace(after, used={**after.used, **stays}), []
    keeping = kept_rules(after)
    gone = [it for it in uses if not rulebook.asking.get(it.kind, frozenset()) & keeping]
    give_back(work, gone)
    return after, sorted(it.kind for it in gone)


def kept_rules(kept: Kept) -> AbstractSet[str]:
    """The rules of which something is kept."""
    return (
        {rule for rule, by_line in kept.discounts.items() if sum(by_line.values())}
        | {rule for by_rule in kept.points.values() for rule, points in by_rule.items() if points}
        | {rule for rule, _ in kept.vouchers}
        | {rule for rule, by_sku in kept.added.items() if any(by_sku.values())}
    )
