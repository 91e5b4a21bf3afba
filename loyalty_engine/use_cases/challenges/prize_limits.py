"""What prizes of challenges use of limits, in one unit of work, until it is counted at its end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from loyalty_engine.domain.limits import Measure, Short
from loyalty_engine.ports import CounterKey, View, Work
from loyalty_engine.rulebook.challenges import Challenge, Prize
from loyalty_engine.use_cases.challenges.challenge_prizes import Acting, cut_to, limits_of
from loyalty_engine.use_cases.deciding.codec import local_time
from loyalty_engine.use_cases.deciding.counting import in_order
from loyalty_engine.use_cases.purchases.reserving import Counted
from loyalty_engine.use_cases.spending.rewarding import counted_in


@dataclass(slots=True)
class PrizeLimits:
    """The limits of challenges and of the rewards they give, with what is used here already.

    A quote asks them as well, and counts nothing.
    """

    acting: Acting
    view: View
    now: datetime
    _uses: list[tuple[CounterKey, int, int]] = field(default_factory=list)

    def within(
        self, challenge: Challenge, what: Prize, points: dict[str, int]
    ) -> tuple[dict[str, int], str, tuple[Counted, ...]]:
        """As many of the points as limits let through, which limit cut them, what to count."""
        acting = self.acting
        named = limits_of(challenge, acting)
        if (reward := acting.rulebook.rewards.get(what.reward)) is not None:
            day = local_time(acting.program, self.now).date()
            named |= counted_in(reward, acting.member, acting.store, day)
        if not named:
            return points, "", ()
        used = self.view.counters(in_order(named))
        mine = self._used_here()
        cut = ""
        for key, (name, limit) in named.items():
            room = limit.ceiling - used.get(key, 0) - mine.get(key, 0)
            wanted = 1 if limit.measure is Measure.USES else sum(points.values())
            if room < wanted:
                cut = name
                if limit.measure is Measure.USES or limit.short is Short.REFUSE or room <= 0:
                    return {}, cut, ()
                points = cut_to(points, room)
        total = sum(points.values())
        counted = tuple(
            Counted(key, 1 if limit.measure is Measure.USES else total, limit.ceiling)
            for key, (_, limit) in named.items()
        )
        return points, cut, counted

    def use(self, counted: Iterable[Counted]) -> None:
        """Use what there is room for."""
        self._uses += [(it.key, it.amount, it.ceiling) for it in counted]

    def use_again(self, counted: Sequence[Counted]) -> None:
        """Use what was given back before, whether or not there is still room for it."""
        used = self.view.counters([it.key for it in counted]) if counted else {}
        mine = self._used_here()
        for it in counted:
            after = used[it.key] + mine.get(it.key, 0) + it.amount
            self._uses.append((it.key, it.amount, max(it.ceiling, after)))

    def give_back(self, counted: Iterable[Counted]) -> None:
        """Use it no longer."""
        self._uses += [(it.key, -it.amount, it.ceiling) for it in counted]

    def count(self, work: Work) -> None:
        """Count what is used, in the order of locking."""
        sums: dict[CounterKey, tuple[int, int]] = {}
        for key, amount, ceiling in self._uses:
            so_far, most = sums.get(key, (0, 0))
            sums[key] = so_far + amount, max(most, ceiling)
        for key in in_order(sums):
            amount, ceiling = sums[key]
            if amount:
                work.use(key, amount, ceiling)

    def _used_here(self) -> Mapping[CounterKey, int]:
        """What this unit of work has used of limits so far, before it is counted."""
        mine: dict[CounterKey, int] = {}
        for key, amount, _ in self._uses:
            mine[key] = mine.get(key, 0) + amount
        return mine
