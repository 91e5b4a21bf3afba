"""The member's language."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import LANGUAGE
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import SPOKEN, Box, under
from loyalty_engine.rulebook.words import NOBODY, Condition, Found


@dataclass(frozen=True)
class LanguageIs(Condition):
    """Holds when the member's language is one of these; `fr` covers `fr-CA`."""

    word = "language_is"
    says = "the member's language is {any_of}"
    any_of: tuple[str, ...]

    def holds(self, facts: Facts) -> bool:
        if facts.member is None:
            return False
        spoken = facts.member.language.lower()
        return any(
            spoken == wanted.lower() or spoken.startswith(f"{wanted.lower()}-")
            for wanted in self.any_of
        )

    def found(self, facts: Facts) -> Found:
        return NOBODY if facts.member is None else Found(facts.member.language, str)

    def needs(self) -> Needs:
        return {LANGUAGE: frozenset(wanted.lower() for wanted in self.any_of)}

    def allows(self) -> Box:
        return {SPOKEN: under((wanted.lower() for wanted in self.any_of), "-")}
