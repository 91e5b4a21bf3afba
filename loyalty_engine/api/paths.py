"""Ids in paths, also those that hold a slash."""

from typing import Any
from urllib.parse import unquote_to_bytes

from werkzeug.routing import BaseConverter, PathConverter

from loyalty_engine.api.errors import Fault, Refused
from loyalty_engine.api.values import read_id, read_key

# WSGI hands the path over unquoted, so that the id `a/b`, sent as `a%2Fb`, would look like two
# steps. Until routing is done its slash is a character that no id may hold.
_SLASH = "\ue000"
_SLASH_BYTES = _SLASH.encode()


class IdConverter(BaseConverter):
    """A step of a path that is an id."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value.replace(_SLASH, "/")


class KeyConverter(PathConverter):
    """The rest of a path, which is an Idempotency-Key."""

    def to_python(self, value: str) -> str:
        return value.replace(_SLASH, "/")


def keep_slashes(environ: dict[str, Any]) -> None:
    """Where the path that was sent holds a quoted slash, keep it apart from the real ones."""
    raw: str = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    if "%2" not in raw:
        return
    path, mounted = raw.partition("?")[0], environ.get("SCRIPT_NAME", "")
    if not path.startswith(f"{mounted}/"):  # an absolute address, as a proxy is sent one
        return
    path = path.removeprefix(mounted)
    steps = [unquote_to_bytes(step).replace(b"/", _SLASH_BYTES) for step in path.split("/")]
    environ["PATH_INFO"] = b"/".join(steps).decode("latin-1")


def read_path(ids: dict[str, str]) -> list[str]:
    """The ids of a path in their canonical form and in its order. Raises Refused."""
    known = []
    for name, text in ids.items():
        try:
            known.append(read_key(text) if name == "key" else read_id(text))
        except ValueError as fault:
            detail = f"The {name} in the path: {fault}"
            raise Refused(422, "invalid_path", detail, [Fault(detail, parameter=name)]) from None
    return known
