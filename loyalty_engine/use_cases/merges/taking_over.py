"""One account takes over what another one has: lots with their dates, what is held, what is owed."""

from collections.abc import Mapping
from dataclasses import replace

from loyalty_engine.domain.ledger import AccountBook, Cause
from loyalty_engine.ports import Hold
from loyalty_engine.use_cases.spending.holding import portions_of, stored_portions


def take_over_all(
    target: AccountBook, source: AccountBook, cause: Cause, member: int | None = None
) -> dict[int, int]:
    """Move everything of `source` to `target`; answers the new lot of each that is held.

    Lots become `member`'s, or stay with whom they were. The target's version goes on after the
    source's, so that nobody sees it go down.
    """
    target.skip_to(source.version)
    held: dict[int, int] = {}
    for unit in sorted(source.balances):
        for lot in sorted(source.lots(unit), key=lambda it: it.number):
            whose = lot.member if member is None else member
            if lot.held:
                held[lot.number] = target.take_over_held(source, lot, cause, whose).number
            if lot.free:
                target.take_over(source, lot, lot.free, cause, whose)
        if source.balance(unit).debt:
            target.take_over_debt(source, unit, cause)
    return held


def with_lots_of(hold: Hold, member: int, lots: Mapping[int, int]) -> Hold:
    """The hold as another member's, of the lots that stand for its own."""
    portions = [(lots.get(lot, lot), amount) for lot, amount in portions_of(hold)]
    return replace(hold, member=member, portions=stored_portions(portions))
