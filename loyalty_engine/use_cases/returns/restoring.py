"""Points that come back to lots which have ended meanwhile, as the programme declares."""

from datetime import datetime, timedelta

from loyalty_engine.domain.ledger import AccountBook, Portion
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.switches import RestoredLots
from loyalty_engine.ports import View


def restored_until(program: Program, now: datetime) -> datetime:
    """Until when points can be spent that come back now and whose lot has ended."""
    switches = program.switches
    if switches.restored_lots is not RestoredLots.GRACE:
        return now
    return now + timedelta(days=switches.restored_lot_grace_days)


def that_come_back(
    view: View, book: AccountBook, program: Program, portions: list[Portion], paid_by: int | None
) -> list[Portion]:
    """Of the portions that paid those that move: where lots that have ended are never restored,
    what they paid stays spent. They are of the account `paid_by`, None for the book's.
    """
    if program.switches.restored_lots is not RestoredLots.NEVER:
        return portions
    numbers = [number for number, _ in portions]
    if paid_by in (None, book.account):
        lots = [book.lot(number) for number in numbers]
    else:
        lots = list(view.lots_numbered(paid_by, numbers))
    ended = {lot.number for lot in lots if lot.has_ended(book.now)}
    return [it for it in portions if it[0] not in ended]
