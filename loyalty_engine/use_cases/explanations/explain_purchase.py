"""Explain a purchase: decided once more as it was, every rule with its reason and its place."""

from collections.abc import Sequence

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.deciding.decision import Decision
from loyalty_engine.rulebook.deciding.settled import Settled
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.challenges.explain_challenges import challenges_explained
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.deciding.counting import place_of, room_left
from loyalty_engine.use_cases.explanations.explaining import explanation
from loyalty_engine.use_cases.idempotency import member_name
from loyalty_engine.use_cases.purchases.show_purchase import stored_purchase_of


def explain_purchase(
    engine: Engine,
    caller: Caller,
    id: str,
    languages: Sequence[str] = (),
    rule: str | None = None,
) -> Answer:
    """For each rule of the rulebook in force then: its status, its reasons and their places.

    `same` says whether deciding again gave what is stored, to the byte. With `rule` of that one
    alone, with all its conditions. `languages` are those wanted, the best first. Limits are as
    they were; of those that the purchase did not touch, near misses go by what is left now.
    """
    with engine.storage.read(caller.program) as view:
        stored = stored_purchase_of(view, id)
        name = member_name(view, stored.member) if stored.account is not None else None
    rulebook = engine.rulebooks.by_hash(caller.program, stored.rulebook)
    facts = codec.facts_of(rulebook.program, stored.body, stored.facts)
    given = {it.rule: it for it in codec.decision_of(stored.decision).given}
    decision, same = decide_again(rulebook, facts, stored.decision)
    told = {
        "member": name,
        "purchase": stored.purchase,
        "revision": stored.revision,
        "rulebook": stored.rulebook,
        "same": same,
    }
    settled = Settled(given=given) if given else None
    place = place_of(rulebook.program, facts.purchase, stored)
    room = room_left(engine, caller.program, rulebook, place)
    why = explanation(rulebook, facts, settled, languages, rule, room)
    if rulebook.challenges and rule is None and stored.account is not None:
        whole, kept = facts.with_nets(decision.nets, rulebook.program), codec.kept_of(stored.kept)
        why["challenges"] = challenges_explained(rulebook, whole, kept, why["language"])
    return Answer(200, to_json(told | why))


def comes_out_the_same(engine: Engine, caller: Caller, id: str) -> bool:
    """Whether deciding a purchase again gives what is stored, to the byte."""
    with engine.storage.read(caller.program) as view:
        stored = stored_purchase_of(view, id)
    rulebook = engine.rulebooks.by_hash(caller.program, stored.rulebook)
    facts = codec.facts_of(rulebook.program, stored.body, stored.facts)
    return decide_again(rulebook, facts, stored.decision)[1]


def decide_again(rulebook: Rulebook, facts: Facts, stored: bytes) -> tuple[Decision, bool]:
    """Decide on stored facts; whether the result is the stored one to the byte."""
    was = codec.decision_of(stored)
    given = {it.rule: it for it in was.given}
    decision = decide(rulebook, facts, Settled(given=given) if given else None)
    again = codec.stored_decision(decision, given, was.spent, was.flags, was.vouchers, was.value)
    return decision, codec.encode(again) == stored
