"""What happens beside purchases: a review, a survey's answers, a visit; kinds are declared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from loyalty_engine.domain.purchase import Scalar


@dataclass(frozen=True, slots=True)
class EventField:
    """A value that an event of a kind tells; `minimum` and `maximum` are of numbers, included.

    A field with a `factor` is an item of a survey. A `reversed` one is worded negatively: its
    answer counts as minimum + maximum - answer.
    """

    name: str
    type: str
    required: bool = True
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    one_of: tuple[str, ...] = ()
    factor: str = ""
    reversed: bool = False

    def score(self, answer: Scalar) -> Fraction:
        """What an answer counts in its factor."""
        given = Fraction(str(answer))
        if self.reversed and self.minimum is not None and self.maximum is not None:
            return self.minimum + self.maximum - given
        return given


@dataclass(frozen=True)
class EventKind:
    """A kind of event that the programme declares; what is not declared is refused."""

    name: str
    purpose: str
    title: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, EventField] = field(default_factory=dict)

    @cached_property
    def factors(self) -> Mapping[str, tuple[EventField, ...]]:
        """The items of each factor that a survey measures; none for other kinds."""
        found: dict[str, tuple[EventField, ...]] = {}
        for it in self.fields.values():
            if it.factor:
                found[it.factor] = (*found.get(it.factor, ()), it)
        return found

    def scores(self, data: Mapping[str, Scalar]) -> dict[str, Fraction]:
        """The mean of each factor of which an item was answered, reversed items turned round."""
        means: dict[str, Fraction] = {}
        for factor, items in self.factors.items():
            answers = [it.score(data[it.name]) for it in items if it.name in data]
            if answers:
                means[factor] = sum(answers, Fraction(0)) / len(answers)
        return means


EVENT_ID = "event "
"""Before an event's id where purchases are kept: no purchase's id has a space in it."""


def kept_as(event: str) -> str:
    """The id under which the decision about an event is kept beside those about purchases."""
    return EVENT_ID + event
