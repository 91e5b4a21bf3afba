"""Explain a purchase: decided once more as it was, every rule with its reason and its place."""

from typing import Any

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.decide import decide
from loyalty_engine.rulebook.decision import Decision
from loyalty_engine.rulebook.gains import Settled
from loyalty_engine.rulebook.rule import Rule, Rulebook
from loyalty_engine.use_cases import codec
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.idempotency import member_name
from loyalty_engine.use_cases.receipt import rules, to_json
from loyalty_engine.use_cases.show_purchase import stored_purchase_of


def explain_purchase(engine: Engine, caller: Caller, id: str) -> Answer:
    """For each rule of the rulebook in force then: its status, reason and file:line.

    `same` says whether deciding again gave what is stored, to the byte.
    """
    with engine.storage.read(caller.program) as view:
        stored = stored_purchase_of(view, id)
        name = member_name(view, stored.member) if stored.account is not None else None
    rulebook = engine.rulebooks.by_hash(caller.program, stored.rulebook)
    facts = codec.facts_of(rulebook.program, stored.body, stored.facts)
    decision, same = decide_again(rulebook, facts, stored.decision)
    language = facts.member.language if facts.member else rulebook.program.languages[0]
    told = rules(rulebook, decision.verdicts, language, everything=True)
    for row in told:
        row["at"] = _place(rulebook.by_id[row["rule"]])
    named = {row["rule"] for row in told}
    told += [_not_live(rule) for rule in rulebook.rules if rule.id not in named]
    return Answer(
        200,
        to_json(
            {
                "member": name,
                "purchase": stored.purchase,
                "revision": stored.revision,
                "rulebook": stored.rulebook,
                "same": same,
                "rules": told,
            }
        ),
    )


def decide_again(rulebook: Rulebook, facts: Facts, stored: bytes) -> tuple[Decision, bool]:
    """Decide on stored facts; whether the result is the stored one to the byte."""
    was = codec.decision_of(stored)
    given = {it.rule: it for it in was.given}
    decision = decide(rulebook, facts, Settled(given=given) if given else None)
    again = codec.stored_decision(decision, given, was.spent, was.flags)
    return decision, codec.encode(again) == stored


def _place(rule: Rule) -> str:
    return f"{rule.place.file}:{rule.place.line}"


def _not_live(rule: Rule) -> dict[str, Any]:
    row: dict[str, Any] = {"rule": rule.id, "status": "not_live", "at": _place(rule)}
    if rule.start:
        row["from"] = rule.start.isoformat()
    if rule.end:
        row["until"] = rule.end.isoformat()
    return row
