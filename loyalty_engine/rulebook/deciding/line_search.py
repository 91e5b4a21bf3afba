"""The search for who gets which line; see `line_sharing` for what is promised of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import ceil, prod
from typing import Final

from loyalty_engine.rulebook.deciding.combination_search import Work, fork
from loyalty_engine.rulebook.deciding.gain import Gain
from loyalty_engine.rulebook.deciding.match import Match
from loyalty_engine.rulebook.deciding.tally import Tally
from loyalty_engine.rulebook.deciding.worth import Worth
from loyalty_engine.rulebook.rule import Rule

ALWAYS_TRIED: Final = 256
"""So many ways are tried whatever it takes: as with eight lines that two rules want."""

MOST_TRIED: Final = 20_000
"""So many ways are tried at most, where those before leave enough work for them."""

Value = Fraction | int


@dataclass
class Claim:
    """A rule that wants lines: what it gives alone, and its place in the published order.

    `by_line` is what it gives on each line, in units of worth, where that has nothing to do with
    its other lines; None where it has.
    """

    gain: Gain
    place: int
    by_line: Mapping[int, Value] | None

    @property
    def rule(self) -> Rule:
        """The rule."""
        return self.gain.rule

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines that it selects."""
        return self.gain.match.lines


@dataclass
class Part:
    """Rules to be searched, and by line whom it could go to, in the published order."""

    options: dict[int, list[Claim]] = field(default_factory=dict)
    claims: dict[int, Claim] = field(default_factory=dict)
    campaigns: set[str] = field(default_factory=set)

    def add(self, claim: Claim) -> None:
        """Take a rule in."""
        self.claims[claim.place] = claim
        if claim.rule.campaign:
            self.campaigns.add(claim.rule.campaign)

    def touches(self, other: "Part") -> bool:
        """Whether two parts have to do with each other."""
        return not (
            self.claims.keys().isdisjoint(other.claims)
            and self.campaigns.isdisjoint(other.campaigns)
        )

    def join(self, other: "Part") -> None:
        """Take all of another one in."""
        self.options |= other.options
        self.claims |= other.claims
        self.campaigns |= other.campaigns

    @property
    def ways(self) -> int:
        """How many ways there are to share its lines out."""
        return prod(len(it) for it in self.options.values())


Way = tuple[int, ...]
"""By line of a part, the place of the claim that gets it."""


class Search:
    """The search for the best way to share out the lines of one part."""

    def __init__(self, tally: Tally, worth: Worth, part: Part, work: Work) -> None:
        self.tally = tally
        self.worth = worth
        self.part = part
        self.work = work
        self.lines = sorted(part.options)
        self.options = [[it.place for it in part.options[i]] for i in self.lines]
        self.groups = _groups(part)
        self.known: dict[tuple[tuple[int, tuple[int, ...]], ...], Value] = {}
        self.alone = [
            {it.place: it.by_line.get(i, 0) for it in part.options[i] if it.by_line is not None}
            for i in self.lines
        ]

    def run(self, *, always: bool) -> tuple[dict[int, int], int]:
        """Who gets each line, and how much more there could be in units of worth.

        `always` it is to be searched to the end.
        """
        ways = self.part.ways
        if always:
            return self._told(self._first_best(product(*self.options))), 0
        way = self._improved()
        if ways <= MOST_TRIED:
            tried: list[Way] = []
            found = self._first_best(self._while_work(tried))
            if len(tried) == ways:
                return self._told(found), 0
            way = max(way, found, key=self.value) if tried else way
        return self._told(way), max(0, ceil(self._most() - self.value(way)))

    def _told(self, way: Way) -> dict[int, int]:
        return dict(zip(self.lines, way, strict=True))

    def _first_best(self, ways: Iterator[Way]) -> Way:
        return max(ways, key=self.value, default=())  # max keeps the first of equals

    def _while_work(self, tried: list[Way]) -> Iterator[Way]:
        """The ways in the published order, as long as there is work left."""
        for way in product(*self.options):
            if self.work.done:
                return
            tried.append(way)
            yield way

    # --- what a way is worth -----------------------------------------------------------------

    def value(self, way: Way) -> Value:
        """What it gives in all, in units of worth."""
        self.work.add_up(len(way))
        own: dict[int, list[int]] = {}
        whole: Value = 0
        for line, place, alone in zip(self.lines, way, self.alone, strict=True):
            if place in alone:
                whole += alone[place]
            else:
                own.setdefault(place, []).append(line)
        for group in self.groups:
            sets = tuple((it.place, tuple(own[it.place])) for it in group if it.place in own)
            if sets not in self.known:
                self.known[sets] = self._of_group(sets)
            whole += self.known[sets]
        return whole

    def _of_group(self, sets: Sequence[tuple[int, tuple[int, ...]]]) -> Value:
        """What rules give that share a campaign, or one rule; one after the other."""
        tally = fork(self.tally) if len(sets) > 1 else self.tally
        whole: Value = 0
        for place, lines in sets:
            claim = self.part.claims[place]
            match = Match(claim.rule, lines)
            self.work.look_at(match, earns=bool(claim.gain.grants))
            gain = tally.gain(match)
            whole += self.worth.exactly(gain)
            if len(sets) > 1:
                tally.shared.take(claim.rule, gain.grants, gain.reduction, bool(gain.added))
        return whole

    def _most(self) -> Value:
        """What no way could give more than.

        A line brings what is most of what rules give on it by themselves, or all that it costs
        where one that looks at its neighbours may have it. Such a rule takes off what it says it
        does at most, and gives no more points on fewer lines.
        """
        scale, nets = self.worth.scale, self.tally.facts.nets
        alone = dict(
            zip(self.lines, (max(it.values(), default=0) for it in self.alone), strict=True)
        )
        over = {i: max(0, scale * nets[i] - most) for i, most in alone.items()}
        capped: Value = 0
        points: Value = 0
        capped_lines: set[int] = set()
        open_lines: set[int] = set()
        for claim in self.part.claims.values():
            lines = alone.keys() & claim.lines
            points += self.worth.exact_points(claim.gain)
            at_most = [effect.most().money for effect in claim.rule.then]
            if None in at_most:
                open_lines |= lines
            else:
                capped += scale * min(sum(nets[i] for i in lines), sum(it or 0 for it in at_most))
                capped_lines |= lines
        more = capped + sum(over[i] for i in open_lines)
        all_over = sum(over[i] for i in open_lines | capped_lines)
        return sum(alone.values()) + points + min(more, all_over)

    # --- where there are too many ways -----------------------------------------------------

    def _improved(self) -> Way:
        """Line by line, then with all its lines to one rule more, then one line, while better."""
        way = self._one_each()
        heaviest = sorted(
            self.part.claims.values(), key=lambda it: (-self.worth.exactly(it.gain), it.place)
        )
        all_to_one = self._with_all(way, heaviest[0])
        way = max(way, all_to_one, key=self.value)
        for claim in heaviest:
            if self.work.done:
                return way
            way = max(way, self._with_all(way, claim), key=self.value)
        better = True
        while better:
            before = way
            for n, options in enumerate(self.options):
                for place in options:
                    if self.work.done:
                        return way
                    if place != way[n]:
                        way = max(way, (*way[:n], place, *way[n + 1 :]), key=self.value)
            better = way != before
        return way

    def _one_each(self) -> Way:
        """As if what a rule gives alone were given on each line by itself."""
        return tuple(
            max(self.part.options[i], key=lambda it: self._share(it, i)).place for i in self.lines
        )

    def _share(self, claim: Claim, line: int) -> Value:
        if claim.by_line is not None:
            return claim.by_line.get(line, 0)
        reduction = claim.gain.reduction
        money = reduction.by_line.get(line, 0) if reduction else 0
        return self.worth.scale * money + self.worth.points_on(claim.gain, line)

    def _with_all(self, way: Way, claim: Claim) -> Way:
        return tuple(
            claim.place if claim.place in options else place
            for place, options in zip(way, self.options, strict=True)
        )


def _groups(part: Part) -> list[list[Claim]]:
    """The rules that are searched: those of a campaign together, in the published order."""
    groups: dict[object, list[Claim]] = {}
    for place in sorted(part.claims):
        claim = part.claims[place]
        groups.setdefault(claim.rule.campaign or place, []).append(claim)
    return list(groups.values())
