"""What gains are worth to a member: what "best" compares."""

from fractions import Fraction
from math import lcm

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.deciding.gain import Gain


class Worth:
    """What gains are worth: money off plus points at what the programme says they are worth.

    In whole numbers, `scale` of them a minor unit.
    """

    def __init__(self, program: Program, *, guest: bool = False) -> None:
        values = {name: unit.value for name, unit in program.units.items()}
        self._earns = not guest
        self.scale = lcm(*(value.denominator for value in values.values()))
        self._of_point = {name: int(value * self.scale) for name, value in values.items()}

    def of(self, gain: Gain) -> int:
        """What a gain is worth."""
        return self.of_points(gain) + (self.scale * gain.reduction.total if gain.reduction else 0)

    def of_points(self, gain: Gain) -> int:
        """What the points of a gain are worth."""
        return sum(self._of_point[it.unit] * it.granted for it in gain.grants)

    def of_point(self, unit: str) -> int:
        """What a point of a unit is worth."""
        return self._of_point[unit]

    def exactly(self, gain: Gain) -> Fraction | int:
        """What a gain is worth before its points are rounded; what limits have cut is whole."""
        money = self.scale * gain.reduction.total if gain.reduction else 0
        return money + self.exact_points(gain)

    def exact_points(self, gain: Gain) -> Fraction | int:
        """The part of it that is points."""
        if not self._earns:
            return 0
        worth: Fraction | int = 0
        for grant in gain.grants:
            points = grant.granted if gain.limit else grant.exact
            worth += points * self._of_point[grant.unit]
        return worth

    def points_on(self, gain: Gain, line: int) -> int:
        """What the points of one line are worth, rounded."""
        return sum(self._of_point[it.unit] * it.by_line.get(line, 0) for it in gain.grants)
