"""The kind of an event that is no purchase."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.arguments import EventName
from loyalty_engine.rulebook.dimensions import EVENT
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, one_of
from loyalty_engine.rulebook.words import Condition, Found


@dataclass(frozen=True)
class EventIs(Condition):
    """Holds when something of one of these kinds happened, and for no purchase.

    Of such a rule the effects take place that need no lines: `earn_points`, `give_voucher` and `show_message`.
    """

    word = "event_is"
    says = "what happened is: {any_of}"
    any_of: tuple[EventName, ...]

    def holds(self, facts: Facts) -> bool:
        event = facts.purchase.event
        return event is not None and event.kind in self.any_of

    def found(self, facts: Facts) -> Found:
        event = facts.purchase.event
        return Found(event.kind if event else None, EventName)

    def needs(self) -> Needs:
        return {EVENT: frozenset(self.any_of)}

    def allows(self) -> Box:
        return {EVENT: one_of(self.any_of)}
