"""Titles and messages that lack one of the programme's languages."""

import json
from collections.abc import Collection, Iterator
from typing import Final

from loyalty_engine.rulebook.arguments import Text
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground, plain_words
from loyalty_engine.rulebook.shapes import arguments_of

NAME: Final = "missing-languages"


def check(ground: Ground) -> Iterator[Finding]:
    """Find texts that some members read in another language than theirs."""
    languages = ground.program.languages
    for rule in ground.rules:
        if ground.is_over(rule):
            continue
        if rule.title and (lacking := _lacking(rule.title, languages)):
            yield Finding(NAME, Level.NOTE, rule.place, f"the title lacks {lacking}")
        for word in plain_words(rule):
            for argument in arguments_of(word):
                if argument.hint is not Text:
                    continue
                if lacking := _lacking(json.loads(getattr(word, argument.field)), languages):
                    text = f"{word.word} lacks {lacking}"
                    yield Finding(NAME, Level.NOTE, rule.place_of(word), text)


def _lacking(texts: Collection[str], languages: Collection[str]) -> str:
    return " and ".join(f"'{it}'" for it in languages if it not in texts)
