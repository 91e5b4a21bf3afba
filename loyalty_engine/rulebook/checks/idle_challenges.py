"""Challenges that are over, that lack a language, or that nobody can ever take part in."""

from collections.abc import Collection, Iterator
from typing import Final

from loyalty_engine.rulebook.challenges import Challenge
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.reasoning.situations import situations

NAME: Final = "idle-challenges"


def check(ground: Ground) -> Iterator[Finding]:
    """Go through all challenges."""
    for challenge in ground.rulebook.challenges.values():
        place, end = challenge.place, challenge.rule.end
        if end is not None and end < ground.today:
            text = f"this challenge is over since {end}; remove it or give it new dates"
            yield Finding(NAME, Level.WARNING, place, text)
            continue
        if not situations(ground.program, challenge.rule):
            text = "nothing ever counts for this challenge: its conditions contradict one another"
            yield Finding(NAME, Level.ERROR, place, text)
        for text in _lacking(challenge, ground.program.languages):
            yield Finding(NAME, Level.NOTE, place, text)


def _lacking(challenge: Challenge, languages: Collection[str]) -> Iterator[str]:
    texts = {
        "title": challenge.rule.title,
        "text": challenge.text,
        "one": challenge.one,
        "many": challenge.many,
    }
    for key, told in texts.items():
        lacking = [f"'{it}'" for it in languages if it not in told]
        if told and lacking:
            yield f"the {key} lacks {' and '.join(lacking)}"
