"""A programme's folder to texts: the only place where rule files are read from disk.

Everything is bounded, nothing outside of the folder is ever opened, and what cannot be read is a
fault with its place, so that the rulebook in force can stay in force.
"""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from loyalty_engine.rulebook.faults import Fault, Place, RulebookErrors
from loyalty_engine.rulebook.stopped import STOPPED_FILE

MOST_BYTES: Final = {".yaml": 1024 * 1024, ".yml": 1024 * 1024, ".csv": 8 * 1024 * 1024}
"""How large a file can be, by its ending; files with other endings are passed over."""

MOST_BYTES_IN_ALL: Final = 64 * 1024 * 1024
MOST_DEPTH: Final = 8
YAML: Final = (".yaml", ".yml")


def read_programme(folder: Path) -> dict[str, str]:
    """The texts of all YAML and CSV files in a programme's folder by their path within it, sorted.

    Hidden files and what editors leave beside a file are passed over. Links to files within the
    folder are followed. Raises RulebookErrors with every file that cannot be read.
    """
    texts, faults = read_what_can_be(folder)
    if faults:
        raise RulebookErrors(faults)
    return texts


def read_what_can_be(folder: Path) -> tuple[dict[str, str], list[Fault]]:
    """As `read_programme`, but the files that cannot be read come as faults beside the others."""
    reading = _Reading(folder)
    return reading.texts(), reading.faults


def programmes(root: Path) -> list[str]:
    """The names of the programmes under `root`: its folders that hold YAML files, sorted.

    A folder that has lost its program.yaml is still named, so that somebody is told. Raises
    OSError where `root` cannot be read.
    """
    return sorted(
        folder.name
        for folder in root.iterdir()
        if not _is_passed_over(folder.name) and folder.is_dir() and _holds_yaml(folder)
    )


@contextmanager
def watching_alone(home: Path) -> Iterator[bool]:
    """Whether nobody else with this home watches the rules; nobody else does until this ends."""
    with (home / "rules.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


def footprint(root: Path) -> frozenset[tuple[str, int, int, int]]:
    """What changes whenever a file below `root` does: path, instant, size and file number.

    Cheap, and never raises: what cannot be looked at has zeros.
    """
    found: set[tuple[str, int, int, int]] = set()
    folders = [(str(root), 0)]
    while folders:
        folder, depth = folders.pop()
        try:
            with os.scandir(folder) as scanned:
                entries = [entry for entry in scanned if not _is_passed_over(entry.name)]
        except OSError:
            found.add((folder, 0, 0, 0))
            continue
        for entry in entries:
            try:
                at = entry.stat()  # of what a link leads to
            except OSError:
                found.add((entry.path, 0, 0, 0))
                continue
            # A programme's folder may be a link; those within it are not followed when reading.
            if not stat.S_ISDIR(at.st_mode) or (depth and entry.is_symlink()):
                # The instant of any change, of leave to read it as well: times can be set back.
                found.add((entry.path, at.st_ctime_ns, at.st_size, at.st_ino))
            elif depth <= MOST_DEPTH:
                folders.append((entry.path, depth + 1))
    return frozenset(found)


@dataclass(slots=True)
class _Reading:
    """One walk through a folder, collecting texts and faults."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)
    total: int = 0

    def texts(self) -> dict[str, str]:
        try:
            base = str(self.folder.resolve(strict=True))
            entries = sorted(self._walk(base, "", 1), key=lambda it: it[0].split("/"))
        except (OSError, RuntimeError) as error:
            self._fault("program.yaml", f"the folder {self.folder} cannot be read: {_said(error)}")
            return {}
        found = {}
        for name, is_link in entries:
            if name == STOPPED_FILE:
                self._fault(name, "the engine keeps this list: remove it; use `loyalty rules stop`")
                continue
            text = self._read(name, base, is_link=is_link)
            if self.total > MOST_BYTES_IN_ALL:
                self._fault(name, "the programme's files are larger than 64 MiB together")
                break
            if text is not None:
                found[name] = text
        return found

    def _walk(self, folder: str, within: str, depth: int) -> Iterator[tuple[str, bool]]:
        """The YAML and CSV files below `folder`, and whether each is a link.

        Links to folders are told and not followed.
        """
        with os.scandir(folder) as entries:
            there = [entry for entry in entries if not _is_passed_over(entry.name)]
        for entry in there:
            name, is_link = within + entry.name, entry.is_symlink()
            is_read = _ending(entry.name) in MOST_BYTES
            if is_link or not entry.is_dir(follow_symlinks=False):
                if is_read:
                    yield name, is_link
                elif is_link and Path(entry.path).is_dir():
                    self._fault(name, "a link to a folder; put the files here")
            elif is_read:
                self._fault(name, "a folder with the name of a file; rename it")
            elif depth == MOST_DEPTH:
                self._fault(name, f"more than {MOST_DEPTH} folders inside one another")
            else:
                try:
                    yield from self._walk(entry.path, f"{name}/", depth + 1)
                except OSError as error:
                    self._fault(name, f"cannot be read: {_said(error)}")

    def _read(self, name: str, base: str, *, is_link: bool) -> str | None:
        ending = _ending(name)
        most = MOST_BYTES[ending]
        try:
            content = _bounded_bytes(f"{base}/{name}", base, most, is_link=is_link)
        except (OSError, RuntimeError) as error:
            self._fault(name, f"cannot be read: {_said(error)}")
            return None
        self.total += len(content)
        if len(content) > most:
            self._fault(name, f"the file is larger than {most // 2**20} MiB; divide it")
            return None
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            before = content[: error.start]
            column = error.start - before.rfind(b"\n")
            line = before.count(b"\n") + 1
            if ending == ".csv":
                said = "this is not text in UTF-8; save it as 'CSV UTF-8'"
                self._fault(name, said, line)
            else:
                self._fault(name, "this is not text in UTF-8; save it as UTF-8", line, column)
            return None

    def _fault(self, name: str, text: str, line: int = 1, column: int = 1) -> None:
        shown = name if name.isprintable() else ascii(name)
        self.faults.append(Fault(Place(shown, line, column), text))


def _bounded_bytes(path: str, base: str, most: int, *, is_link: bool) -> bytes:
    """The content, one byte more than `most` at most. Raises OSError."""
    if is_link:
        real = Path(path).resolve(strict=True)
        if not real.is_relative_to(base):
            raise OSError("a link that leads out of the programme's folder")
        path = str(real)
    # Not waiting for a writer: a pipe by the name of a rule file must not hold up anybody.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a plain file")
        return file.read(most + 1)


def _is_passed_over(name: str) -> bool:
    """Hidden files, swap files, locks and backups of editors."""
    return name.startswith((".", "#", "~")) or name.endswith(("~", "#"))


def _ending(name: str) -> str:
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else ""


def _holds_yaml(folder: Path) -> bool:
    try:
        return any(
            path.suffix in YAML and not _is_passed_over(path.name) for path in folder.iterdir()
        )
    except OSError:
        # Named all the same: whoever reads it is told why it cannot be read.
        return True


def _said(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
