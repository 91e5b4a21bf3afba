"""What plugins hand back, checked like any foreign input before it goes further."""

import re
from collections.abc import Mapping
from itertools import islice

from loyalty_engine.domain.purchase import Scalar
from loyalty_engine.hookspecs import Refusal

MOST_FACTS = 100
LONGEST_TEXT = 500
LARGEST_NUMBER = 2**63 - 1
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


class Nonsense(Exception):
    """A plugin has handed back what its hook does not allow; the text does not quote it."""


def checked_facts(given: object) -> dict[str, Scalar]:
    """A plain copy of a plugin's facts. Raises `Nonsense`, or what reading them raises."""
    if not isinstance(given, Mapping):
        raise Nonsense(f"gives {_kind(given)} instead of a mapping of facts")
    facts = {}
    for name, value in islice(given.items(), MOST_FACTS + 1):
        if type(name) is not str or _NAME.fullmatch(name) is None:
            raise Nonsense("names a fact otherwise than in lower-case letters, digits and _")
        facts[name] = _scalar(name, value)
    if len(facts) > MOST_FACTS:
        raise Nonsense(f"gives more than {MOST_FACTS} facts")
    return facts


def checked_refusal(given: object) -> str | None:
    """The reason a guard refuses for, None where it lets pass. Raises `Nonsense`."""
    if given is None:
        return None
    if not isinstance(given, Refusal):
        raise Nonsense(f"gives {_kind(given)} instead of a Refusal or None")
    return checked_reason(given.reason)


def checked_reason(reason: object) -> str:
    """A refusal's reason as it may be shown. Raises `Nonsense`."""
    if type(reason) is not str or not reason.strip() or not _printable(reason):
        raise Nonsense("refuses without a reason that can be shown")
    return reason


def _scalar(name: str, value: object) -> Scalar:
    if type(value) is bool:
        return value
    if type(value) is int and abs(value) <= LARGEST_NUMBER:
        return value
    if type(value) is str and _printable(value):
        return value
    if type(value) is int or type(value) is str:
        raise Nonsense(f"gives a {_kind(value)} for {name} that is too long or cannot be stored")
    raise Nonsense(f"gives {_kind(value)} for {name} instead of a str, int or bool")


def _printable(text: str) -> bool:
    return len(text) <= LONGEST_TEXT and (not text or text.isprintable())


def _kind(value: object) -> str:
    return type(value).__name__[:40]
