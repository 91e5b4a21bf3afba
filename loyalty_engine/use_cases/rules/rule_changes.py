"""Changing which rulebook is in force without files: back to an earlier one, a rule off and on.

A rule that is stopped stays so, whatever is published or rolled back to, until it is started.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from loyalty_engine.domain.errors import Conflict, InvalidRequest, NotFound
from loyalty_engine.ports import Published
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.sources import hash_of
from loyalty_engine.rulebook.stopped import without_stopped
from loyalty_engine.rulebook.telling.difference import Change, differences
from loyalty_engine.use_cases.rules.rulebook_shelf import RulebookShelf


@dataclass(frozen=True, slots=True)
class Version:
    """A rulebook that was put in force, and what it changed; None where that cannot be told,
    because one of the two uses words that are no longer there.
    """

    published: Published
    changes: Sequence[Change] | None


def history(shelf: RulebookShelf, program: str, most: int) -> Sequence[Version]:
    """The last `most` rulebooks, newest first, each with its difference to the one before."""
    every = shelf.history(program)
    first = max(len(every) - most, 0)
    found = []
    for at in range(len(every) - 1, first - 1, -1):
        changes: Sequence[Change] | None
        try:
            before = shelf.by_hash(program, every[at - 1].hash) if at else None
            changes = differences(before, shelf.by_hash(program, every[at].hash))
        except RulebookErrors:
            changes = None
        found.append(Version(every[at], changes))
    return found


def roll_back(
    shelf: RulebookShelf, program: str, wanted: str | None, by: str, now: datetime
) -> Rulebook:
    """Put an earlier rulebook in force again: the one meant by the beginning of its hash, or the
    last one that people had written otherwise. Raises `NotFound` and `InvalidRequest`.
    """
    every = shelf.history(program)
    if not every:
        raise NotFound(f"there is no programme {program!r}", code="program_unknown")
    found = _before(shelf, program, every) if wanted is None else _meant(every, wanted)
    return shelf.publish(program, shelf.source(program, found), f"{by}, rolling back", now)


def _before(shelf: RulebookShelf, program: str, every: Sequence[Published]) -> str:
    def written(hash: str) -> str:
        return hash_of(without_stopped(shelf.source(program, hash)))

    present = written(every[-1].hash)
    for it in reversed(every):
        if it.hash != every[-1].hash and written(it.hash) != present:
            return it.hash
    raise NotFound(f"{program} has had no other rules before", code="rulebook_unknown")


def _meant(every: Sequence[Published], wanted: str) -> str:
    start = wanted if wanted.startswith("sha256:") else f"sha256:{wanted}"
    found = {it.hash for it in every if it.hash.startswith(start)}
    if not found:
        raise NotFound(f"no rulebook {wanted} was ever in force", code="rulebook_unknown")
    if len(found) > 1:
        raise InvalidRequest(f"{len(found)} rulebooks begin with {wanted}; give more of the hash")
    return found.pop()


def stop_rule(shelf: RulebookShelf, program: str, rule: str, by: str, now: datetime) -> Rulebook:
    """Leave a rule, or a reward, out from `now` on, until it is started. Raises `NotFound`."""

    def stopped(present: Rulebook) -> set[str]:
        if rule not in {*present.by_id, *present.rewards, *present.stopped}:
            raise NotFound(f"there is no rule {rule!r} in {program}")
        return {*present.stopped, rule}

    return _with_stops(shelf, program, stopped, f"{by}, stopping {rule}", now)


def start_rule(shelf: RulebookShelf, program: str, rule: str, by: str, now: datetime) -> Rulebook:
    """Let a stopped rule decide again from `now` on. Raises `NotFound`."""

    def stopped(present: Rulebook) -> set[str]:
        if rule not in present.stopped:
            raise NotFound(f"the rule {rule!r} of {program} is not stopped")
        return {*present.stopped} - {rule}

    return _with_stops(shelf, program, stopped, f"{by}, starting {rule}", now)


def _with_stops(
    shelf: RulebookShelf,
    program: str,
    stopped: Callable[[Rulebook], set[str]],
    by: str,
    now: datetime,
) -> Rulebook:
    """The rulebook in force with other rules stopped, whoever else changes it meanwhile."""
    while True:
        shelf.refresh(program)
        present = shelf.current(program)
        with suppress(Conflict):
            return shelf.publish(program, present.source, by, now, stopped(present), present.hash)
