"""Characters that have no business in text people write, and where they stand."""

import re
from typing import Final

STRANGE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd"
    "\U00010000-\U0010ffff]"
)
"""Controls, halves of characters, line ends that editors do not count, and marks that show text in
another order than it is read."""

# What Python counts as printable and nobody can see: fillers, joiners, variation selectors, the
# blank braille cell; and the sign that some software puts where it could not read a character.
INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffd"
    "\U000e0100-\U000e01ef]"
)


def place_of(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a character."""
    begin = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    return len(text[:begin].splitlines()) + 1, offset - begin + 1


def named(character: str) -> str:
    """What faults call a character that cannot be shown."""
    return f"U+{ord(character):04X}"
