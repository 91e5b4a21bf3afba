"""The segments that the member belongs to."""

from dataclasses import dataclass, field

from loyalty_engine.rulebook.arguments import SegmentName
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.segments import InSegments
from loyalty_engine.rulebook.words import Condition


@dataclass(frozen=True)
class SegmentIs(InSegments):
    """Holds when the member belongs to one of `any_of`: the conditions of its file hold."""

    word = "segment_is"
    says = "the member is one of {any_of}"
    any_of: tuple[SegmentName, ...]
    parts: tuple[Condition, ...] = field(default=(), init=False)
    places: tuple[Place, ...] = field(default=(), init=False, compare=False)
