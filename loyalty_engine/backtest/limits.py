"""Limits in use, in memory: of them nobody else uses anything meanwhile."""

from collections.abc import Iterable, Mapping

from loyalty_engine.ports import CounterKey


class KeepsLimits:
    """See `LimitView` and `LimitWork` in `ports.limits`."""

    def __init__(self) -> None:
        super().__init__()
        self._counters: dict[tuple[str, str, str], int] = {}

    def forget_limits(self) -> None:
        """Be as new."""
        self._counters.clear()

    def counters(self, keys: Iterable[CounterKey]) -> Mapping[CounterKey, int]:
        there = self._counters  # whatever slice of it: here nobody waits for anybody
        return {it: there.get((it.owner, it.counter, it.period), 0) for it in keys}

    def use(self, key: CounterKey, amount: int, ceiling: int) -> None:
        place = key.owner, key.counter, key.period
        self._counters[place] = self._counters.get(place, 0) + amount
