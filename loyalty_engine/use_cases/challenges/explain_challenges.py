"""Why a purchase did or did not count for each challenge."""

from typing import Any

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.challenges import Challenge
from loyalty_engine.rulebook.deciding.challenge_steps import step_of
from loyalty_engine.rulebook.deciding.eligible import unmet
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.rulebook.deciding.match import Failure, look_at
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.sentences import missing, rule_title
from loyalty_engine.use_cases.challenges.challenge_shares import is_bounded
from loyalty_engine.use_cases.challenges.challenge_steps import place_of
from loyalty_engine.use_cases.challenges.challenge_told import amount


def challenges_explained(
    rulebook: Rulebook, facts: Facts, kept: Kept, language: str
) -> list[dict[str, Any]]:
    """A row for each challenge; `facts` are of the purchase as a whole, with its net amounts.

    `counted` tells how much it was at first and what of it is kept. What is true of the member and
    of the day alone, `not_entered`, `had_elsewhere` or `not_live`, comes after what is wrong with the
    basket.
    """
    counted = {place_of(text).challenge: step for text, step in kept.steps.items()}
    rows = []
    for challenge in rulebook.challenges.values():
        if challenge.of_events is not (facts.purchase.event is not None):
            continue
        row: dict[str, Any] = {
            "challenge": challenge.id,
            "title": rule_title(challenge.rule, language, rulebook.program),
        }
        step, count = step_of(challenge, facts), challenge.scheme.count
        if challenge.id in counted:
            row |= {
                "status": "counted",
                "counted": amount(count, step.amount if step else 0),
                "kept": amount(count, counted[challenge.id].amount),
            }
        elif step is None and (says := _failing(rulebook, challenge, facts, language)):
            row |= {"status": "not_met", "missing": says}
        elif _was_had(challenge, facts):
            row["status"] = "had_elsewhere"
        else:
            row["status"] = "not_entered" if challenge.opt_in else "not_live"
        rows.append(row)
    return rows


def _was_had(challenge: Challenge, facts: Facts) -> bool:
    """Whether nothing else can have kept a purchase that is as asked for from counting."""
    always = not challenge.opt_in and challenge.within is None
    return always and is_bounded(challenge) and challenge.rule.live_on(facts.local.date())


def _failing(rulebook: Rulebook, challenge: Challenge, facts: Facts, language: str) -> str:
    """What would have to be so for the purchase to count."""
    found = look_at(challenge.rule, facts)
    failed = [found.failed] if isinstance(found, Failure) and found.failed else []
    words = failed or list(unmet(challenge.who, facts))
    return missing(words[0], language, rulebook.program) if words else ""
