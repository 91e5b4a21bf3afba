"""The jobs that go through the members who are due, and how a page of them is done."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

from loyalty_engine.domain.errors import NotFound, Unavailable
from loyalty_engine.storage.errors import Retry
from loyalty_engine.storage.sql.reading.sweeps import Place
from loyalty_engine.storage.sql.work import SqlView
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.challenges.close_cards import close_cards
from loyalty_engine.use_cases.points.begin_expiry import began, begin_expiry
from loyalty_engine.use_cases.points.in_pages import PageDone, review_page, settle_page
from loyalty_engine.use_cases.points.settle_account import settle_account
from loyalty_engine.use_cases.referrals.forget_signals import forget_signals, long_gone
from loyalty_engine.use_cases.referrals.settle_referral import settle_referral
from loyalty_engine.use_cases.stored_value.settle_purse import settle_purse
from loyalty_engine.use_cases.tiers.review_tier import review_tier

Due = Callable[[Engine, SqlView, datetime, Place, int], Sequence[Place]]
"""Who is due at an instant, in order: those after a place, at most so many."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A job that goes through the members who are due and does one thing with each.

    `together` does it for many in one transaction, and says whom it has left out.
    """

    name: str
    every: timedelta
    due: Due
    act: Callable[[Engine, str, int, datetime], object]
    together: Callable[[Engine, str, Sequence[int], datetime], PageDone] | None = None


def _numbered(numbers: Sequence[int]) -> Sequence[Place]:
    """Places of those who are looked for by their number only."""
    return [(0, number) for number in numbers]


def _without_end(
    engine: Engine, view: SqlView, now: datetime, after: Place, limit: int
) -> Sequence[Place]:
    """The accounts with points from before expiry was switched on; mostly it was not of late."""
    found = set[int]()
    for unit, at in began(engine, view, now).items():
        found |= set(view.accounts_without_end(unit, at, after[1], limit))
    return _numbered(sorted(found)[:limit])


SWEEPS = (
    Sweep(
        "expire_points", timedelta(minutes=1),
        lambda _, view, now, after, limit: view.accounts_by_due(now, after, limit),
        settle_account, settle_page,
    ),
    Sweep(
        "lapse_reservations", timedelta(minutes=1),
        lambda _, view, now, after, limit: _numbered(
            view.members_with_lapsed(now, after[1], limit)
        ),
        settle_account,
    ),
    Sweep(
        "lapse_holds", timedelta(minutes=1),
        lambda _, view, now, after, limit: _numbered(
            view.members_with_lapsed_holds(now, after[1], limit)
        ),
        settle_account, settle_page,
    ),
    Sweep(
        "settle_value", timedelta(minutes=1),
        lambda _, view, now, after, limit: _numbered(view.purses_due(now, after[1], limit)),
        settle_purse,
    ),
    Sweep(
        "referrals", timedelta(minutes=1),
        lambda _, view, now, after, limit: _numbered(view.referrals_due(now, after[1], limit)),
        settle_referral,
    ),
    Sweep(
        "forget_signals", timedelta(hours=1),
        lambda engine, view, now, after, limit: _numbered(
            long_gone(engine, view, now, after[1], limit)
        ),
        forget_signals,
    ),
    Sweep("begin_expiry", timedelta(hours=1), _without_end, begin_expiry),
    Sweep(
        "review_tiers", timedelta(minutes=5),
        lambda _, view, now, after, limit: view.reviews_by_due(now, after, limit),
        review_tier, review_page,
    ),
    Sweep(
        "challenge_ends", timedelta(minutes=5),
        lambda _, view, now, after, limit: _numbered(view.cards_due(now, after[1], limit)),
        close_cards,
    ),
)  # fmt: skip


@dataclass(slots=True)
class Count:
    """How many members were done, who failed, and how many somebody else had in hand."""

    done: int = 0
    failed: set[int] = field(default_factory=set)
    busy: int = 0


def do_page(
    engine: Engine, sweep: Sweep, program: str, numbers: Sequence[int], now: datetime, stop: Event
) -> Count:
    """Do a page of members; those it fails with are tried again in the next round.

    One who breaks a page is found by doing each alone, and holds up nobody.
    """
    count = Count()
    alone: Sequence[int] = numbers
    if sweep.together is not None:
        try:
            page = sweep.together(engine, program, numbers, now)
        except Retry:
            log.info("job %s of programme %s does a page one by one", sweep.name, program)
        except (Unavailable, NotFound):
            raise
        except Exception:  # somebody in it; who it is will show
            log.exception("job %s of programme %s fails for a page", sweep.name, program)
        else:
            count.done, count.busy, alone = page.done, len(page.busy), page.alone
    for number in alone:
        if stop.is_set():
            break
        count.done += 1
        if not _one(engine, sweep, program, number, now):
            count.failed.add(number)
    return count


def _one(engine: Engine, sweep: Sweep, program: str, number: int, now: datetime) -> bool:
    """Whether it went well."""
    try:
        sweep.act(engine, program, number, now)
    except (Unavailable, NotFound):
        raise
    except Exception:  # one member never holds up the others
        log.exception("job %s of programme %s fails for a member", sweep.name, program)
        return False
    return True
