"""Lanes in which each line takes one promotion at most: which line goes to which rule.

Of all ways to give each line to one of the rules that select it, the one that gives a member most:
money off, and exact points before they are rounded, each rule on the lines that it gets, as the
lanes before have left them. Of ways that give as much it is the one that gives the first line by
which they differ to the rule that comes first (priority, then the smaller id; multipliers last).

What a rule gives on one line mostly has nothing to do with its other lines, and then the best is
found line by line. Rules of which that is not so (sets, fixed amounts, caps, limits that cut) are
searched with all the lines they want, in parts that have nothing to do with each other; see
`line_search`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from loyalty_engine.domain.outcomes import EarnPoints, MultiplyPoints
from loyalty_engine.rulebook.deciding.combination_bound import gives_by_line
from loyalty_engine.rulebook.deciding.combination_search import Work
from loyalty_engine.rulebook.deciding.decision import Reduction
from loyalty_engine.rulebook.deciding.gain import Gain
from loyalty_engine.rulebook.deciding.line_search import ALWAYS_TRIED, Claim, Part, Search
from loyalty_engine.rulebook.deciding.match import Match
from loyalty_engine.rulebook.deciding.settled import Settled
from loyalty_engine.rulebook.deciding.tally import Tally
from loyalty_engine.rulebook.deciding.worth import Worth
from loyalty_engine.rulebook.rule import Rule

NOBODY: Final = -1


@dataclass(frozen=True, slots=True)
class Sharing:
    """Which lines each rule gets, by its id; rules that need no line get those they select.

    `by` says of a rule that gets none which one stands in its way; `idle` ones would give nothing
    anywhere. `more` is how much more another
    way could give at most, in minor units and rounded up; None where none gives more.
    """

    lines: Mapping[str, tuple[int, ...]]
    by: Mapping[str, str] = field(default_factory=dict)
    idle: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()
    more: int | None = None


def share_lines(tally: Tally, matches: Sequence[Match], rules: Mapping[str, Rule]) -> Sharing:
    """Give each line to one of the matching rules of a lane, which come in the published order.

    `rules` are all there are, by id. Lines on which the till has given a discount of the lane are
    no longer to be had, and after a return every line stays with the rule that had it.
    """
    settled = tally.settled
    if settled and settled.effective is not None:
        return _as_before(tally, settled, matches)
    lane = matches[0].rule.lane
    given = {
        rule: reduction
        for rule, reduction in (settled.given.items() if settled else ())
        if rule in rules and rules[rule].lane == lane
    }
    gains = [tally.gain(match) for match in matches]
    left_out: set[str] = set()
    while True:
        found, unused = _Round(tally, gains, given, left_out).run()
        if not unused:
            return found
        left_out |= unused  # a rule that gives nothing keeps nobody out


def _as_before(tally: Tally, settled: Settled, matches: Sequence[Match]) -> Sharing:
    """The lines that each rule had at the time of purchase, as far as they are kept."""
    had = {rule: frozenset(lines) for rule, lines in settled.lines.items()}
    ids = [line.id for line in tally.facts.purchase.lines]
    kept = {
        it.rule.id: tuple(i for i in it.lines if ids[i] in had.get(it.rule.id, ()))
        for it in matches
    }
    return Sharing({rule: lines for rule, lines in kept.items() if lines})


class _Round:
    """One way of sharing lines out, those rules `left_out` that bar others and then give nothing."""

    def __init__(
        self,
        tally: Tally,
        gains: Sequence[Gain],
        given: Mapping[str, Reduction],
        left_out: set[str],
    ) -> None:
        self.tally = tally
        self.given = given
        self.guest = tally.facts.member is None
        self.worth = Worth(tally.program, guest=self.guest)
        self.broken = frozenset(it.rule.id for it in gains if it.broken)
        self.by: dict[str, str] = {}
        self.bars: set[str] = set()
        self.left: list[Gain] = []
        self.idle = [it for it in gains if not self._gives(it) and not it.broken]
        standing = self._standing([it for it in gains if self._gives(it)], left_out)
        self.beside = [it for it in standing if not _takes_lines(it)]
        self.claims = [
            Claim(it, place, self._line_by_line(it))
            for place, it in enumerate(it for it in standing if _takes_lines(it))
        ]

    def run(self) -> tuple[Sharing, set[str]]:
        """The lines of each rule, and the rules that keep others out and give nothing."""
        owner, more = self._owners()
        lines = {it.rule.id: it.match.lines for it in self.beside}
        for claim in self.claims:
            rule = claim.rule.id
            promised = self.given[rule].by_line if rule in self.given else ()
            own = tuple(i for i in claim.lines if owner[i] == claim.place or i in promised)
            if own:
                lines[rule] = own
            else:
                self.by[rule] = self._instead(claim.gain, owner)
        self.by |= {it.rule.id: self._instead(it, owner) for it in self.left}
        unused = {
            it.rule.id
            for it in self.claims
            if it.rule.id in self.bars
            and not self._gives(self.tally.gain(Match(it.rule, lines.get(it.rule.id, ()))))
        }
        most = -(-more // self.worth.scale) if more > 0 else None
        idle = frozenset(it.rule.id for it in self.idle)
        return Sharing(lines, self.by, idle, self.broken, most), unused

    def _owners(self) -> tuple[dict[int, int], int]:
        """The place of the claim that gets each line, and how much more there could be."""
        owner = dict.fromkeys(range(len(self.tally.facts.nets)), NOBODY)
        taken = {i for it in self.given.values() for i in it.by_line}
        wanted: dict[int, list[Claim]] = {}
        best: dict[int, tuple[Claim, Fraction | int]] = {}
        for claim in self.claims:
            for i in claim.lines:
                if i in taken:
                    continue
                if claim.by_line is None:
                    wanted.setdefault(i, []).append(claim)
                elif i not in best or claim.by_line.get(i, 0) > best[i][1]:
                    best[i] = claim, claim.by_line.get(i, 0)
        owner |= {i: claim.place for i, (claim, _) in best.items()}
        work = Work(always=False, part=4)  # sets of few lines cost more than their lines
        more = ways = 0
        for part in sorted(_parts(wanted, best), key=lambda it: (it.ways, min(it.options))):
            ways += part.ways
            always = ways <= ALWAYS_TRIED
            found, left = Search(self.tally, self.worth, part, work).run(always=always)
            owner |= found
            more += left
        return owner, more

    def _gives(self, gain: Gain) -> bool:
        """Whether anything comes of it, be it less than a whole point."""
        if gain.gives:
            return True
        return not self.guest and not gain.limit and any(it.exact for it in gain.grants)

    def _standing(self, gains: Sequence[Gain], left_out: set[str]) -> list[Gain]:
        """Those that stand together; of two that do not the first one stays."""
        kept: list[Gain] = []
        for gain in gains:
            if gain.rule.id in left_out:
                self.left.append(gain)
                continue
            against = next((it for it in kept if not it.rule.stands_beside(gain.rule)), None)
            if against is None:
                kept.append(gain)
            else:
                self.by[gain.rule.id] = against.rule.id
                self.bars.add(against.rule.id)
        return kept

    def _line_by_line(self, gain: Gain) -> dict[int, Fraction | int] | None:
        """What a rule gives on each line, where that has nothing to do with its other lines."""
        if not gives_by_line(gain, self.tally.program):
            return None
        found: dict[int, Fraction | int] = {}
        if gain.reduction:
            scale = self.worth.scale
            found = {i: scale * amount for i, amount in gain.reduction.by_line.items()}
        if self.guest:
            return found
        for outcome in gain.outcomes:
            if isinstance(outcome, EarnPoints | MultiplyPoints):
                value = self.worth.of_point(outcome.unit)
                points = (
                    outcome.by_line
                    if isinstance(outcome, EarnPoints)
                    else self.tally.multiplied(outcome)
                )
                for i, exact in points.items():
                    found[i] = found.get(i, 0) + exact * value
        return found

    def _instead(self, gain: Gain, owner: Mapping[int, int]) -> str:
        """Which rule has the lines of one that gets none: of several the first, or the till's."""
        rules = [owner[i] for i in gain.match.lines if owner[i] != NOBODY]
        if rules:
            return self.claims[min(rules)].rule.id
        return min((it for it in self.given if it != gain.rule.id), default=gain.rule.id)


def _takes_lines(gain: Gain) -> bool:
    """Whether a rule gives on lines: points for the purchase, messages and presents need none."""
    return bool(gain.reduction) or any(
        isinstance(it, MultiplyPoints) or (isinstance(it, EarnPoints) and it.by_line)
        for it in gain.outcomes
    )


def _parts(
    wanted: Mapping[int, Sequence[Claim]], best: Mapping[int, tuple[Claim, Fraction | int]]
) -> list[Part]:
    """Rules that are to be searched, in parts that share no line and no campaign."""
    parts: list[Part] = []
    for i in sorted(wanted):
        joined = Part()
        for claim in wanted[i]:
            joined.add(claim)
        joined.options[i] = [*wanted[i]]
        if i in best:
            joined.options[i].append(best[i][0])
            joined.options[i].sort(key=lambda it: it.place)
        apart = []
        for part in parts:
            if joined.touches(part):
                joined.join(part)
            else:
                apart.append(part)
        parts = [*apart, joined]
    return parts
