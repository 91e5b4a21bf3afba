"""The rulebook in force, as sentences."""

from loyalty_engine.rulebook.telling.sentences import rule_sentence
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine


def show_rules(engine: Engine, caller: Caller, language: str | None = None) -> Answer:
    """Every rule with its dates, place and sentence, and the rulebook's hash."""
    rulebook = engine.rulebooks.current(caller.program)
    program = rulebook.program
    tongue = language or program.languages[0]
    rules = [
        {
            "rule": rule.id,
            "lane": rule.lane,
            "priority": rule.priority,
            "from": rule.start.isoformat() if rule.start else None,
            "until": rule.end.isoformat() if rule.end else None,
            "live": rule.live_on(caller.now.astimezone(program.zone).date()),
            "says": rule_sentence(rule, tongue, program),
            "at": f"{rule.place.file}:{rule.place.line}",
        }
        for lane in program.lanes
        for rule in rulebook.by_lane.get(lane.name, ())
    ]
    return Answer(
        200,
        to_json(
            {
                "program": program.name,
                "rulebook": rulebook.hash,
                "lanes": [{"name": lane.name, "stacking": lane.stacking} for lane in program.lanes],
                "rules": rules,
            }
        ),
    )
