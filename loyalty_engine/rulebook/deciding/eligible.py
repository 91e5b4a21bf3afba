"""Whether a member may take a reward: conditions asked outside of any purchase."""

from collections.abc import Sequence

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.words import Condition, sure


def unmet(conditions: Sequence[Condition], facts: Facts) -> tuple[Condition, ...]:
    """Those of the conditions that do not hold. One that raises does not: nothing is given away."""
    return tuple(it for it in conditions if not _holds(it, facts))


def _holds(condition: Condition, facts: Facts) -> bool:
    try:
        held = condition.holds(facts)
        return held is True or sure(held)
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - a plugin's word may raise anything
        return False
