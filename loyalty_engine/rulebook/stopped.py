"""Rules that somebody has stopped: a list among a rulebook's files, so that it decides and replays.

The engine writes the list; in a programme's own folder its name is refused. A name of which there
is no rule stays on the list: a rule whose file is away for a moment comes back stopped.
"""

from collections.abc import Iterable, Mapping
from typing import Final

STOPPED_FILE: Final = "stopped.yaml"
_HEAD: Final = "# Kept by `loyalty rules stop` and `loyalty rules start`.\nstopped:\n"
_ITEM: Final = "  - "


def stopped_in(source: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of the rules that these files stop, sorted."""
    lines = source.get(STOPPED_FILE, "").splitlines()
    return tuple(sorted({line.removeprefix(_ITEM) for line in lines if line.startswith(_ITEM)}))


def with_stopped(source: Mapping[str, str], rules: Iterable[str]) -> dict[str, str]:
    """The same files, stopping just these rules; without any there is no list."""
    files = without_stopped(source)
    if names := sorted(set(rules)):
        files[STOPPED_FILE] = _HEAD + "".join(f"{_ITEM}{name}\n" for name in names)
    return files


def without_stopped(source: Mapping[str, str]) -> dict[str, str]:
    """The files that people write."""
    return {name: text for name, text in source.items() if name != STOPPED_FILE}
