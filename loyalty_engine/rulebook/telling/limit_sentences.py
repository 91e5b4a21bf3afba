"""Limits as sentences: what a receipt, an explanation and a comparison of rulebooks say of them."""

from loyalty_engine.domain.limits import OF_CAMPAIGN, Limit, Measure
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.languages import in_language, language_of


def limit_sentence(limit: Limit, language: str, program: Program, campaign: str = "") -> str:
    """A limit: at most 100 points for each member a week. `campaign` names the one it is of."""
    spoken = language_of(language)
    match limit.measure:
        case Measure.MONEY:
            amount = spoken.money(limit.ceiling, program.currency)
        case Measure.LIABILITY:
            money = spoken.money(limit.ceiling, program.currency)
            amount = spoken.phrases["liability"].format(money)
        case Measure.USES:
            amount = spoken.counted(limit.ceiling, "uses")
        case Measure.POINTS:
            amount = f"{spoken.number(limit.ceiling)} {spoken.unit('points', limit.ceiling)}"
    title = campaign_title(campaign, language, program) if campaign else ""
    whose = spoken.phrases[f"scope.{limit.scope}"].format(title)
    return spoken.phrases["limit"].format(amount, whose, spoken.phrases[f"period.{limit.period}"])


def campaign_title(campaign: str, language: str, program: Program) -> str:
    """What members read of a campaign, or its name in words."""
    titles = program.campaigns[campaign].titles
    if not titles:
        return campaign.replace("-", " ").capitalize()
    return in_language(titles, language, program.languages)


def named_limit_sentence(name: str, language: str, rulebook: Rulebook) -> str:
    """The sentence of a limit by the name under which it is counted."""
    whose = name.partition("/")[0]
    campaign = whose.removeprefix(OF_CAMPAIGN) if whose.startswith(OF_CAMPAIGN) else ""
    return limit_sentence(rulebook.limits[name], language, rulebook.program, campaign)
