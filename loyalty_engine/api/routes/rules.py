"""The rulebook in force, and what it would say."""

from loyalty_engine.api.calls import Answer, Ask, Body, Calls, Key
from loyalty_engine.api.checking import check_texts, merged
from loyalty_engine.api.examples import PURCHASE_EXAMPLE
from loyalty_engine.api.languages import wanted_languages
from loyalty_engine.api.schemas.budgets import BudgetsQuery, BudgetsShown
from loyalty_engine.api.schemas.explanations import LanguageQuery, SuppositionExplained
from loyalty_engine.api.schemas.rule_checks import RulesBody, RulesChecked
from loyalty_engine.api.schemas.service import RulebookShown
from loyalty_engine.api.schemas.suppositions import SuppositionBody
from loyalty_engine.use_cases.explanations.explain_supposed import explain_supposed
from loyalty_engine.use_cases.rules.show_budgets import show_budgets
from loyalty_engine.use_cases.rules.show_rules import show_rules

calls = Calls("rules", "The rules by which points are given.")

SUPPOSITION = Body(
    SuppositionBody(),
    example={**PURCHASE_EXAMPLE, "suppose": {"tier": "gold", "purchases": 9}},
)
RULES = Body(
    RulesBody(),
    batch=True,
    example={"files": {"campaigns/double.yaml": "rule: double\nthen: [{multiply_points: 2}]\n"}},
)


@calls.get("/v1/rules", scope="rules:read", gives={200: RulebookShown()})
def get_rules(ask: Ask) -> Answer:
    """Show the rulebook in force, each rule in one sentence."""
    return show_rules(ask.engine, ask.caller)


@calls.get(
    "/v1/rules/budgets", scope="rules:read", query=BudgetsQuery(), gives={200: BudgetsShown()}
)
def get_budgets(ask: Ask) -> Answer:
    """Show how much is used, and left, of each limit that everybody shares.

    Those of rules in all and those of campaigns, each for the period of today, that with the least
    left first. What is limited for each member, household, code or store is not among them.
    """
    return show_budgets(ask.engine, ask.caller, wanted_languages(ask))


@calls.post(
    "/v1/rules/explain",
    key=Key.NONE,
    scope="quotes",
    takes=SUPPOSITION,
    query=LanguageQuery(),
    gives={200: SuppositionExplained()},
    refuses=[404],
)
def post_explain(ask: Ask) -> Answer:
    """Explain a purchase that nobody makes: why each rule would or would not apply.

    By a member as they are, as they are supposed to be, or made up; at any instant, under the
    rules of any instant. Nothing is written, reserved or counted.
    """
    languages, rule = wanted_languages(ask), ask.query.get("rule")
    return explain_supposed(ask.engine, ask.caller, ask.told, languages, rule)


@calls.post(
    "/v1/rules/check",
    key=Key.NONE,
    scope="rules:read",
    takes=RULES,
    gives={200: RulesChecked()},
    refuses=[429],
)
def post_check(ask: Ask) -> Answer:
    """Check files as if they were in force: every fault with its place, and what checks find.

    The same as `loyalty rules check`. Beside the files sent are those in force. Nothing is kept
    or put in force. What takes too long is refused, and leaves the service as quick as it was.
    """
    rulebook = ask.engine.rulebooks.current(ask.caller.program)
    source = merged(rulebook, ask.told["files"], whole=ask.told.get("whole", False))
    settings = ask.service.settings
    return Answer(200, check_texts(settings, ask.caller.program, source, ask.caller.now))
