"""Where a plugin's code is, how it is brought in, and which of its lines is to blame."""

import hashlib
import sys
import traceback
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

GROUP = "loyalty_engine.plugins"
"""The entry-point group of plugins that come as Python packages."""


class ChangedOnDisk(Exception):
    """The plugin's files are no longer those that this engine was started with."""


@dataclass(frozen=True, slots=True)
class Source:
    """A plugin's code: a file or folder at `path`, or the entry point `target` of a package.

    `digest` is over the files of a path, so that a process started later runs the same code.
    """

    name: str
    path: str = ""
    target: str = ""
    digest: str = ""

    @property
    def place(self) -> str:
        """What a person is told: the file, or the entry point."""
        return self.path or f"entry point {self.name} = {self.target}"


def source_at(name: str, path: Path) -> Source:
    """The plugin in a file, or in a folder with `__init__.py`."""
    return Source(name, path=str(path), digest=_digest(path))


def bring_in(source: Source) -> Any:
    """Import the plugin. Raises what its code raises, or `ChangedOnDisk`."""
    if not source.path:
        return EntryPoint(source.name, source.target, GROUP).load()
    path = Path(source.path)
    if _digest(path) != source.digest:
        raise ChangedOnDisk("its files have changed since the start; restart the engine")
    start = path / "__init__.py" if path.is_dir() else path
    inside = [str(path)] if path.is_dir() else None
    name = f"loyalty_plugin_{source.name}"
    spec = spec_from_file_location(name, start, submodule_search_locations=inside)
    assert spec is not None and spec.loader is not None, "a path that ends in .py has a loader"
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _digest(path: Path) -> str:
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    digest = hashlib.sha256()
    for file in files:
        text = file.read_bytes()
        digest.update(f"{file.relative_to(path.parent)} {len(text)}\n".encode())
        digest.update(text)
    return digest.hexdigest()


def blame(error: BaseException) -> str:
    """The kind of error and the last line it passed: `ValueError at weather.py:12`.

    Never its text, which may quote somebody's purchase.
    """
    frames = traceback.extract_tb(error.__traceback__)
    kind = type(error).__name__
    return f"{kind} at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else kind
