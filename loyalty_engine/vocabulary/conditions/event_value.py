"""A value that an event tells."""

from dataclasses import dataclass
from fractions import Fraction

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.dimensions import EVENT_FIELD
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.words import Condition, Found
from loyalty_engine.vocabulary.scalars import is_one_of

_NUMBERS = ("integer", "decimal")


@dataclass(frozen=True)
class EventValue(Condition):
    """Holds when an event tells `field`, and it lies within the bounds or is one of the values.

    Without bounds and values it is enough that the event tells it.
    """

    word = "event_value"
    says = "{field} is told[, {at_least} or more][, {at_most} or less][, as {any_of}]"
    example = "{field: stars, at_least: 4}"
    field: str
    at_least: Fraction | None = None
    at_most: Fraction | None = None
    any_of: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse bounds between which nothing lies."""
        if None not in (self.at_least, self.at_most) and self.at_least > self.at_most:  # type: ignore[operator]
            raise ValueError("at_most is less than at_least")

    def check(self, program: Program) -> str | None:
        told = [
            kind.fields[self.field] for kind in program.events.values() if self.field in kind.fields
        ]
        if not told:
            return f"no kind of event has a value '{self.field}'"
        bounded = self.at_least is not None or self.at_most is not None
        if bounded and not any(it.type in _NUMBERS for it in told):
            return f"'{self.field}' is no number; say any_of"
        return None

    def holds(self, facts: Facts) -> bool:
        event = facts.purchase.event
        if event is None or self.field not in event.data:
            return False
        value = event.data[self.field]
        if self.any_of and not is_one_of(value, self.any_of):
            return False
        if self.at_least is None and self.at_most is None:
            return True
        try:
            number = Fraction(str(value))
        except ValueError:
            return False  # another kind of event tells a text by this name
        return (self.at_least is None or number >= self.at_least) and (
            self.at_most is None or number <= self.at_most
        )

    def found(self, facts: Facts) -> Found:
        event = facts.purchase.event
        return Found(event.data.get(self.field) if event else None, str)

    def needs(self) -> Needs:
        return {EVENT_FIELD: frozenset((self.field,))}
