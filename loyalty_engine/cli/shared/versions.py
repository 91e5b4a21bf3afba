"""A programme's rules as they are in a folder, in a commit of git, or in force."""

import shutil
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from loyalty_engine.cli.shared.checking import Words
from loyalty_engine.cli.shared.errors import CANNOT_START, FOUND, Stopped
from loyalty_engine.cli.shared.opening import opened
from loyalty_engine.config import Settings
from loyalty_engine.rule_files import read_programme
from loyalty_engine.rulebook.parsing.parse import PROGRAM_FILE, parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook

LIVE: Final = "live"
"""Names the rules that the database has in force."""


def version_of(said: str, folder: Path, settings: Settings, words: Words) -> Rulebook:
    """The programme of `folder` as `said`: another folder, a git reference, or `live`.

    Raises `Stopped` where there is none, RulebookErrors for what is wrong with it.
    """
    if Path(said).is_dir():
        found = Path(said)
        if not (found / PROGRAM_FILE).is_file():
            found /= folder.resolve().name
        if not (found / PROGRAM_FILE).is_file():
            raise Stopped(f"There is no programme in {said}.", CANNOT_START)
        return parse_rulebook(read_programme(found), words)
    if said == LIVE:
        name = parse_rulebook(read_programme(folder), words).program.name
        with opened(settings) as parts:
            if name not in parts.shelf.programs():
                raise Stopped(f"No rules of {name} are in force yet.", FOUND)
            return parts.shelf.current(name)
    with TemporaryDirectory(prefix="rules-") as unpacked:
        _unpack(said, folder, Path(unpacked))
        return parse_rulebook(read_programme(Path(unpacked)), words)


def _unpack(reference: str, folder: Path, into: Path) -> None:
    """The folder as it is in a commit of the repository that it lies in."""
    known = _git(
        folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}"
    )
    if known is None:
        raise Stopped(
            f"'{reference}' is neither a folder, nor a commit that git knows in {folder}, "
            f"nor '{LIVE}', which means the rules in force.",
            CANNOT_START,
        )
    archive = _git(folder, "archive", "--format=tar", known.decode().strip(), ".")
    if archive is None:
        raise Stopped(f"In {reference} there is no {folder}.", FOUND)
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(into, filter="data")


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git answers in a folder; None where it refuses."""
    git = shutil.which("git")
    if git is None:
        raise Stopped("git is not installed; name a folder instead.", CANNOT_START)
    run = subprocess.run(  # noqa: S603 - the reference is behind --end-of-options
        [git, "-C", str(folder), *arguments], capture_output=True, check=False
    )
    return run.stdout if run.returncode == 0 else None
