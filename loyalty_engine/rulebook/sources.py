"""The texts of a programme's folder: which of them say something, and a hash over all."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

SCENARIOS: Final = "scenarios/"


def rule_files(source: Mapping[str, str]) -> dict[str, str]:
    """Those of the files that say something about the programme: all but the scenarios."""
    return {
        name: text
        for name, text in source.items()
        if name.endswith((".yaml", ".yml", ".csv")) and not name.startswith(SCENARIOS)
    }


def hash_of(source: Mapping[str, str]) -> str:
    """`sha256:` and the hash over names and contents, whatever the order of the files.

    Each name and text is preceded by its length in bytes, so that no two sources look alike.
    """
    digest = sha256()
    for name, text in sorted(source.items()):
        for part in (name.encode(), text.encode()):
            digest.update(b"%d\n" % len(part))
            digest.update(part)
    return f"sha256:{digest.hexdigest()}"
