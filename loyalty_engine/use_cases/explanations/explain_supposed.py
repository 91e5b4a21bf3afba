"""Explain a purchase that nobody makes: decided on what is, or on what is supposed. No effect."""

from collections.abc import Sequence
from dataclasses import replace

from loyalty_engine.domain.errors import InvalidRequest, pointing_below
from loyalty_engine.domain.facts import Facts, MemberFacts
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.domain.requests import SupposedMember, Supposition
from loyalty_engine.ports import MemberRecord, View
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.deciding.settled import Settled
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.deciding.case import Case, Question
from loyalty_engine.use_cases.deciding.codec import local_time
from loyalty_engine.use_cases.deciding.counting import counting, room_left
from loyalty_engine.use_cases.deciding.settling import given_by_till, settle_case
from loyalty_engine.use_cases.explanations.explaining import explanation
from loyalty_engine.use_cases.members.attributes import checked_attributes
from loyalty_engine.use_cases.members.enrolling import buying_member
from loyalty_engine.use_cases.members.standing import GONE, member_facts
from loyalty_engine.use_cases.purchases.checks import check_contents
from loyalty_engine.use_cases.purchases.preparing import address_of
from loyalty_engine.use_cases.spending.tender import tender_value


def explain_supposed(
    engine: Engine,
    caller: Caller,
    asked: Supposition,
    languages: Sequence[str] = (),
    rule: str | None = None,
) -> Answer:
    """Why each rule would or would not apply, and what the purchase would bring.

    Raises `InvalidRequest` for what contradicts the programme; instants may lie anywhere.
    """
    purchase = asked.purchase
    rulebook = engine.rulebooks.at(caller.program, asked.rules_at or purchase.occurred_at)
    check_contents(rulebook, purchase)
    plugins = asked.facts
    if plugins is None:
        plugins = engine.hooks.gather_facts(caller.program, purchase)
    with engine.storage.read(caller.program) as view:
        who = _who(engine, view, caller, rulebook.program, asked)
        member, facts = who or (None, None)
        asking = Question(
            rulebook, purchase, member, facts, plugins, codes=shared_codes(rulebook, purchase)
        )
        case = settle_case(view, asking)
    settled = Settled(given=case.given) if case.given else None
    room = room_left(engine, caller.program, rulebook, case.place)
    told = {
        "member": purchase.member if member else None,
        "rulebook": rulebook.hash,
        **brought(case),
        **explanation(rulebook, case.facts, settled, languages, rule, room),
    }
    return Answer(200, to_json(told))


def explain_alone(
    rulebook: Rulebook, asked: Supposition, languages: Sequence[str] = (), rule: str | None = None
) -> dict[str, object]:
    """As `explain_supposed` with nothing but a rulebook: limits are full, and nobody is known.

    Whoever is named without being supposed is a new member.
    """
    purchase, program = asked.purchase, rulebook.program
    check_contents(rulebook, purchase)
    suppose = asked.suppose or (None if purchase.is_guest else SupposedMember())
    facts = Facts(
        purchase=purchase,
        local=local_time(program, purchase.occurred_at),
        member=None if suppose is None else supposed_facts(program, purchase, None, suppose),
        tender=tender_value(program, purchase.spend),
        plugins=asked.facts or {},
        codes=shared_codes(rulebook, purchase),
        counting=program.counting,
        not_earning=program.counting.paid_otherwise(purchase.payments),
    )
    given = given_by_till(purchase)
    settled = Settled(given=given) if given else None
    decision = decide(rulebook, facts, settled, tell=0)
    case = Case(rulebook, facts, decision, given, counting(program, purchase, None), {})
    return {
        "member": purchase.member,
        "rulebook": rulebook.hash,
        **brought(case),
        **explanation(rulebook, facts, settled, languages, rule),
    }


def shared_codes(rulebook: Rulebook, purchase: Purchase) -> dict[str, int]:
    """Of which vouchers how many codes that many know the purchase names, as many as it can use.

    Codes of single use are no matter of supposing: whoever could ask about them could guess.
    """
    named = {code.casefold() for code in purchase.vouchers}
    found = {
        kind.id: sum(code.casefold() in named for code in kind.shared)
        for kind in rulebook.voucher_kinds.values()
    }
    return {
        kind: min(count, rulebook.voucher_kinds[kind].per_purchase)
        for kind, count in found.items()
        if count
    }


def brought(case: Case) -> dict[str, object]:
    """What a decision comes to: points by unit, and the money."""
    net = sum(case.decision.nets)
    return {
        "points": case.decision.points(),
        "totals": {
            "gross": case.facts.purchase.gross,
            "discount": case.facts.purchase.gross - net,
            "net": net,
            "paid_with_points": case.facts.tender,
        },
    }


def supposed_facts(
    program: Program, purchase: Purchase, known: MemberFacts | None, suppose: SupposedMember
) -> MemberFacts:
    """The facts of a member, with what is supposed instead; a new one's where none is known.

    Raises `InvalidRequest` for a tier or an attribute that the programme does not have.
    """
    if suppose.tier is not None and suppose.tier not in program.tiers.rank:
        raise InvalidRequest(
            f"there is no tier {suppose.tier!r}; there are {', '.join(program.tiers.rank)}",
            code="tier_unknown", pointer="/suppose/tier",
        )  # fmt: skip
    base = known or MemberFacts(
        tier=program.tiers.ladder[0].name,
        enrolled_on=local_time(program, purchase.occurred_at).date(),
        language=program.languages[0],
    )
    with pointing_below("/suppose"):
        attributes = checked_attributes(program, base.attributes, suppose.attributes)
    return replace(
        base,
        tier=base.tier if suppose.tier is None else suppose.tier,
        enrolled_on=suppose.enrolled_on or base.enrolled_on,
        language=suppose.language or base.language,
        attributes=attributes,
        purchases=base.purchases if suppose.purchases is None else suppose.purchases,
        last_purchase_on=suppose.last_purchase_on or base.last_purchase_on,
    )


def _who(
    engine: Engine, view: View, caller: Caller, program: Program, asked: Supposition
) -> tuple[MemberRecord, MemberFacts] | None:
    """Who buys, and what rules may know of them; None for a guest."""
    purchase, suppose = asked.purchase, asked.suppose
    address = address_of(purchase)
    found = None if address is None else view.find_member(address)
    known = None
    if found is not None and found.status not in GONE:
        known = member_facts(view, program, found, purchase.occurred_at)
    elif address is not None and suppose is None:
        raise InvalidRequest(
            "no member is known by this id; leave it out for a guest, or write in `suppose` what "
            "to suppose of one",
            code="member_unknown", pointer="/member",
        )  # fmt: skip
    if suppose is None:
        return None if known is None or found is None else (found, known)
    facts = supposed_facts(program, purchase, known, suppose)
    if found is None or known is None:
        found = buying_member(engine, program, purchase, caller.now)
    return found, facts
