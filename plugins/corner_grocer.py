"""What only the Corner Grocer does: market days, what points may not pay for, the shop's journal.

Stores that stand beside a market see other customers on market mornings, so rules may look at
whether one is held; `corner_grocer.toml` says where and when, and is read again when it changes.
By law or contract points may not pay for tobacco, lottery tickets or gift cards. And the call
centre reads what members do from a journal, one JSON object a line, in the file that the variable
`CORNER_GROCER_JOURNAL` names; without it nothing is written.
"""

import json
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.purchase import Line, Purchase, Scalar
from loyalty_engine.hookspecs import Refusal, Request, hookimpl
from loyalty_engine.rulebook.words import Condition, Word

PROGRAMS = ("grocer",)

NAME = "corner_grocer"
MARKETS = Path(__file__).with_suffix(".toml")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NOT_FOR_POINTS = ("tobacco", "lottery", "gift-cards")
JOURNAL = "CORNER_GROCER_JOURNAL"


@dataclass(frozen=True)
class Market:
    """A market and the stores beside it; hours are local, `until` is no longer in."""

    name: str
    stores: frozenset[str]
    days: frozenset[int]
    opens: time
    until: time
    not_on: frozenset[date]

    def is_held(self, store: str, at: datetime) -> bool:
        """Whether it is on, beside this store, at this local instant."""
        return (
            store in self.stores
            and at.weekday() in self.days
            and at.date() not in self.not_on
            and self.opens <= at.time() < self.until
        )


def read_markets() -> tuple[ZoneInfo, tuple[Market, ...]]:
    """The markets and their zone, read again when the file has changed."""
    state = MARKETS.stat()
    return _read_markets(state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)
def _read_markets(*_: int) -> tuple[ZoneInfo, tuple[Market, ...]]:
    told = tomllib.loads(MARKETS.read_text("utf-8"))
    markets = tuple(
        Market(
            name=it["name"],
            stores=frozenset(it["stores"]),
            days=frozenset(WEEKDAYS.index(day) for day in it["days"]),
            opens=it["opens"],
            until=it["until"],
            not_on=frozenset(it.get("not_on", ())),
        )
        for it in told["markets"]
    )
    return ZoneInfo(told["zone"]), markets


@dataclass(frozen=True)
class OnMarketDay(Condition):
    """Holds while a market is held beside the store, or one of those named."""

    word = "on_market_day"
    says = "a market is held beside the store[: {names}]"
    says_in: ClassVar = {"fr": "un marché se tient à côté du magasin[ : {names}]"}
    names: tuple[str, ...] = ()

    def holds(self, facts: Facts) -> bool:
        """Look at the fact that `gather_facts` has brought; without it there is no market."""
        market = facts.plugins.get(NAME, {}).get("market", "")
        return market in self.names if self.names else market != ""


@hookimpl
def register_words() -> Iterable[type[Word]]:
    """Give the word for market days, and see now whether the list of markets can be read."""
    read_markets()
    return [OnMarketDay]


@hookimpl
def gather_facts(purchase: Purchase) -> Mapping[str, Scalar]:
    """The market beside the store at the time of the purchase: its name, or an empty text."""
    zone, markets = read_markets()
    at = purchase.occurred_at.astimezone(zone)
    held = (market.name for market in markets if market.is_held(purchase.store, at))
    return {"market": next(held, "")}


@hookimpl
def guard(request: Request) -> Refusal | None:
    """Refuse points for what they may not pay for."""
    if not request.spends or request.purchase is None:
        return None
    if any(_not_for_points(line) for line in request.purchase.lines):
        return Refusal(
            "points cannot pay for tobacco, lottery tickets or gift cards; "
            "ring those up on their own, without points"
        )
    return None


def _not_for_points(line: Line) -> bool:
    return line.category.partition("/")[0] in NOT_FOR_POINTS


@hookimpl
def handle_event(event: str, body: Mapping[str, Any], id: str, at: datetime) -> None:
    """Write what a member did into the journal. The reader drops an `id` that it has seen."""
    path = os.environ.get(JOURNAL)
    if not path or body.get("member") is None:
        return
    told = {"id": id, "at": at.isoformat(), "event": event, **body}
    line = json.dumps(told, ensure_ascii=False).encode() + b"\n"
    # One write to the end of the file: two workers never mix their lines.
    journal = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if os.write(journal, line) < len(line):
            raise OSError("the journal is full")
        os.fsync(journal)
    finally:
        os.close(journal)
