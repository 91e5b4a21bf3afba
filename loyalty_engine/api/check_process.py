"""Looks at texts of rules in a process of its own, which may be ended when it takes too long.

One JSON object on standard input, one on standard output. The service's own threads never wait
for the interpreter while somebody's rules are read, however large or strange they are.
"""

import resource
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from loyalty_engine.plugin_loader import load_plugins
from loyalty_engine.rulebook.findings import Level
from loyalty_engine.scenarios.looking import look_at_texts

MOST_FINDINGS = 1000
MOST_MEMORY = 2 * 1024**3
"""Bytes; no rulebook that is allowed comes near."""

NO_MEMORY = 3
"""The exit code where that was not enough all the same."""


class Asked(msgspec.Struct):
    """What is to be looked at; `seconds` is the time that may be worked at most."""

    name: str
    source: dict[str, str]
    now: datetime
    plugins: str
    plugins_off: list[str]
    seconds: int


def look(asked: Asked) -> dict[str, Any]:
    """All that can be said of the texts."""
    plugins = load_plugins(Path(asked.plugins), frozenset(asked.plugins_off))
    try:
        looked = look_at_texts(asked.name, asked.source, plugins.words, asked.now)
    finally:
        plugins.close()
    return {
        "clean": not any(it.level is Level.ERROR for it in looked.findings),
        "rulebook": looked.rulebook and looked.rulebook.hash,
        "rules": looked.rulebook and len(looked.rulebook.rules),
        "scenarios": looked.scenarios,
        "findings": [
            {
                "level": it.level,
                "check": it.check,
                "file": it.place.file,
                "line": it.place.line,
                "column": it.place.column,
                "text": it.text,
                "suggestion": it.suggestion,
            }
            for it in looked.findings[:MOST_FINDINGS]
        ],
        "more": max(0, len(looked.findings) - MOST_FINDINGS),
    }


def main() -> None:
    """Answer once."""
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Asked)
    for what, most in (
        (resource.RLIMIT_CPU, asked.seconds),
        (resource.RLIMIT_AS, MOST_MEMORY),
    ):
        with suppress(ValueError, OSError):  # an operator's own limit may be lower
            resource.setrlimit(what, (most, most))
    try:
        told = msgspec.json.encode(look(asked))
    except MemoryError:
        sys.exit(NO_MEMORY)
    sys.stdout.buffer.write(told)


if __name__ == "__main__":
    main()
