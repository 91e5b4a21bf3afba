"""Texts of rules checked for a caller, beside the service: one at a time, and never for long."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from threading import Lock

import msgspec

from loyalty_engine.api.check_process import NO_MEMORY
from loyalty_engine.api.errors import Fault, Refused
from loyalty_engine.config import Settings
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.stopped import STOPPED_FILE

SECONDS = 10
"""So long a check takes at most, and never more than half of a request's time."""

ENDINGS = (".yaml", ".yml", ".csv")
MOST_DEPTH = 8

_process = [sys.executable, "-m", "loyalty_engine.api.check_process"]
_one_at_a_time = Lock()
_encode = msgspec.json.Encoder().encode


def merged(rulebook: Rulebook, files: Mapping[str, str | None], *, whole: bool) -> dict[str, str]:
    """The files of the rulebook in force with these instead, or these alone. Raises Refused."""
    wrong = [
        Fault(said, f"/files/{name.replace('~', '~0').replace('/', '~1')}")
        for name in files
        if (said := _wrong_with(name))
    ]
    if wrong:
        raise Refused(422, "invalid_body", wrong[0].detail, wrong)
    source = {} if whole else dict(rulebook.source)
    for name, text in files.items():
        source.pop(name, None)
        if text is not None:
            source[name] = text
    return source


def _wrong_with(name: str) -> str | None:
    path = PurePosixPath(name)
    if path.suffix not in ENDINGS:
        return f"Rules are read from files that end in {', '.join(ENDINGS)}."
    if path.is_absolute() or str(path) != name or "\\" in name or len(path.parts) > MOST_DEPTH:
        return "Write the path within the programme's folder, as in earn/coffee.yaml."
    if any(part.startswith((".", "#", "~")) for part in path.parts):
        return "Hidden files and what editors leave are not read."
    if name == STOPPED_FILE:
        return "The engine keeps this list itself."
    return None


def check_texts(settings: Settings, name: str, source: Mapping[str, str], now: datetime) -> bytes:
    """What `loyalty rules check` would find, as JSON. Raises Refused where that takes too long."""
    seconds = max(1, min(SECONDS, settings.timeout // 2))
    asked = _encode(
        {
            "name": name,
            "source": source,
            "now": now,
            "plugins": str(settings.plugins),
            "plugins_off": sorted(settings.plugins_off),
            "seconds": seconds,
        }
    )
    if not _one_at_a_time.acquire(blocking=False):  # the other threads have tills to answer
        detail = "Another check is running; try again in a moment."
        raise Refused(429, "too_many_requests", detail, headers={"Retry-After": "1"})
    try:
        ran = subprocess.run(  # noqa: S603 - our own module, and no text from outside
            _process, input=asked, capture_output=True, timeout=seconds, check=False
        )
        ended = ran.returncode < 0 or ran.returncode == NO_MEMORY
    except subprocess.TimeoutExpired:
        ended = True
    finally:
        _one_at_a_time.release()
    if ended:
        detail = f"The check took longer than {seconds} seconds, or more memory than there is."
        raise Refused(422, "check_too_long", detail)
    if ran.returncode:
        raise RuntimeError("the process that checks rules has failed")
    return ran.stdout
