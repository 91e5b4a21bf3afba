"""The rulebooks that have ever been in force, parsed once and kept at hand."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from threading import Lock

from loyalty_engine.domain.errors import NotFound
from loyalty_engine.ports import Storage
from loyalty_engine.rulebook.faults import Fault, Place, RulebookErrors
from loyalty_engine.rulebook.parse import parse_rulebook
from loyalty_engine.rulebook.rule import Rulebook
from loyalty_engine.rulebook.words import Word

KEPT = 32
"""Parsed rulebooks kept at hand; older ones are parsed again from what is stored."""

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

    def publish(self, program: str, source: Mapping[str, str], by: str, now: datetime) -> Rulebook:
        """Put a programme's files in force from `now` on, unless they are already.

        Raises `RulebookErrors` with every fault; then nothing changes.
        """
        rulebook = parse_rulebook(source, self._words)
        if rulebook.program.name != program:
            place = Place("program.yaml", 1, 1)
            text = f"the folder is {program!r} and the programme calls itself otherwise"
            raise RulebookErrors([Fault(place, text, program)])
        with self._storage.begin(program, now) as work:
            periods = work.rulebook_periods()
            if not periods or periods[-1][1] != rulebook.hash:
                work.publish_rulebook(rulebook.hash, rulebook.source, by)
                periods = [*periods, (now, rulebook.hash)]
        with self._lock:
            self._periods[program] = periods
            self._keep(program, rulebook)
        return rulebook

    def refresh(self, program: str) -> None:
        """See what others have published."""
        with self._storage.read(program) as view:
            periods = view.rulebook_periods()
        with self._lock:
            self._periods[program] = periods

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
        with self._storage.read(program) as view:
            source = view.rulebook_source(hash)
        if source is None:
            raise NotFound(f"no rulebook {hash} is stored", code="rulebook_unknown")
        rulebook = parse_rulebook(source, self._words)
        with self._lock:
            self._keep(program, rulebook)
        return rulebook

    def _known(self, program: str) -> Sequence[Period]:
        periods = self._periods.get(program)
        if not periods:
            raise NotFound(f"there is no programme {program!r}", code="program_unknown")
        return periods

    def _keep(self, program: str, rulebook: Rulebook) -> None:
        self._parsed[program, rulebook.hash] = rulebook
        while len(self._parsed) > KEPT:
            self._parsed.popitem(last=False)
