"""A programme's folder looked through for all that can be said of it before it is in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from loyalty_engine.cli.shared.checking import Words
from loyalty_engine.rule_files import programmes, read_what_can_be
from loyalty_engine.rulebook.assortment import Assortment, read_assortment
from loyalty_engine.rulebook.faults import Findings, RulebookErrors, TooManyFaults
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.parsing.parse import PROGRAM_FILE
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.scenarios.looking import look_at_texts


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
    name = folder.resolve().name
    looked = look_at_texts(name, source, words, day, unread, assortment)
    return Looked(folder, looked.findings, looked.rulebook, looked.scenarios)


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
