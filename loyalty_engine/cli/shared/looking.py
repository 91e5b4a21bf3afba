"""A programme's folder looked through for all that can be said of it before it is in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from loyalty_engine.cli.shared.checking import Words
from loyalty_engine.rule_files import programmes, read_what_can_be
from loyalty_engine.rulebook.assortment import Assortment, read_assortment
from loyalty_engine.rulebook.checks import findings_of
from loyalty_engine.rulebook.faults import Fault, Findings, Place, RulebookErrors, TooManyFaults
from loyalty_engine.rulebook.findings import Finding, Level, in_order, of_faults
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.parse import PROGRAM_FILE, TIERS_FILE, parse_rulebook
from loyalty_engine.rulebook.rule import Rulebook
from loyalty_engine.scenarios.reading import read_scenarios


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a folder; `rulebook` is None where its files have faults."""

    folder: Path
    findings: Sequence[Finding]
    rulebook: Rulebook | None = None
    scenarios: int = 0

    def count(self, level: Level) -> int:
        """How many findings are of a level."""
        return sum(it.level is level for it in self.findings)


def folders_in(root: Path) -> list[Path]:
    """The folder itself where it is a programme's, or else those of the programmes below it."""
    if (root / PROGRAM_FILE).is_file():
        return [root]
    return [root / name for name in programmes(root)]


def look_through(
    folder: Path, words: Words, day: date | datetime, assortment: Assortment | None = None
) -> Looked:
    """Every fault of every file, and where there is none, what the checks find.

    `day` is a day, or the instant whose day in the programme's zone is meant.
    """
    source, unread = read_what_can_be(folder)
    rulebook, faults = _parsed(source, unread, words)
    if rulebook is None:
        return Looked(folder, in_order(of_faults(faults)))
    name = folder.resolve().name
    if rulebook.program.name != name:
        said = f"the folder is called '{name}' and the programme '{rulebook.program.name}'"
        faults.append(Fault(Place(PROGRAM_FILE, 1, 1), f"{said}; give them one name"))
    scenarios = 0
    try:
        scenarios = len(read_scenarios(source, rulebook))
    except RulebookErrors as errors:
        faults += errors.faults
    today = day.astimezone(rulebook.program.zone).date() if isinstance(day, datetime) else day
    found = findings_of(Ground(rulebook, today, assortment))
    return Looked(folder, in_order([*of_faults(faults), *found]), rulebook, scenarios)


def _parsed(
    source: dict[str, str], unread: list[Fault], words: Words
) -> tuple[Rulebook | None, list[Fault]]:
    """The rulebook, or all faults; without those that only follow from files left unread."""
    missing = {fault.place.file for fault in unread}
    if missing & {PROGRAM_FILE, TIERS_FILE}:
        return None, unread
    try:
        rulebook = parse_rulebook(source, words)
    except RulebookErrors as errors:
        lost = tuple(f"there is no {file}" for file in missing)
        return None, unread + [it for it in errors.faults if not it.text.endswith(lost or ("\0",))]
    return (None if unread else rulebook), unread


def catalogue_in(file: Path) -> Assortment:
    """The catalogue in a CSV file. Raises RulebookErrors with what is wrong with it."""
    findings = Findings(str(file))
    assortment = None
    try:
        assortment = read_assortment(file.read_text("utf-8"), findings)
    except UnicodeDecodeError:
        findings.add(1, 1, "this is not text in UTF-8; save it as 'CSV UTF-8'")
    except TooManyFaults:
        pass
    if findings.faults or assortment is None:
        raise RulebookErrors(findings.faults)
    return assortment
