"""What is said of a rule that has had its turn."""

from loyalty_engine.rulebook.deciding.decision import Reduction, Verdict
from loyalty_engine.rulebook.deciding.gain import Gain


def verdict_of(gain: Gain, given: Reduction | None) -> Verdict:
    """Why a rule that matched did or did not apply; `given` is its discount where the till gave it."""
    rule = gain.match.rule
    desired: dict[str, int] = {}
    granted: dict[str, int] = {}
    for grant in gain.grants:
        desired[grant.unit] = desired.get(grant.unit, 0) + grant.desired
        granted[grant.unit] = granted.get(grant.unit, 0) + grant.granted
    taken_off = given or gain.reduction
    discount = taken_off.total if taken_off else 0
    status = _status(gain, discount)
    return Verdict(
        rule.id, status, failed=rule.then[0] if status == "not_met" else None,
        limit=gain.limit, desired=desired, granted=granted, discount=discount,
        desired_discount=gain.desired_discount,
    )  # fmt: skip


def _status(gain: Gain, discount: int) -> str:
    if gain.broken:
        return "error"
    if gain.limit:
        return "refused" if gain.refused else "capped"
    return "applied" if gain.matters or discount else "not_met"
