"""Several for the price of fewer: three for two."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.money import MILLI, share_out
from loyalty_engine.domain.outcomes import Discount, Outcome
from loyalty_engine.rulebook.words import Effect, Most


@dataclass(frozen=True, slots=True)
class _Run:
    """Units of one line that cost the same."""

    line: int
    price: int
    units: int


@dataclass(frozen=True)
class PayFor(Effect):
    """Of each complete set of `take` units only `pay` are paid; the cheapest are free.

    Units are set in sets dearest first, so the member gets the most. The discount of a set is
    spread over all of it in proportion to the prices, never put on the free unit alone. Weighed
    lines take no part. Work grows with the number of lines, not of units.
    """

    word = "pay_for"
    says = "{take} for the price of {pay}"
    take: int
    pay: int

    def __post_init__(self) -> None:
        """Refuse sets without a free unit or without a paid one."""
        if not 1 <= self.pay < self.take:
            raise ValueError("pay must be 1 or more and less than take")

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        runs = sorted(_runs(facts, lines), key=lambda run: (-run.price, run.line))
        by_line: dict[int, int] = defaultdict(int)
        units: dict[int, int] = defaultdict(int)
        for times, parts in _sets(runs, self.take):
            for part in parts:
                units[part.line] += times * part.units
            for line, amount in self._spread(parts).items():
                by_line[line] += times * amount
        off = {line: by_line[line] for line in sorted(by_line) if by_line[line]}
        if not off:
            return ()
        return (Discount(off, {line: units[line] * MILLI for line in sorted(units)}, in_sets=True),)

    def most(self) -> Most:
        return Most(points=0)

    def _spread(self, parts: Sequence[_Run]) -> dict[int, int]:
        """What one set takes off each of its lines; `parts` come dearest first."""
        free, discount = self.take - self.pay, 0
        for part in reversed(parts):
            taken = min(free, part.units)
            free -= taken
            discount += taken * part.price
        cost: dict[int, int] = defaultdict(int)
        for part in parts:
            cost[part.line] += part.units * part.price
        lines = sorted(cost)
        return dict(zip(lines, share_out(discount, [cost[i] for i in lines]), strict=True))


def _runs(facts: Facts, lines: Sequence[int]) -> Iterator[_Run]:
    """The whole-unit lines as runs of equal price; the first units of a line take its odd cents."""
    for index in lines:
        units, weighed = divmod(facts.purchase.lines[index].quantity_milli, MILLI)
        if weighed or not units:
            continue
        price, odd = divmod(facts.nets[index], units)
        if odd:
            yield _Run(index, price + 1, odd)
        yield _Run(index, price, units - odd)


def _sets(runs: Iterable[_Run], take: int) -> Iterator[tuple[int, list[_Run]]]:
    """Complete sets of `take` units in order: how often each comes, and what it is made of.

    Sets within one run are all the same and come as one, so a wholesale line costs no more.
    """
    begun: list[_Run] = []
    missing = take
    for run in runs:
        left = run.units
        if begun:
            used = min(missing, left)
            begun.append(_Run(run.line, run.price, used))
            missing -= used
            left -= used
            if missing == 0:
                yield 1, begun
                begun, missing = [], take
        whole, left = divmod(left, take) if not begun else (0, left)
        if whole:
            yield whole, [_Run(run.line, run.price, take)]
        if left and not begun:
            begun, missing = [_Run(run.line, run.price, left)], take - left
