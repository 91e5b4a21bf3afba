"""Values of attributes against the texts of a rule file."""

from collections.abc import Iterable

from loyalty_engine.domain.purchase import Scalar

YES = frozenset({"true", "yes"})
NO = frozenset({"false", "no"})


def is_one_of(value: Scalar | None, texts: Iterable[str]) -> bool:
    """Whether a value is written as one of `texts`: a truth as yes, no, true or false.

    Numbers and texts are compared exactly as they stand: 1.50 is not 1.5. An attribute that the
    member or line does not have is none of them.
    """
    if value is None:
        return False
    if isinstance(value, bool):
        words = YES if value else NO
        return any(text.lower() in words for text in texts)
    return str(value) in texts
