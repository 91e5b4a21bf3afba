"""A programme's texts looked through for all that can be said of them before they are in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from loyalty_engine.rulebook.assortment import Assortment
from loyalty_engine.rulebook.checks import findings_of
from loyalty_engine.rulebook.faults import Fault, Place, RulebookErrors
from loyalty_engine.rulebook.findings import Finding, in_order, of_faults
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.parsing.parse import PROGRAM_FILE, TIERS_FILE, parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.words import Word
from loyalty_engine.scenarios.reading import read_scenarios

Words = Mapping[str, type[Word]]


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a programme's texts; `rulebook` is None where they have faults."""

    findings: Sequence[Finding]
    rulebook: Rulebook | None = None
    scenarios: int = 0


def look_at_texts(
    name: str,
    source: dict[str, str],
    words: Words,
    day: date | datetime,
    unread: Sequence[Fault] = (),
    assortment: Assortment | None = None,
) -> Looked:
    """Every fault of every text, and where there is none, what the checks find.

    `name` is what the programme has to call itself, `unread` says what could not even be read.
    `day` is a day, or the instant whose day in the programme's zone is meant.
    """
    rulebook, faults = _parsed(source, list(unread), words)
    if rulebook is None:
        return Looked(in_order(of_faults(faults)))
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
    return Looked(in_order([*of_faults(faults), *found]), rulebook, scenarios)


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
