"""Values of attributes against the texts of a rule file."""

from collections.abc import Hashable, Iterable

from loyalty_engine.domain.program import Attribute
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


def meant(texts: Iterable[str]) -> set[Hashable]:
    """The values that are written as one of `texts`, as `comparable` makes them."""
    values: set[Hashable] = set(texts)
    lower = {text.lower() for text in texts}
    return values | ({True} if lower & YES else set()) | ({False} if lower & NO else set())


def cannot_be(attribute: Attribute, texts: Iterable[str]) -> str | None:
    """Why a declared attribute never has one of `texts` as its value, if so."""
    for text in texts:
        if attribute.one_of and text not in attribute.one_of:
            return f"'{attribute.name}' is never '{text}', only {', '.join(attribute.one_of)}"
        if attribute.type == "boolean" and text.lower() not in YES | NO:
            return f"'{attribute.name}' is yes or no, never '{text}'"
        if attribute.type == "integer" and not text.removeprefix("-").isdecimal():
            return f"'{attribute.name}' is a whole number, never '{text}'"
    return None
