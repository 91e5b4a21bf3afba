"""Challenges in words: what a goal gives, and how much is left for it."""

from fractions import Fraction

from loyalty_engine.domain.challenges import Count, Progress
from loyalty_engine.rulebook.arguments import TierName
from loyalty_engine.rulebook.challenges import Challenge, Prize
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.languages import in_language, language_of
from loyalty_engine.rulebook.telling.saying import value_in_words
from loyalty_engine.rulebook.telling.sentences import sentence

DONE = "challenge.done"
LEFT = "challenge.left"


def prize_in_words(prize: Prize, rulebook: Rulebook, language: str) -> str:
    """What reaching a goal gives: 100 points and gold status."""
    program, spoken = rulebook.program, language_of(language)
    parts = [sentence(effect, language, program) for effect in prize.then]
    if prize.tier:
        name = value_in_words(prize.tier, TierName, language, program)
        parts.append(spoken.phrases["challenge.tier"].format(name))
    if prize.reward:
        reward = rulebook.rewards.get(prize.reward)
        titles = reward.title if reward else {}
        parts.append(in_language(titles, language, program.languages) if titles else prize.reward)
    return spoken.join(parts, "and")


def left_in_words(challenge: Challenge, rulebook: Rulebook, stands: Progress, language: str) -> str:
    """2 more coffees: 100 points. The next goal that is not reached is told, then what it gives."""
    spoken = language_of(language)
    if stands.done:
        return spoken.phrases[DONE]
    goals = challenge.scheme.goals
    place = next((i for i, goal in enumerate(goals) if goal > stands.progress), len(goals) - 1)
    number, noun = _counted(challenge, goals[place] - stands.progress, rulebook, language)
    gives = prize_in_words(challenge.prizes[place], rulebook, language)
    return spoken.phrases[LEFT].format(number, f" {noun}" if noun else "", gives)


def _counted(
    challenge: Challenge, steps: int, rulebook: Rulebook, language: str
) -> tuple[str, str]:
    """So much of what the challenge counts: 2 and coffees, £3.20, 1 and week."""
    spoken, count = language_of(language), challenge.scheme.count
    if count is Count.SPEND:
        return spoken.money(steps, rulebook.program.currency), ""
    number = spoken.quantity(steps) if count is Count.UNITS else spoken.number(steps)
    plural = spoken.is_plural(Fraction(steps, count.scale))
    texts = challenge.many if plural else challenge.one
    if texts:
        return number, in_language(texts, language, rulebook.program.languages)
    return number, spoken.counts[_NOUNS[count]][plural]


_NOUNS = {
    Count.PURCHASES: "count",
    Count.UNITS: "units",
    Count.EVENTS: "events",
    Count.CATEGORIES: "categories",
    Count.BRANDS: "brands",
    Count.PRODUCTS: "units",
    Count.STORES: "stores",
    Count.VISIT_DAYS: "visits",
    Count.DAYS_IN_A_ROW: "days",
    Count.WEEKS_IN_A_ROW: "weeks",
    Count.MONTHS_IN_A_ROW: "months",
}
