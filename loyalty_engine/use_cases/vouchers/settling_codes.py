"""A purchase decided with the codes that came with it: which of them are used, and what each takes off."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from loyalty_engine.domain.money import share_out
from loyalty_engine.ports import View
from loyalty_engine.rulebook.deciding.decision import Decision
from loyalty_engine.rulebook.telling.limit_sentences import named_limit_sentence
from loyalty_engine.rulebook.telling.sentences import missing, rule_title
from loyalty_engine.use_cases.deciding.case import Case, Question
from loyalty_engine.use_cases.deciding.settling import settle_case
from loyalty_engine.use_cases.vouchers.presenting import Code, Presented, Refused


def settle_with_codes(
    view: View, question: Question, presented: Presented
) -> tuple[Case, Presented]:
    """Decide with the codes; those of which nothing comes are refused and stay unused."""
    case = settle_case(view, _with(question, presented))
    given = giving_rules(case.decision) | {it.rule for it in case.given.values() if it.total}
    useful: list[Code] = []
    refused = list(presented.refused)
    for code in presented.codes:
        if question.rulebook.asking.get(code.kind, frozenset()) & given:
            useful.append(code)
        else:
            refused.append(_gives_nothing(case, code))
    left = Presented(tuple(useful), tuple(sorted(refused, key=lambda it: it.place)))
    if len(useful) < len(presented.codes):  # what is refused is as if it had not been named
        case = settle_case(view, _with(question, left))
    needed: set[tuple[str, int | None]] = set()
    for code in _to_spare(left):
        if left.counts[code.kind] == 1 or (code.kind, code.worth) in needed:
            continue
        fewer = _without(left, code)
        again = settle_case(view, _with(question, fewer))
        if _gives_less(again.decision, case.decision):
            needed.add((code.kind, code.worth))  # and with it all that are worth as much
        else:
            case, left = again, fewer
    return case, replace(left, codes=tuple(_with_discounts(case, left)))


def _with(question: Question, presented: Presented) -> Question:
    return replace(question, codes=presented.counts, worths=presented.worths)


def _to_spare(presented: Presented) -> Iterator[Code]:
    """The codes of several of a kind that may not be needed: those worth most first, then the last."""
    counts = presented.counts
    several = [it for it in presented.codes if counts[it.kind] > 1]
    return iter(sorted(several, key=lambda it: (it.worth or 0, it.place), reverse=True))


def _gives_less(one: Decision, other: Decision) -> bool:
    return one.nets != other.nets or one.points() != other.points()


def giving_rules(decision: Decision) -> frozenset[str]:
    """The rules of which something has come."""
    return frozenset(
        {it.rule for it in decision.reductions if it.total}
        | {it.rule for it in decision.grants if it.granted}
        | {rule for rule, _ in (*decision.vouchers, *decision.messages)}
        | {it.rule for it in decision.added}
    )


def _without(presented: Presented, code: Code) -> Presented:
    refused = (*presented.refused, Refused(code.place, "gives_nothing"))
    codes = tuple(it for it in presented.codes if it is not code)
    return Presented(codes, tuple(sorted(refused, key=lambda it: it.place)))


def _gives_nothing(case: Case, code: Code) -> Refused:
    rulebook, program = case.rulebook, case.rulebook.program
    language = case.facts.member.language if case.facts.member else program.languages[0]
    for verdict in case.decision.verdicts:
        if verdict.rule != code.kind:
            continue
        if verdict.limit:
            says = named_limit_sentence(verdict.limit, language, rulebook)
            return Refused(code.place, "limit", says)
        if verdict.by:
            says = rule_title(rulebook.by_id[verdict.by], language, program)
            return Refused(code.place, "overshadowed", says)
        if verdict.failed is not None:
            return Refused(code.place, "not_met", missing(verdict.failed, language, program))
    return Refused(code.place, "gives_nothing")


def _with_discounts(case: Case, presented: Presented) -> list[Code]:
    """The codes with what each of them takes off, by the rule of its kind."""
    totals = {it.rule: it.total for it in (*case.given.values(), *case.decision.reductions)}
    found: list[Code] = []
    for kind, times in presented.counts.items():
        of_kind = [it for it in presented.codes if it.kind == kind]
        shares = _shares(totals.get(kind, 0), [it.worth or 0 for it in of_kind], times)
        found += [replace(it, discount=n) for it, n in zip(of_kind, shares, strict=True)]
    return sorted(found, key=lambda it: it.place)


def _shares(total: int, worths: Sequence[int], times: int) -> Sequence[int]:
    """What each code takes off: in their order as much as it is worth, else all the same."""
    if total > sum(worths):
        return share_out(total, [1] * times)
    shares = []
    for worth in worths:
        shares.append(min(worth, total))
        total -= shares[-1]
    return shares
