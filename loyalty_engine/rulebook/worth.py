"""What gains are worth to a member: what "best" compares."""

from math import lcm

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.gains import Gain


class Worth:
    """What gains are worth: money off plus points at what the programme says they are worth.

    In whole numbers, `scale` of them a minor unit.
    """

    def __init__(self, program: Program) -> None:
        values = {name: unit.value for name, unit in program.units.items()}
        self.scale = lcm(*(value.denominator for value in values.values()))
        self._of_point = {name: int(value * self.scale) for name, value in values.items()}

    def of(self, gain: Gain) -> int:
        """What a gain is worth."""
        return self.of_points(gain) + (self.scale * gain.reduction.total if gain.reduction else 0)

    def of_points(self, gain: Gain) -> int:
        """What the points of a gain are worth."""
        return sum(self._of_point[it.unit] * it.granted for it in gain.grants)
