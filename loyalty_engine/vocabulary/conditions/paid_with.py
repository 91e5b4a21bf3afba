"""The means of payment."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import PAYMENT_METHOD
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, holding
from loyalty_engine.rulebook.words import Condition, Found


@dataclass(frozen=True)
class PaidWith(Condition):
    """Holds when any part is paid by one of `methods`."""

    word = "paid_with"
    says = "the purchase is paid by {methods}"
    methods: tuple[str, ...]

    def holds(self, facts: Facts) -> bool:
        return not facts.payment_methods.isdisjoint(self.methods)

    def found(self, facts: Facts) -> Found:
        return Found(tuple(sorted(facts.payment_methods)), tuple[str, ...])

    def needs(self) -> Needs:
        return {PAYMENT_METHOD: frozenset(self.methods)}

    def allows(self) -> Box:
        return {PAYMENT_METHOD: holding(self.methods)}
