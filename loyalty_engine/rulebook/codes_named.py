"""Which vouchers the conditions of a rule ask for."""

from collections.abc import Iterable

from loyalty_engine.rulebook.dimensions import VOUCHER
from loyalty_engine.rulebook.needs import needs_together
from loyalty_engine.rulebook.nesting import Group
from loyalty_engine.rulebook.words import Condition


def codes_in(words: Iterable[Condition]) -> frozenset[str]:
    """The vouchers that conditions, or words within them, ask for; in lower case."""
    found: set[str] = set()
    for word in words:
        if isinstance(word, Group):
            found |= codes_in(word.parts)
        elif (need := needs_together((word,)).get(VOUCHER)) and not isinstance(need, int):
            found.update(code for code in need if isinstance(code, str))
    return frozenset(found)
