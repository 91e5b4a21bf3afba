"""Branch and bound over sets of rules; see `combining` for what is promised of it."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Final

from loyalty_engine.rulebook.deciding.combination_bound import most_together
from loyalty_engine.rulebook.deciding.components import Item, bits
from loyalty_engine.rulebook.deciding.match import Match
from loyalty_engine.rulebook.deciding.tally import Tally
from loyalty_engine.rulebook.deciding.worth import Worth

MOST_WORK: Final = 5_000
"""So many lines are looked at, all looks together, before the best so far has to do."""

LOOK: Final = 20
"""What a look at a rule costs beside its lines, in lines."""

MOST_NODES: Final = 200
"""So many branches of the first guess, which looks at no line, are tried."""


@dataclass(frozen=True, slots=True)
class Found:
    """A set of rules as bits, and what it is worth."""

    value: int
    rules: int

    def beats(self, other: "Found") -> bool:
        return (self.value, self.rules) > (other.value, other.rules)


class Work:
    """What is left of the work that a decision may take; `always` it is to be done to the end.

    `part` is by how much less than all of it.
    """

    def __init__(self, *, always: bool, part: int = 1) -> None:
        self.always = always
        self._most = self._left = MOST_WORK // part

    @property
    def done(self) -> bool:
        """Whether no more may be looked at."""
        return not self.always and self._left <= 0

    @property
    def half_done(self) -> bool:
        """Whether trying single rules has had its part."""
        return 2 * self._left <= self._most

    def look(self, item: Item) -> None:
        """Take what a look at a rule costs."""
        self.look_at(item.match, earns=item.earns)

    def look_at(self, match: Match, *, earns: bool) -> None:
        """Points are exact fractions, and take about as long again."""
        self._left -= LOOK + len(match.lines) * (2 if earns else 1)

    def add_up(self, lines: int) -> None:
        """Adding up what is known of lines takes a small part of looking at them."""
        self._left -= 1 + lines // 4


class Search:
    """The search among rules that have to do with each other."""

    def __init__(self, tally: Tally, items: Sequence[Item], worth: Worth, work: Work) -> None:
        self.tally = tally
        self.items = {it.bit: it for it in items}
        self.worth = worth
        self.work = work
        self.every = sum(it.bit for it in items)
        self.groups = _rivals(items)
        self.rivals = [[(it.bit, it.most, it.points) for it in group] for group in self.groups]
        self.best = Found(-1, 0)
        self.trail: list[tuple[int, Tally, int]] = []

    def run(self) -> tuple[Found, int]:
        """The best found, and how much more there could be in units of worth; 0 where it is best."""
        if not self.work.always:
            single = max(self.items.values(), key=lambda it: (it.most, it.bit))
            for rules in dict.fromkeys((single.bit, self._guess(), self._as_they_come())):
                self._try(rules)
            self._improve()
        most = self._branch()
        if most > self.best.value:
            most = min(most, most_together(self.tally, self.groups, self.worth))
        return self.best, max(0, most - self.best.value)

    def bound(self, rules: int, tally: Tally) -> int:
        """What a set of rules can still give at most.

        Of rivals of which one can stand, the best; and no more money than the lines still cost.
        """
        either = points = 0
        for rivals in self.rivals:
            for bit, most, _ in rivals:
                if bit & rules:
                    either += most
                    points += max(most for bit, _, most in rivals if bit & rules)
                    break
        return min(either, points + self.worth.scale * sum(tally.facts.nets))

    # --- looking at rules --------------------------------------------------------------------

    def _branch(self) -> int:
        """Try rules in and out; answers what the best is worth, or could be worth at most."""
        branches = [(self.every, Found(0, 0), self.tally)]
        while branches and not self.work.done:
            rules, found, tally = branches.pop()
            most = Found(found.value + self.bound(rules, tally), found.rules | rules)
            if not most.beats(self.best):
                continue
            if not rules:
                self.best = found
                continue
            item = self.items[1 << (rules.bit_length() - 1)]
            rest = rules ^ item.bit
            after, more = self._look(tally, item)
            if after is None or not self._is_free(item, rest):
                branches.append((rest, found, tally))
            if after is not None:
                together = Found(found.value + more, found.rules | item.bit)
                branches.append((rest & ~item.against, together, after))
        left = (found.value + self.bound(rules, tally) for rules, found, tally in branches)
        return max(self.best.value, *left, 0)

    def _look(self, tally: Tally, item: Item) -> tuple[Tally | None, int]:
        """Where things stand after a rule, and what it gave; None where it gave nothing."""
        self.work.look(item)
        gain = tally.gain(item.match)
        if not gain.gives:
            return None, 0
        after = fork(tally)
        after.take(gain)
        return after, self.worth.of(gain)

    def _is_free(self, item: Item, rest: int) -> bool:
        """Whether a discount can only be good: it stands against none, and costs nobody points."""
        if self.work.always or item.against & rest or item.earns:
            return False
        return not any(
            it.bit & rest and (it.earns or item.shares_campaign(it)) for it in self.items.values()
        )

    def _try(self, rules: int) -> None:
        """Look at a set of rules, from where it differs from the best so far; keep what is better."""
        highest = 1 << (rules ^ max(0, self.best.rules)).bit_length()
        trail = [it for it in self.trail if it[0] >= highest]
        _, tally, value = trail[-1] if trail else (0, self.tally, 0)
        gave = sum(bit for bit, _, _ in trail)
        for bit in bits(rules & (highest - 1)):
            after, more = self._look(tally, self.items[bit])
            if after is not None:
                tally, value, gave = after, value + more, gave | bit
                trail.append((bit, tally, value))
        found = Found(value, gave)
        if found.beats(self.best):
            self.best, self.trail = found, trail

    def _improve(self) -> None:
        """Put one more rule in, those it stands against out, while that makes it better."""
        others = sorted(self.items.values(), key=lambda it: (-it.most, -it.bit))
        place = tried = 0
        while tried < len(others) and not self.work.half_done:
            item, before = others[place % len(others)], self.best
            place, tried = place + 1, tried + 1
            if not item.bit & before.rules:
                self._try((before.rules & ~item.against) | item.bit)
                tried = tried if self.best is before else 0

    # --- first guesses, which look at none --------------------------------------------------

    def _as_they_come(self) -> int:
        """Each in the published order, unless it does not stand beside one before it."""
        rules = barred = 0
        for bit in bits(self.every):
            if not bit & barred:
                rules |= bit
                barred |= self.items[bit].against
        return rules

    def _guess(self) -> int:
        """The best set if every rule gave what it gives alone, as far as some branches tell."""
        best = Found(-1, 0)
        branches = [(self.every, Found(0, 0))]
        for _ in range(MOST_NODES):
            if not branches:
                break
            rules, found = branches.pop()
            if found.value + self.bound(rules, self.tally) <= best.value:
                continue
            if not rules:
                best = found
                continue
            item = self._heaviest(rules)
            rest = rules ^ item.bit
            if item.against & rest:
                branches.append((rest, found))
            together = Found(found.value + item.most, found.rules | item.bit)
            branches.append((rest & ~item.against, together))
        return best.rules

    def _heaviest(self, rules: int) -> Item:
        return max((self.items[bit] for bit in bits(rules)), key=lambda it: (it.most, it.bit))


def fork(tally: Tally) -> Tally:
    """Another one that stands where this one does, to be tried further."""
    twin = copy(tally)
    twin.shared = copy(tally.shared)
    twin.shared.taken = dict(tally.shared.taken)
    twin.base = {unit: dict(by_line) for unit, by_line in tally.base.items()}
    twin.extra = {unit: dict(by_line) for unit, by_line in tally.extra.items()}
    return twin


def _rivals(items: Sequence[Item]) -> list[list[Item]]:
    """Groups of rules of which one can stand; what gives most alone comes first."""
    groups: list[list[Item]] = []
    for item in sorted(items, key=lambda it: (-it.most, -it.bit)):
        for group in groups:
            if all(it.bit & item.against for it in group):
                group.append(item)
                break
        else:
            groups.append([item])
    return groups
