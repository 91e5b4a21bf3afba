"""A segment: members of whom the same conditions hold, under one name."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from loyalty_engine.rulebook.arguments import SegmentName
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.nesting import All, Any
from loyalty_engine.rulebook.words import Condition


@dataclass(frozen=True)
class Segment:
    """Who belongs to it: those for whom all of `when` holds. `place` is where it is named."""

    name: str
    title: Mapping[str, str]
    when: tuple[Condition, ...]
    place: Place = field(compare=False)
    places: tuple[Place, ...] = field(default=(), compare=False)

    @property
    def condition(self) -> Condition:
        """All of its conditions as one, which knows where each stands."""
        return All(self.when, self.places)


class InSegments(Any):
    """A condition on segments: it holds as one of them does, once their files are read.

    `parts` are then the segments' own conditions, so that whatever looks into groups of words
    looks into segments too.
    """

    any_of: tuple[SegmentName, ...]

    def bind(self, segments: Mapping[str, Segment]) -> None:
        """Take over what the segments' files say; called once, by whoever reads the word."""
        meant = [segments[name] for name in self.any_of if name in segments]
        object.__setattr__(self, "parts", tuple(it.condition for it in meant))
        object.__setattr__(self, "places", tuple(it.place for it in meant))
