"""Expiry was switched on for a unit: what members have already lasts one whole period from then."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from loyalty_engine.domain.expiry import ExpiryKind, expires_at
from loyalty_engine.domain.lots import Lot
from loyalty_engine.domain.units import Unit
from loyalty_engine.ports import View, Work
from loyalty_engine.use_cases.calling import Answer, Engine
from loyalty_engine.use_cases.points.booking import open_book
from loyalty_engine.use_cases.points.settle_account import of_household
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write

LOOKS_BACK = timedelta(days=31)
"""How long after the change points without an end are looked for."""


def began(engine: Engine, view: View, now: datetime) -> Mapping[str, datetime]:
    """The units whose points ended never and now do, with the instant at which that changed."""
    current = engine.rulebooks.current(view.program).program
    found: dict[str, datetime] = {}
    for (_, before), (at, _) in reversed(list(pairwise(view.rulebook_periods()))):
        if at < now - LOOKS_BACK:
            break
        older = engine.rulebooks.by_hash(view.program, before).program
        for name, unit in current.units.items():
            was = older.units.get(name)
            ends = unit.expiry.kind is not ExpiryKind.NEVER
            if ends and was is not None and was.expiry.kind is ExpiryKind.NEVER:
                found.setdefault(name, at)
    return found


def units_with_moved_ends(engine: Engine, program: str) -> frozenset[str]:
    """The units whose points had their ends moved under any rulebook: they end after inactivity,
    or had no end before. To be told to who proves in which order points were spent.
    """
    with engine.storage.read(program) as view:
        books = dict.fromkeys(name for _, name in view.rulebook_periods())
    kinds: dict[str, set[ExpiryKind]] = {}
    for book in books:
        for name, unit in engine.rulebooks.by_hash(program, book).program.units.items():
            kinds.setdefault(name, set()).add(unit.expiry.kind)
    return frozenset(
        name
        for name, found in kinds.items()
        if ExpiryKind.INACTIVITY in found or (ExpiryKind.NEVER in found and len(found) > 1)
    )


def begin_expiry(engine: Engine, program_name: str, number: int, now: datetime) -> int:
    """Give the points of an account (by its number) that were there before an end.

    Answers how many units have some. Where several share the account, each point ends as the tier of
    whoever earned it says.
    """
    program = engine.rulebooks.current(program_name).program
    changed = 0

    def act(work: Work) -> Written:
        nonlocal changed
        member = work.member(number) or of_household(work, number)
        if member is None:
            return Written(Answer(404, b""))
        book = open_book(work, member, work.now)
        shared = [] if member.account == member.number else work.family(member.account)
        tiers = {it.number: it.tier.tier for it in (member, *shared)}
        for name, at in began(engine, work, work.now).items():
            book.renew(name, _ends(program.units[name], at, tiers, program.zone))
        changed = len({lot.unit for lot in book.touched.values()})
        after = save_account(work, member, book)
        return Written(Answer(200, b""), shown_after(program, after, book))

    write(engine, program_name, now, act)
    return changed


def _ends(
    unit: Unit, began_at: datetime, tiers: Mapping[int, str], zone: ZoneInfo
) -> Callable[[Lot], datetime | None]:
    def ends(lot: Lot) -> datetime | None:
        start = lot.active_from
        if lot.expires_at is not None or start is None or start >= began_at:
            return lot.expires_at
        return expires_at(unit.expiry, began_at, began_at, zone, tiers.get(lot.member, ""))

    return ends
