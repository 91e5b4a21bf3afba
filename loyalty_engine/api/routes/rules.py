"""The rulebook in force."""

from loyalty_engine.api.calls import Answer, Ask, Calls
from loyalty_engine.api.schemas.service import RulebookShown
from loyalty_engine.use_cases.show_rules import show_rules

calls = Calls("rules", "The rules by which points are given.")


@calls.get("/v1/rules", scope="rules:read", gives={200: RulebookShown()})
def get_rules(ask: Ask) -> Answer:
    """Show the rulebook in force, each rule in one sentence."""
    return show_rules(ask.engine, ask.caller)
