"""How much is used of what everybody shares: the budgets of rules and campaigns, as they stand."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from loyalty_engine.domain.limits import OF_CAMPAIGN, Limit, Scope
from loyalty_engine.ports import CounterKey
from loyalty_engine.rulebook.deciding.limits import period_name
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.limit_sentences import campaign_title, named_limit_sentence
from loyalty_engine.rulebook.telling.sentences import rule_title
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.explanations.explaining import language_for

SHARED = (Scope.ALL, Scope.CAMPAIGN)


def show_budgets(engine: Engine, caller: Caller, languages: Sequence[str] = ()) -> Answer:
    """Every limit of the rulebook in force that everybody shares, that with the least left first.

    Of a limit by day, week, month or year it is the period of today that is told. `languages` are
    those wanted, the best first.
    """
    return Answer(200, to_json(budgets(engine, caller, languages)))


def budgets(engine: Engine, caller: Caller, languages: Sequence[str] = ()) -> dict[str, Any]:
    """The same as values; amounts of money in minor units."""
    rulebook = engine.rulebooks.current(caller.program)
    program = rulebook.program
    language = language_for(program, languages, None)
    today = caller.now.astimezone(program.zone).date()
    keys = {
        name: CounterKey("all", name, period_name(limit.period, today), 0, limit.slices)
        for name, limit in rulebook.limits.items()
        if limit.scope in SHARED
    }
    with engine.storage.read(caller.program) as view:
        used = view.counters(keys.values())
    told = [
        _row(rulebook, name, rulebook.limits[name], key, used[key], language)
        for name, key in keys.items()
    ]
    told.sort(key=lambda it: (Fraction(it["left"], it["ceiling"]), it["limit"]))
    return {
        "program": program.name,
        "rulebook": rulebook.hash,
        "day": today.isoformat(),
        "currency": program.currency,
        "budgets": told,
    }


def _row(
    rulebook: Rulebook, name: str, limit: Limit, key: CounterKey, used: int, language: str
) -> dict[str, Any]:
    program, whose = rulebook.program, name.partition("/")[0]
    row: dict[str, Any] = {"limit": name}
    if whose.startswith(OF_CAMPAIGN):
        campaign = whose.removeprefix(OF_CAMPAIGN)
        row |= {"campaign": campaign, "title": campaign_title(campaign, language, program)}
    else:
        row |= {"rule": whose, "title": rule_title(rulebook.by_id[whose], language, program)}
    row |= {
        "says": named_limit_sentence(name, language, rulebook),
        "measure": limit.measure,
        "period": key.period,
        "ceiling": limit.ceiling,
        "used": used,
        "left": max(0, limit.ceiling - used),
    }
    return row
