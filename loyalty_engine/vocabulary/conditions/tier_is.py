"""The member's tier."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.arguments import TierName
from loyalty_engine.rulebook.dimensions import TIER
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, one_of
from loyalty_engine.rulebook.words import NOBODY, Condition, Found, Near


@dataclass(frozen=True)
class TierIs(Condition):
    """Holds when the member stands in one of `any_of`; never for a guest."""

    word = "tier_is"
    says = "the member's tier is {any_of}"
    any_of: tuple[TierName, ...]

    def holds(self, facts: Facts) -> bool:
        return facts.member is not None and facts.member.tier in self.any_of

    def near(self, facts: Facts) -> Near | None:
        """One tier away: which of them lies above the member's only the programme knows."""
        if facts.member is None or self.holds(facts):
            return None
        return Near(1, "tier", towards=self.any_of)

    def found(self, facts: Facts) -> Found:
        return NOBODY if facts.member is None else Found(facts.member.tier, TierName)

    def needs(self) -> Needs:
        return {TIER: frozenset(self.any_of)}

    def allows(self) -> Box:
        return {TIER: one_of(self.any_of)}
