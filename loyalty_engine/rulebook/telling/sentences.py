"""Words and rules as sentences, in each language: what a receipt and a marketer read."""

from collections.abc import Iterable

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.arguments import TierName
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.telling.languages import LANGUAGES, in_language, language_of
from loyalty_engine.rulebook.telling.saying import say, template_of, value_in_words
from loyalty_engine.rulebook.words import Near, Word


def sentence(word: Word, language: str, program: Program) -> str:
    """The word with its arguments in words; `language` is a BCP 47 tag, `program` writes money."""
    return say(word, language_of(language), program)


def missing(word: Word, language: str, program: Program, near: Near | None = None) -> str:
    """What would have to be so for a condition to hold or a selector to find a line.

    `near` says how far a condition is from it: £3.20 more.
    """
    said = say(word, language_of(language), program)
    return said if near is None else f"{said} ({distance(near, language, program)})"


def distance(near: Near, language: str, program: Program) -> str:
    """How far a condition is from holding, in words: £3.20 more, in 2 hours."""
    spoken = language_of(language)
    return spoken.phrases[near.what].format(amount_short(near, language, program))


def amount_short(near: Near, language: str, program: Program) -> str:
    """What is short of a condition: an amount, a quantity, a time, the name of a tier."""
    spoken, much = language_of(language), near.short_by
    if near.what == "minor":
        return spoken.money(much, program.currency)
    if near.what == "milli":
        return spoken.quantity(much)
    if near.what == "tier":
        return value_in_words(near.towards[0], TierName, language, program)
    return spoken.duration(much) if near.what == "seconds" else spoken.counted(much, near.what)


def rule_sentence(rule: Rule, language: str, program: Program) -> str:
    """A whole rule read aloud: its title, when it applies, on which lines, what it does."""
    spoken = language_of(language)
    parts = [
        spoken.phrases[key].format(
            spoken.join([say(word, spoken, program) for word in words], "and")
        )
        for key, words in (("when", rule.when), ("on", rule.on))
        if words
    ]
    parts.append(spoken.join([say(word, spoken, program) for word in rule.then], "and"))
    return spoken.phrases["rule"].format(rule_title(rule, language, program), ", ".join(parts))


def rule_title(rule: Rule, language: str, program: Program) -> str:
    """The rule's title in a language, or its id in words where it has none."""
    if not rule.title:
        return rule.id.replace("-", " ").capitalize()
    return in_language(rule.title, language, program.languages)


def untranslated(words: Iterable[type[Word]], language: str) -> list[str]:
    """The words that have no sentence in a language."""
    spoken = LANGUAGES[language]
    return [it.word for it in words if template_of(it, spoken) is None]
