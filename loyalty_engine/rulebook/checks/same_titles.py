"""Two rules that members read under the same title."""

from collections.abc import Iterator
from typing import Final

from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground, line_of
from loyalty_engine.rulebook.rule import Rule

NAME: Final = "same-titles"


def check(ground: Ground) -> Iterator[Finding]:
    """Find titles that stand twice; the rows of one table may share theirs."""
    titled: dict[tuple[str, str], Rule] = {}
    for rule in ground.rules:
        if ground.is_over(rule):
            continue
        for language, title in rule.title.items():
            other = titled.setdefault((language, " ".join(title.casefold().split())), rule)
            if other is not rule and other.place.file != rule.place.file:
                where = line_of(other.place, rule.place)
                text = f"the rule '{other.id}' in {where} has the same title, '{title}'"
                yield Finding(NAME, Level.WARNING, rule.place, text)
                break
