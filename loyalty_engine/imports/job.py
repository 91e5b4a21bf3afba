"""One replay from beginning to end: read the file, play it, let time pass, sum up, prove it."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, TextIO

from loyalty_engine.domain.currencies import decimals_of
from loyalty_engine.domain.program import Program
from loyalty_engine.imports.account import Account
from loyalty_engine.imports.mapping import SourceMapping
from loyalty_engine.imports.read_mapping import read_mapping
from loyalty_engine.imports.reading import read_baskets
from loyalty_engine.imports.replay import CLIENT, Counts, Replay, let_time_pass
from loyalty_engine.imports.staging import Staging
from loyalty_engine.imports.tables import UnusableFile, count_rows
from loyalty_engine.imports.totals import Totals, totals_of
from loyalty_engine.rule_files import read_programme
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.words import Word
from loyalty_engine.storage.sql.instants import instant
from loyalty_engine.storage.sql.integrity import Report, verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.points.begin_expiry import units_with_moved_ends
from loyalty_engine.use_cases.rules.rulebook_shelf import RulebookShelf

LARGEST_MAPPING: Final = 1 << 20
OBJECTS: Final = 50_000
"""So many new objects before garbage is looked for."""


class Watch(Protocol):
    """Whoever is told how far a replay has come."""

    def begin(self, what: str, total: int | None) -> None:
        """The next part begins, of `total` steps where that is known."""
        ...

    def reached(self, steps: int) -> None:
        """So many steps of it are done."""
        ...


@dataclass(frozen=True, slots=True)
class Machine:
    """The parts of the engine that a replay works with."""

    engine: Engine
    storage: SqlStorage
    shelf: RulebookShelf
    words: Mapping[str, type[Word]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to replay. `program` is a folder of programme files or the name of one in force."""

    file: Path
    mapping: Path
    program: str | None = None
    limit: int | None = None


@dataclass(slots=True)
class Agreement:
    """How the points granted compare with those that the source gave, for one unit."""

    spent: int
    received: int
    granted: int = 0
    receipts: int = 0
    equal: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a replay came to; `rows` were read from the file."""

    program: Program
    counts: Counts
    account: Account
    totals: Totals
    agreement: Mapping[str, Agreement]
    proof: Report

    @property
    def well(self) -> bool:
        """Whether everything is accounted for, adds up, and is proved."""
        ties = all(unit.ties for unit in self.totals.units.values())
        return self.account.ties and ties and self.proof.clean


def replay_file(machine: Machine, wanted: Wanted, report: TextIO | None, watch: Watch) -> Outcome:
    """Replay a file; what is left out goes to `report`.

    Raises UnusableFile, RulebookErrors (mapping or rules) and OSError before anything is written.
    """
    mapping = mapping_of(wanted.mapping)
    rulebook, is_new = _rulebook(machine, wanted, mapping)
    program = rulebook.program
    account = Account(decimals_of(program.currency), report)
    watch.begin("Reading", wanted.limit or count_rows(wanted.file))
    staging = read_baskets(
        wanted.file, mapping, account.decimals, account, limit=wanted.limit, tell=watch.reached
    )
    try:
        span = staging.span
        if span is None:
            raise UnusableFile(f"{wanted.file.name} holds no basket that can be played")
        first, last = map(instant, span)
        if is_new:
            machine.shelf.publish(program.name, rulebook.source, CLIENT, first)
        watch.begin("Playing", staging.count)
        machine.storage.expect_much()
        run = Replay(machine.engine, program.name, mapping, staging, account)
        with seldom_collecting():
            run.run(watch.reached)
        watch.begin("Letting time pass", None)
        let_time_pass(machine.engine, machine.storage, program.name, last)
        watch.begin("Summing up", None)
        agreement = {unit: Agreement(*sums) for unit, sums in staging.sums().items()}
        totals = totals_of(machine.storage, program, _Comparing(staging, agreement))
    finally:
        staging.close()
    watch.begin("Verifying", None)
    moving = units_with_moved_ends(machine.engine, program.name)
    proof = verify(machine.storage, program.name, watch.reached, moving=moving)
    return Outcome(program, run.counts, account, totals, agreement, proof)


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for garbage in circles less often: a replay makes many objects and hardly a circle."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def mapping_of(path: Path) -> SourceMapping:
    """The mapping in a file. Raises RulebookErrors, UnusableFile, OSError."""
    if path.stat().st_size > LARGEST_MAPPING:
        raise UnusableFile(f"{path} is too large to be a mapping")
    try:
        return read_mapping(path.read_text("utf-8"), path.name)
    except UnicodeDecodeError:
        raise UnusableFile(f"{path} is not text in UTF-8; save it as UTF-8") from None


def _rulebook(machine: Machine, wanted: Wanted, mapping: SourceMapping) -> tuple[Rulebook, bool]:
    """The rules to play under, and whether they have yet to be put in force."""
    name = wanted.program or mapping.program
    if not name:
        raise UnusableFile("name the programme: in the mapping, or with --program")
    folder = Path(name) if wanted.program else wanted.mapping.parent / name
    if not folder.is_dir():
        machine.shelf.refresh(name)
        return machine.shelf.current(name), False
    rulebook = parse_rulebook(read_programme(folder), machine.words)
    there = rulebook.program.name
    with machine.storage.read(there) as view:
        periods = view.rulebook_periods()
    if not periods:
        return rulebook, True
    if periods[-1][1] != rulebook.hash:
        raise UnusableFile(
            f"the database has the programme {there} with other rules than {folder}; "
            f"replay into a database of its own, or under the rules in force: --program {there}"
        )
    machine.shelf.refresh(there)
    return machine.shelf.current(there), False


@dataclass(frozen=True, slots=True)
class _Comparing:
    """Compares what each purchase was granted with what the source gave for it."""

    staging: Staging
    agreement: Mapping[str, Agreement]

    def __call__(self, purchase: str, granted: Mapping[str, int]) -> None:
        if not self.agreement:
            return
        received = self.staging.received(purchase)
        for unit, it in self.agreement.items():
            it.granted += granted.get(unit, 0)
            it.receipts += 1
            it.equal += granted.get(unit, 0) == received.get(unit, 0)
