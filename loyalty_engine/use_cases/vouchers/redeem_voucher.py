"""Codes for callers who keep their own purchases: check one against a basket, use it, give it back."""

from dataclasses import dataclass, replace
from typing import Any

from loyalty_engine.domain.errors import Conflict, InvalidRequest, LoyaltyError
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.ports import MemberRecord, View, Work
from loyalty_engine.rulebook.rule import limits_of
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.languages import in_language
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.deciding.case import Case, Question
from loyalty_engine.use_cases.deciding.counting import key_text
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.members.standing import GONE, member_facts
from loyalty_engine.use_cases.points.booking import count_limits
from loyalty_engine.use_cases.purchases.checks import check_purchase
from loyalty_engine.use_cases.purchases.preparing import address_of, seal
from loyalty_engine.use_cases.vouchers.attempts import Asker, too_many
from loyalty_engine.use_cases.vouchers.presenting import (
    BARRED,
    NOT_APPLICABLE,
    Code,
    Presented,
    count_refused,
    look_up,
)
from loyalty_engine.use_cases.vouchers.settling_codes import settle_with_codes
from loyalty_engine.use_cases.vouchers.using_codes import redemption_use, use_up
from loyalty_engine.use_cases.writing import Written, write


@dataclass(frozen=True, slots=True)
class Basket:
    """What a code is held against: a purchase with this one code, and who asks for whom."""

    purchase: Purchase
    shopper: str | None = None


def validate_voucher(engine: Engine, caller: Caller, basket: Basket) -> Answer:
    """What the code would take off this basket (200); nothing is used or held.

    Raises `Conflict` (409) when it cannot be used, by one code for every reason, and `TooMany`
    (429) when too many wrong codes were tried.
    """
    rulebook, purchase = _prepared(engine, caller, basket)
    with engine.storage.read(caller.program) as view:
        member = _member(view, purchase)
        tried = _try(view, engine, caller, rulebook, purchase, member, basket.shopper)
    if tried.refusal is not None:
        _note(engine, caller, tried)
        raise tried.refusal
    return Answer(200, to_json(_told(tried, member)))


def redeem_voucher(engine: Engine, caller: Caller, redemption: str, basket: Basket) -> Answer:
    """Use the code for this basket, under an id of the caller's (200, also when sent again).

    What it takes off counts against the limits of its rules. Points and vouchers for next time
    come with a recorded purchase only. Raises what `validate_voucher` raises.
    """
    rulebook, purchase = _prepared(engine, caller, basket)
    refused: list[_Tried] = []

    def act(work: Work) -> Written:
        refused.clear()
        operation = operation_of(caller, 200)
        if operation and (known := work.remember(operation)):
            return Written(replay_of(work, caller, known))
        member = _member(work, purchase)
        tried = _try(work, engine, caller, rulebook, purchase, member, basket.shopper)
        _not_again(work, engine, caller, rulebook, purchase, redemption)
        if tried.refusal is not None:
            refused.append(tried)
            raise tried.refusal
        _use(work, tried, redemption, member)
        body = to_json({"redemption": redemption, **_told(tried, member)})
        if operation:
            work.answer(replace(operation, answer=body))
        return Written(Answer(200, body))

    try:
        return write(engine, caller.program, caller.now, act)
    except LoyaltyError:
        if refused:
            _note(engine, caller, refused[0])
        raise


@dataclass(frozen=True, slots=True)
class _Tried:
    """A code held against a basket: with a case and the code, or with why it cannot be used."""

    who: Asker
    presented: Presented
    case: Case | None = None
    code: Code | None = None
    refusal: LoyaltyError | None = None


def _prepared(engine: Engine, caller: Caller, basket: Basket) -> tuple[Rulebook, Purchase]:
    purchase = basket.purchase
    rulebook = engine.rulebooks.at(caller.program, purchase.occurred_at)
    check_purchase(rulebook, purchase, caller.now)
    return rulebook, seal(engine, caller.program, rulebook, purchase)


def _member(view: View, purchase: Purchase) -> MemberRecord | None:
    """Whose basket it is; None for a guest, and for one who has left."""
    who = address_of(purchase)
    if who is None:
        return None
    member = view.find_member(who)
    if member is None:
        raise InvalidRequest(
            "no member is known by this id; leave it out for a guest's basket",
            code="member_unknown", pointer="/member",
        )  # fmt: skip
    return None if member.status in GONE else member


def _try(
    view: View,
    engine: Engine,
    caller: Caller,
    rulebook: Rulebook,
    purchase: Purchase,
    member: MemberRecord | None,
    shopper: str | None,
) -> _Tried:
    """The basket is decided whatever is found out about the code, so that time tells nothing."""
    facts = member_facts(view, rulebook.program, member, purchase.occurred_at) if member else None
    presented, who = look_up(view, engine, caller, rulebook, purchase, member, shopper=shopper)
    case, presented = settle_with_codes(
        view, Question(rulebook, purchase, member, facts), presented
    )
    if presented.codes:
        return _Tried(who, presented, case, presented.codes[0])
    (refused,) = presented.refused
    if refused.reason == BARRED:
        error: LoyaltyError = too_many(caller.now)
    else:
        told = {"reason": refused.reason, "why": refused.detail} if caller.detailed else {}
        error = Conflict("this voucher cannot be used here", code=NOT_APPLICABLE, **told)
    return _Tried(who, presented, refusal=error)


def _note(engine: Engine, caller: Caller, tried: _Tried) -> None:
    """Count a wrong code, in a transaction of its own: the one that was refused is undone."""
    if tried.presented.has_wrong:
        with engine.storage.begin(caller.program, caller.now) as work:
            count_refused(work, tried.who, tried.presented, caller.now)


def _not_again(
    work: Work,
    engine: Engine,
    caller: Caller,
    rulebook: Rulebook,
    purchase: Purchase,
    redemption: str,
) -> None:
    """Refuse a redemption that has used this code before, and say what it took off."""
    (text,) = purchase.vouchers
    if not text:
        return
    digest = engine.codes.digest(caller.program, text) if text in rulebook.shared_codes else text
    use = work.voucher_use(digest, redemption_use(redemption))
    if use is not None:
        raise Conflict(
            f"redemption {redemption!r} has used this code already; take an id of its own",
            code="redemption_exists", voucher=use.kind, discount=use.discount,
            undone=use.undone_at is not None,
        )  # fmt: skip


def _use(work: Work, tried: _Tried, redemption: str, member: MemberRecord | None) -> None:
    assert tried.case is not None, "a code that is used was decided"
    assert tried.code is not None, "a code that is used was found"
    case, code = tried.case, tried.code
    asking = [case.rulebook.by_id[it] for it in case.rulebook.asking[code.kind]]
    limits = {name for rule in asking for name, _ in limits_of(rule, case.rulebook.program)}
    used = {name: n for name, n in case.decision.used.items() if name in limits}
    if used != case.decision.used:
        case = replace(case, decision=replace(case.decision, used=used))
    count_limits(work, case)
    counted = {key_text(key): amount for key, amount, _ in case.uses()}
    use_up(work, [code], redemption_use(redemption), member, counted)


def _told(tried: _Tried, member: MemberRecord | None) -> dict[str, Any]:
    """What the code takes off, by line; the code itself is not repeated."""
    assert tried.case is not None, "a code that can be used was decided"
    assert tried.code is not None, "a code that can be used was found"
    case, kind = tried.case, tried.code.kind
    asking = case.rulebook.asking[kind]
    by_line: dict[int, int] = {}
    for reduction in case.decision.reductions:
        if reduction.rule in asking:
            for index, amount in reduction.by_line.items():
                by_line[index] = by_line.get(index, 0) + amount
    lines = case.facts.purchase.lines
    program = case.rulebook.program
    facts = case.facts.member
    language = facts.language if facts else program.languages[0]
    title = case.rulebook.voucher_kinds[kind].title
    stored = tried.code.stored
    return {
        "member": member.id if member else None,
        "voucher": kind,
        "title": in_language(title, language, program.languages),
        "discount": sum(by_line.values()),
        "lines": [{"id": lines[i].id, "discount": n} for i, n in sorted(by_line.items())],
        "worth": stored.worth if stored else None,
        "ends_at": stored.ends_at if stored else None,
    }
