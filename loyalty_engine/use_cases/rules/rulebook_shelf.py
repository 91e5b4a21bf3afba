"""The rulebooks that have ever been in force, parsed once and kept at hand."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock

from loyalty_engine.domain.errors import Conflict, NotFound
from loyalty_engine.ports import Published, Storage
from loyalty_engine.rulebook.faults import Fault, Place, RulebookErrors
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.stopped import stopped_in, with_stopped
from loyalty_engine.rulebook.words import Word

KEPT = 32
"""Parsed rulebooks kept at hand; older ones are parsed again from what is stored."""

_LEAST = timedelta(microseconds=1)

Period = tuple[datetime, str]
"""From when on which rulebook, by its hash, was in force."""


class RulebookShelf:
    """Answers which rulebook holds when; reads the storage only for what it has not seen."""

    def __init__(self, storage: Storage, words: Mapping[str, type[Word]]) -> None:
        self._storage = storage
        self._words = words
        self._periods: dict[str, Sequence[Period]] = {}
        self._parsed: OrderedDict[tuple[str, str], Rulebook] = OrderedDict()
        self._lock = Lock()

    def publish(
        self,
        program: str,
        source: Mapping[str, str],
        by: str,
        now: datetime,
        stopped: Iterable[str] | None = None,
        instead_of: str | None = None,
    ) -> Rulebook:
        """Put a programme's files in force from `now` on, unless they are already.

        Rules that are stopped stay so, unless `stopped` names others. Raises `RulebookErrors` with
        every fault, and `Conflict` when the rulebook in force is not `instead_of`, where that
        is given; then nothing changes.
        """
        stored = self._stored(program)
        while True:
            periods, newest = stored
            if instead_of is not None and (not periods or periods[-1][1] != instead_of):
                raise Conflict("somebody has just changed the rules in force")
            kept = stopped_in(newest) if stopped is None else stopped
            files = with_stopped(source, kept)
            rulebook = parse_rulebook(files, self._words, like=self._newest(program))
            if rulebook.program.name != program:
                place = Place("program.yaml", 1, 1)
                text = f"the folder is {program!r} and the programme calls itself otherwise"
                raise RulebookErrors([Fault(place, text, program)])
            # In order whatever the clock does: the one published last is the one in force.
            at = max(now, periods[-1][0] + _LEAST) if periods else now
            with self._storage.begin(program, at) as work:
                same = list(work.rulebook_periods()) == list(periods)
                if same and (not periods or periods[-1][1] != rulebook.hash):
                    work.publish_rulebook(rulebook.hash, rulebook.source, by)
                    periods = [*periods, (at, rulebook.hash)]
            if same:
                break
            stored = self._stored(program)  # somebody was faster, and may have stopped a rule
        self._take(program, periods, rulebook)
        return rulebook

    def refresh(self, program: str, pause: Callable[[], None] = lambda: None) -> bool:
        """See what others have published; whether a rulebook had to be parsed.

        The newest one is parsed and indexed before anybody decides by it, with `pause` called
        every now and then: what serves meanwhile is the one before.
        """
        with self._storage.read(program) as view:
            periods = view.rulebook_periods()
            newest = periods[-1][1] if periods else None
            known = newest is None or (program, newest) in self._parsed
            source = None if known or newest is None else view.rulebook_source(newest)
        rulebook = None
        if source is not None:
            try:
                rulebook = parse_rulebook(source, self._words, pause, self._newest(program))
            except RulebookErrors:
                # A word is gone with its plugin. An older rulebook goes on, where there is one.
                with self._lock:
                    if self._periods.setdefault(program, periods) is periods:
                        return False
                raise
            prepare(rulebook, pause)
        if newest is not None:
            self._take(program, periods, rulebook or self.by_hash(program, newest))
        return rulebook is not None

    def history(self, program: str) -> Sequence[Published]:
        """Every rulebook that was put in force, when and by whom; oldest first."""
        with self._storage.read(program) as view:
            return view.rulebook_history()

    def source(self, program: str, hash: str) -> Mapping[str, str]:
        """The files of a stored rulebook; raises `NotFound`."""
        with self._storage.read(program) as view:
            source = view.rulebook_source(hash)
        if source is None:
            raise NotFound(f"no rulebook {hash} is stored", code="rulebook_unknown")
        return source

    def programs(self) -> Sequence[str]:
        """The programmes that have a rulebook in force."""
        return sorted(self._periods)

    def current(self, program: str) -> Rulebook:
        """The one in force now; raises `NotFound` for an unknown programme."""
        return self.by_hash(program, self._known(program)[-1][1])

    def at(self, program: str, at: datetime) -> Rulebook:
        """The one in force at `at`; before the first one, the first."""
        periods = self._known(program)
        index = bisect_right(periods, at, key=lambda period: period[0])
        return self.by_hash(program, periods[max(index - 1, 0)][1])

    def by_hash(self, program: str, hash: str) -> Rulebook:
        """One by its hash."""
        found = self._parsed.get((program, hash))
        if found is not None:
            return found
        source = self.source(program, hash)
        rulebook = parse_rulebook(source, self._words, like=self._newest(program))
        with self._lock:
            self._keep(program, rulebook)
        return rulebook

    def forget_older(self) -> None:
        """Keep no parsed rulebook but those in force, where nothing is decided by the others."""
        with self._lock:
            in_force = {(name, periods[-1][1]) for name, periods in self._periods.items()}
            for key in self._parsed.keys() - in_force:
                del self._parsed[key]

    def _stored(self, program: str) -> tuple[Sequence[Period], Mapping[str, str]]:
        """All periods, and the files of the last one."""
        with self._storage.read(program) as view:
            periods = view.rulebook_periods()
            newest = view.rulebook_source(periods[-1][1]) if periods else None
        return periods, newest or {}

    def _take(self, program: str, periods: Sequence[Period], rulebook: Rulebook) -> None:
        with self._lock:
            self._keep(program, rulebook)
            known = self._periods.get(program)
            if not known or known[-1][0] <= periods[-1][0]:
                self._periods[program] = periods

    def _newest(self, program: str) -> Rulebook | None:
        """The one in force, where it is at hand."""
        periods = self._periods.get(program)
        return self._parsed.get((program, periods[-1][1])) if periods else None

    def _known(self, program: str) -> Sequence[Period]:
        periods = self._periods.get(program)
        if not periods:
            raise NotFound(f"there is no programme {program!r}", code="program_unknown")
        return periods

    def _keep(self, program: str, rulebook: Rulebook) -> None:
        self._parsed[program, rulebook.hash] = rulebook
        self._parsed.move_to_end((program, rulebook.hash))
        while len(self._parsed) > KEPT:
            self._parsed.popitem(last=False)


def prepare(rulebook: Rulebook, pause: Callable[[], None] = lambda: None) -> None:
    """Make all that a rulebook otherwise makes when it decides for the first time."""
    for make in ("by_id", "limits", "carrying", "by_lane", "index", "spans"):
        getattr(rulebook, make)
        pause()
