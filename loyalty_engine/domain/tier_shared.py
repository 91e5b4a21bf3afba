"""One tier for several who belong together: a history that goes on from where it was shared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from loyalty_engine.domain.tiers import Activity, Grant, Standing, State, TierScheme, Why


@dataclass(frozen=True, slots=True)
class Ground:
    """What a tier is judged by: a member's own deeds, or those of all who share an account.

    `cut` is when somebody last joined or left; the history before it stays as it was told. None
    where tiers are each member's own. `latest` is the last purchase, None without any.
    """

    enrolled_at: datetime
    activities: Sequence[Activity]
    grants: Sequence[Grant]
    latest: datetime | None
    cut: datetime | None = None
    people: int = 1


def continued(
    scheme: TierScheme, told: Sequence[Standing], anew: Sequence[Standing], cut: datetime
) -> list[Standing]:
    """The history as told before `cut`, and from then on as it was worked out anew."""
    before = [it for it in told if it.since < cut]
    after = [it for it in anew if it.since > cut]
    held = [it for it in anew if it.since <= cut]
    if not held:
        return [*before, *after]
    there = held[-1]
    if not before:
        return [Standing(there.tier, cut, there.until, Why.JOINED), *after]
    last = before[-1]
    if (last.tier, last.until) == (there.tier, there.until):
        return [*before, *after]
    steps = scheme.rank.get(there.tier, 0) - scheme.rank.get(last.tier, 0)
    why = Why.REACHED if steps > 0 else Why.LOST if steps else Why.KEPT
    return [*before, Standing(there.tier, cut, there.until, why), *after]


def judged_by(state: State, ground: Ground) -> State:
    """The state as that of those who share it, which they do since the last came or went."""
    if ground.cut is None:
        return state
    return replace(state, since=max(state.since, ground.cut), people=ground.people)
