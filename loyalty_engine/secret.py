"""The service's secret: from the settings, or kept beside an embedded database."""

import os
import secrets
from pathlib import Path

FILE = "secret"


def service_secret(told: str, home: Path, *, embedded: bool) -> bytes:
    """What codes and digests are keyed with; empty where none is set and several may need one.

    An embedded database belongs to one machine, so its secret can be made there once.
    """
    if told:
        return told.encode()
    if not embedded:
        return b""
    path = home / FILE
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return _made(path)


def _made(path: Path) -> bytes:
    """A fresh secret in a file that only its owner can read; somebody else's who was faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{FILE}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_bytes()
