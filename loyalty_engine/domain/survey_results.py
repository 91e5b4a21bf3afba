"""What the answers to a survey come to: exact means by month and segment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from loyalty_engine.domain.happenings import EventKind
from loyalty_engine.domain.purchase import Scalar


@dataclass(slots=True)
class Mean:
    """Of so many answers the sum; a factor of which nothing was answered is no answer."""

    answers: int = 0
    total: Fraction = Fraction(0)

    @property
    def mean(self) -> Fraction:
        """The mean of the answers, of which there is one at least."""
        return self.total / self.answers


@dataclass(slots=True)
class Cell:
    """The answers of one month and segment."""

    answers: int = 0
    factors: dict[str, Mean] = field(default_factory=dict)

    def add(self, scores: Mapping[str, Fraction]) -> None:
        """Count one member's answer by its score in each factor."""
        self.answers += 1
        for factor, score in scores.items():
            mean = self.factors.setdefault(factor, Mean())
            mean.answers += 1
            mean.total += score


Answered = tuple[str, str | None, Mapping[str, Scalar]]
"""A month, a segment, and what was answered."""


def survey_results(
    kind: EventKind, answers: Iterable[Answered]
) -> tuple[dict[tuple[str, str | None], Cell], Cell]:
    """Cells by month and segment, and one of all answers. Each answer weighs the same."""
    cells: dict[tuple[str, str | None], Cell] = {}
    total = Cell()
    for month, segment, data in answers:
        scores = kind.scores(data)
        cells.setdefault((month, segment), Cell()).add(scores)
        total.add(scores)
    return cells, total
