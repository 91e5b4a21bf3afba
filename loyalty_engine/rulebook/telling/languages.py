"""The languages in which sentences can be read, and the choice of one of several texts."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from loyalty_engine.rulebook.telling.catalogue_en import ENGLISH
from loyalty_engine.rulebook.telling.catalogue_fr import FRENCH
from loyalty_engine.rulebook.telling.wording import Language

LANGUAGES: Mapping[str, Language] = MappingProxyType({it.tag: it for it in (ENGLISH, FRENCH)})
"""The languages sentences can be written in; any other reads English."""


def language_of(tag: str) -> Language:
    """The language whose sentences a BCP 47 tag reads."""
    return LANGUAGES.get(tag) or LANGUAGES.get(tag.partition("-")[0].lower()) or ENGLISH


def in_language(texts: Mapping[str, str], tag: str, order: Iterable[str]) -> str:
    """One of several texts: in the language asked for, or the programme's first that there is.

    Nothing where there is none.
    """
    for each in (tag, tag.partition("-")[0], *order, *sorted(texts)):
        if each in texts:
            return texts[each]
    return ""
