"""The rules that have taken effect so far, and what they leave no room for.

Of two rules that do not stand together the one that took effect first stands: that of the earlier
lane, within a lane the one of more priority, then of the smaller id. What is settled stands before
all of them.
"""

from loyalty_engine.rulebook.deciding.settled import Settled
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook


class Standing:
    """Only for rulebooks in which some rule does not stand beside every other."""

    def __init__(self, rulebook: Rulebook, settled: Settled | None) -> None:
        self._settled = settled.rules if settled else frozenset()
        self._rules = [it for it in rulebook.rules if it.id in self._settled]

    def against(self, rule: Rule) -> Rule | None:
        """The first rule that has taken effect and beside which this one does not stand."""
        if rule.id in self._settled:
            return None
        return next((it for it in self._rules if not it.stands_beside(rule)), None)

    def add(self, rule: Rule) -> None:
        """Note that a rule has taken effect."""
        if rule.id not in self._settled:
            self._rules.append(rule)
