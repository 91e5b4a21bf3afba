"""A process that plays parts of a past: what it is told, what it answers."""

import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import msgspec

from loyalty_engine.backtest.figures import Figures, Member, scale_of, worth_under
from loyalty_engine.backtest.past import CAME_BACK, CameBack, read_frames
from loyalty_engine.backtest.side import Rulebooks, Side, lean
from loyalty_engine.imports.job import seldom_collecting
from loyalty_engine.plugin_loader import load_plugins
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook

TELL_AFTER: Final = 500


class Order(msgspec.Struct, frozen=True):
    """A part to play, under the rulebooks of these `sides` (0 before the change, 1 after it)."""

    path: str
    in_time: bool
    sides: tuple[int, ...]


class Told(msgspec.Struct, tag=True):
    """How many events have been played since the last time; each counts on every side."""

    events: int


class Rows(msgspec.Struct, tag=True):
    """Members who have ended, on one side."""

    side: int
    members: list[Member]


class Done(msgspec.Struct, tag=True):
    """A part is played: its figures by side."""

    figures: dict[int, Figures]


class Failed(msgspec.Struct, tag=True):
    """Something went wrong that only a developer can mend."""

    traceback: str


class Brief(msgspec.Struct):
    """What a process must know: the rule files of both sides, which plugins add words, when."""

    sources: list[dict[str, str]]
    plugins: str | None
    plugins_off: list[str]
    since: datetime | None
    last: datetime


Answer = Told | Rows | Done | Failed


class Player:
    """Plays parts; `since` is the instant from which the two rulebooks differ."""

    def __init__(
        self, rulebooks: Sequence[Rulebook], since: datetime | None, last: datetime
    ) -> None:
        before, after = (lean(it).prepared(lambda: None) for it in rulebooks)
        scale = scale_of(it.program for it in rulebooks)
        self._rulebooks = (Rulebooks(before, before, since), Rulebooks(before, after, since))
        self._worths = [worth_under(it.program, scale) for it in (before, after)]
        self._last = last

    def play(self, order: Order, tell: Callable[[Answer], None]) -> None:
        """Play a part; `tell` hears how it goes on and what came of it."""
        path = Path(order.path)
        coming = _coming(path)
        sides = {it: Side(self._rulebooks[it], self._worths[it], coming) for it in order.sides}
        telling = _Telling(tell)
        if order.in_time:
            for frame in read_frames(path):
                event = frame.event
                for side in sides.values():
                    side.play(frame.owner, event)
                telling.played(len(sides))
            self._finish(sides, telling)
        else:
            frames = sorted(read_frames(path), key=lambda it: it.owner)
            for owner, group in groupby(frames, key=lambda it: it.owner):
                events = [it.event for it in group]
                for side in sides.values():
                    for event in events:
                        side.play(owner, event)
                telling.played(len(sides) * len(events))
                self._finish(sides, telling)
        telling.flush()
        tell(Done({number: side.figures for number, side in sides.items()}))

    def _finish(self, sides: Mapping[int, Side], telling: "_Telling") -> None:
        for number, side in sides.items():
            for member in side.finish(self._last):
                telling.ended(number, member)


class _Telling:
    """Gathers what is told, so that it is told seldom."""

    def __init__(self, tell: Callable[[Answer], None]) -> None:
        self._tell = tell
        self._events = 0
        self._rows: dict[int, list[Member]] = {}

    def played(self, events: int) -> None:
        self._events += events
        if self._events >= TELL_AFTER:
            self._tell(Told(self._events))
            self._events = 0

    def ended(self, side: int, member: Member) -> None:
        rows = self._rows.setdefault(side, [])
        rows.append(member)
        if len(rows) >= TELL_AFTER:
            self._tell(Rows(side, rows))
            self._rows[side] = []

    def flush(self) -> None:
        self._tell(Told(self._events))
        for side, rows in self._rows.items():
            self._tell(Rows(side, rows))


def _coming(path: Path) -> dict[str, int]:
    """By purchase, how many times something of it comes back."""
    found: Counter[str] = Counter()
    for frame in read_frames(path):
        if frame.kind == CAME_BACK:
            event = frame.event
            assert isinstance(event, CameBack)
            found[event.purchase] += 1
    return dict(found)


# --- in a process of its own -----------------------------------------------------------------


def _unusual(wanted: type, value: object) -> Any:
    """Counters are kept as plain mappings."""
    if getattr(wanted, "__origin__", wanted) is Counter and isinstance(value, dict):
        return Counter(value)
    raise TypeError(f"cannot read {wanted}")


_encode = msgspec.msgpack.Encoder().encode
_orders = msgspec.msgpack.Decoder(Order)
_briefs = msgspec.msgpack.Decoder(Brief)
_answers = msgspec.msgpack.Decoder(Answer, dec_hook=_unusual)


def serve(connection: Connection, brief: bytes) -> None:
    """Play what is ordered over a connection until it is closed."""
    try:
        player = player_of(_briefs.decode(brief))
        with seldom_collecting():
            while order := connection.recv_bytes():
                player.play(_orders.decode(order), lambda it: connection.send_bytes(_encode(it)))
    except EOFError:
        return
    except Exception:  # noqa: BLE001 - whoever waits for an answer is told, whatever it is
        connection.send_bytes(_encode(Failed(traceback.format_exc())))


def player_of(brief: Brief) -> Player:
    """Somebody who plays under the rules of a brief."""
    folder = None if brief.plugins is None else Path(brief.plugins)
    plugins = load_plugins(folder, frozenset(brief.plugins_off))
    rulebooks = [parse_rulebook(source, plugins.words) for source in brief.sources]
    plugins.close()
    return Player(rulebooks, brief.since, brief.last)


def encoded(it: Order | Brief) -> bytes:
    """What is sent to a process."""
    return _encode(it)


def answered(data: bytes) -> Answer:
    """What a process has answered."""
    answer: Answer = _answers.decode(data)
    return answer
