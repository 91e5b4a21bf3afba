"""What a quote works out, and a reservation promises: a decision and a receipt with no effect."""

from collections.abc import Mapping
from dataclasses import replace

from loyalty_engine.domain.errors import InsufficientPoints, InvalidRequest
from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.domain.lots import Balance
from loyalty_engine.ports import MemberRecord, View
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.challenges.challenging import tell_supposed
from loyalty_engine.use_cases.deciding.case import Question
from loyalty_engine.use_cases.deciding.settling import gains_of
from loyalty_engine.use_cases.deciding.stored_forms import Flag
from loyalty_engine.use_cases.members.standing import (
    GONE,
    flags_of,
    is_late,
    member_facts,
    next_tier,
    tier_as_of,
)
from loyalty_engine.use_cases.points.booking import affordable, may_spend
from loyalty_engine.use_cases.points.looking import look_at
from loyalty_engine.use_cases.purchases.preparing import Prepared, no_points_of_guests
from loyalty_engine.use_cases.purchases.receipt import purchase_receipt
from loyalty_engine.use_cases.purchases.storing import pending_points
from loyalty_engine.use_cases.spending.holding import named_hold, pay_and_earn
from loyalty_engine.use_cases.vouchers.deciding_with_codes import (
    Decided,
    decide_codes,
    giving,
    tell_codes,
)


def expected_member(prepared: Prepared, found: MemberRecord | None) -> MemberRecord | None:
    """The member of a quote; None for a guest, and for whom the purchase would enrol."""
    if found is None or found.status in GONE:
        if prepared.who is not None and found is None:
            if prepared.program.switches.enrol_on_first_purchase:
                return None
            raise InvalidRequest(
                "no member is known by this id; leave it out to quote for a guest",
                code="member_unknown", pointer="/member",
            )  # fmt: skip
        no_points_of_guests(prepared.purchase)
        return None
    return found


def with_member_flags(decided: Decided, found: MemberRecord | None) -> Decided:
    """The case with what a record would tell of the member, too."""
    flags = flags_of(found) if found is not None else ()
    if not flags:
        return decided
    case = decided.case
    return replace(decided, case=replace(case, flags=flags + case.flags))


def decide_quote(
    engine: Engine,
    view: View,
    prepared: Prepared,
    member: MemberRecord | None,
    balances: Mapping[str, Balance] | None = None,
) -> tuple[Decided, AccountBook | None]:
    """Decide, and let the points move in a book that is never written."""
    purchase, program, now = prepared.purchase, prepared.program, prepared.caller.now
    if member is None:
        question = Question(prepared.rulebook, purchase, None, None, prepared.plugins)
        return decide_codes(view, engine, prepared.caller, question), None
    book = look_at(view, member, now, balances).book
    may_spend(program, member, purchase.spend, now)
    hold = named_hold(view, member, purchase, now)
    spend = affordable(book, program, purchase.spend, purchase.occurred_at, hold)
    flags: tuple[Flag, ...] = ()
    if spend != purchase.spend:
        purchase = replace(purchase, spend=spend)
        flags = (Flag("spend_reduced", "fewer points are there than are to be spent"),)
    facts = member_facts(view, program, member, purchase.occurred_at)
    question = Question(prepared.rulebook, purchase, member, facts, prepared.plugins)
    decided = decide_codes(view, engine, prepared.caller, question)
    if flags:
        case = decided.case
        decided = replace(decided, case=replace(case, flags=flags + case.flags))
    for unit, points in spend.items():
        if program.switches.earned_points_pay or (hold is not None and unit == hold.unit):
            continue
        if book.spendable(unit, purchase.occurred_at) < points:
            raise InsufficientPoints(
                f"{points} {unit} are asked for and "
                f"{book.spendable(unit, purchase.occurred_at)} can be spent",
                unit=unit,
            )
    return decided, book


def quoted_receipt(
    engine: Engine,
    view: View,
    prepared: Prepared,
    decided: Decided,
    member: MemberRecord | None,
    book: AccountBook | None,
) -> dict[str, object]:
    """What the receipt would be if the purchase happened now."""
    case = decided.case
    purchase, program = case.facts.purchase, prepared.program
    if member is None or book is None or case.facts.member is None:
        receipt = purchase_receipt(
            case, program.languages[0], committed=False, pending={}, tier=("", ""), balances={},
            version=0, flags=case.flags,
        )  # fmt: skip
        return _with_codes(engine, receipt, prepared, decided, member)
    version = book.first_version
    hold = named_hold(view, member, purchase, prepared.caller.now)
    pay_and_earn(book, program, case, member, purchase.spend, hold)
    tier = tier_as_of(view, program, member, purchase.occurred_at)
    after = next_tier(view, program, member, purchase.occurred_at, gains_of(case.decision))
    receipt = purchase_receipt(
        case, case.facts.member.language, committed=False,
        pending=pending_points(book, purchase.id), tier=(tier, after),
        balances=book.balances, version=version, flags=case.flags,
        late=is_late(member, purchase.occurred_at),
    )  # fmt: skip
    if case.rulebook.challenges:
        tell_supposed(view, engine, prepared.caller, receipt, case, member)
    return _with_codes(engine, receipt, prepared, decided, member)


def _with_codes(
    engine: Engine,
    receipt: dict[str, object],
    prepared: Prepared,
    decided: Decided,
    member: MemberRecord | None,
) -> dict[str, object]:
    """The receipt with its codes, and with the vouchers it would give: announced, not shown."""
    case = decided.case
    wanted = case.decision.vouchers
    if wanted or prepared.purchase.vouchers:
        facts = case.facts.member
        language = facts.language if facts else prepared.program.languages[0]
        issued = giving(engine, prepared.caller, decided, member).announced(wanted)
        tell_codes(receipt, decided, issued, prepared.caller, language, committed=False)
    return receipt
