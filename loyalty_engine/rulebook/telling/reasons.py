"""Reasons in words: what there is instead, what a near miss would give."""

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.deciding.decision import Verdict
from loyalty_engine.rulebook.telling.languages import language_of
from loyalty_engine.rulebook.telling.near_misses import Would
from loyalty_engine.rulebook.telling.saying import value_in_words
from loyalty_engine.rulebook.telling.sentences import amount_short, sentence
from loyalty_engine.rulebook.words import Found, Word

MOST_NAMED = 10
"""So many of several things found are named."""


def found_in_words(found: Found, language: str, program: Program) -> str:
    """What there is instead of what a condition wants."""
    spoken, value = language_of(language), found.value
    if found.kind is None:
        return spoken.phrases["nobody"]
    if value is None or value == ():
        return spoken.phrases["nothing"]
    if isinstance(value, tuple):
        shown = [str(each) for each in value[:MOST_NAMED]]
        return spoken.join(shown, "and") + ("…" if len(value) > MOST_NAMED else "")
    return value_in_words(value, found.kind, language, program)


def gives(verdict: Verdict, language: str, program: Program) -> str:
    """What a rule gives, in words; empty where it gives nothing."""
    spoken = language_of(language)
    parts = [
        f"{spoken.number(points)} {spoken.unit(unit, points)}"
        for unit, points in verdict.granted.items()
        if points
    ]
    if verdict.discount:
        parts.append(spoken.phrases["off"].format(spoken.money(verdict.discount, program.currency)))
    return spoken.join(parts, "and")


def near_miss(failed: Word, would: Would, language: str, program: Program) -> str | None:
    """What comes of a little more: £3.20 more gives 50 points. None where nothing does."""
    given = gives(would.verdict, language, program)
    if not given:
        return None
    spoken = language_of(language)
    if would.near is None:
        return spoken.phrase("if.gives", sentence(failed, language, program), given)
    short = amount_short(would.near, language, program)
    return spoken.phrase(f"{would.near.what}.gives", short, given)
