"""What the code that is used is worth, off the selected lines together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Discount, Outcome
from loyalty_engine.rulebook.words import Effect, Most


@dataclass(frozen=True)
class WorthOff(Effect):
    """Takes off what the code is worth, spread over the selected lines as `amount_off` does.

    Only in a voucher whose codes are of single use: what each is worth is decided when it is made,
    or by the voucher's `worth`. What the lines do not reach is lost with the code.
    """

    word = "worth_off"
    says = "what the code is worth off"
    of_own_code = True

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        nets = [facts.nets[index] for index in lines]
        parts = facts.spread(min(facts.worth, sum(nets)), lines, nets)
        by_line = {index: part for index, part in zip(lines, parts, strict=True) if part}
        return (Discount(by_line),) if by_line else ()

    def most(self) -> Most:
        return Most(points=0)
