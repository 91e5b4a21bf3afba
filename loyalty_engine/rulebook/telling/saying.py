"""One word as a sentence: its template with every place filled, in one language.

A template is plain text with places to fill and parts that may fall away:

`{amount}`              the field, as its type and the language write it
`{days:day|days}`       the field with what it counts: 1 day, 5 days
`{points:unit}`         the field with the unit of points that another field names
`{parts:and}`           words or values in a list, joined by that; other lists are joined by or
`[ before {x}]`         left out while every field in it has its default
`{carry?}`              writes nothing, decides only whether its part stays

Only names of fields can stand in a place; a template cannot reach into anything.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, get_args, get_origin

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import LineKind
from loyalty_engine.rulebook.arguments import (
    AttributeName,
    EventName,
    Milli,
    Minor,
    Percent,
    SegmentName,
    Text,
    TierName,
    TouchpointName,
    UnitName,
    VoucherName,
    Weekday,
)
from loyalty_engine.rulebook.dated import Dated, Stretch
from loyalty_engine.rulebook.recurrence import Recurrence
from loyalty_engine.rulebook.telling.catalogue_en import ENGLISH
from loyalty_engine.rulebook.telling.languages import in_language, language_of
from loyalty_engine.rulebook.telling.recurrence_in_words import recurrence_in_words
from loyalty_engine.rulebook.telling.wording import Language
from loyalty_engine.rulebook.word_fields import defaults_of, types_of
from loyalty_engine.rulebook.words import Word

JOINS = frozenset(ENGLISH.conjunctions)
"""What can join the items of a list, in the place of a field's name."""

PLACE = re.compile(r"\{(?P<name>\w+)(?P<asks>\?)?(?::(?P<one>[^{}|]+)(?:\|(?P<many>[^{}|]+))?)?\}")
PART = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class _Filler:
    """What fills the places of one word's templates."""

    word: Word
    language: Language
    program: Program

    def fill(self, template: str) -> str:
        whole = PART.sub(lambda part: part[1] if self.said(part[1]) else "", template)
        return PLACE.sub(self.place, whole)

    def said(self, part: str) -> bool:
        """Whether any field of an optional part was given."""
        defaults = defaults_of(type(self.word))
        return any(
            getattr(self.word, name) != defaults.get(name, MISSING)
            for name in (place["name"] for place in PLACE.finditer(part))
        )

    def place(self, place: re.Match[str]) -> str:
        name, one, many = place["name"], place["one"], place["many"]
        if place["asks"]:
            return ""
        value = getattr(self.word, name)
        if one in self.language.conjunctions:
            return self.language.join(self.each(value, types_of(type(self.word))[name]), one)
        text = self.text(value, types_of(type(self.word))[name])
        if one is None:
            return text
        if many is None:
            return f"{text} {self.language.unit(getattr(self.word, one), value)}"
        return f"{text} {many if self.language.is_plural(value) else one}"

    def each(self, values: Iterable[Any], kind: Any) -> list[str]:
        """The items of a list, words as their sentences."""
        return [
            say(it, self.language, self.program)
            if isinstance(it, Word)
            else self.text(it, get_args(kind)[0])
            for it in values
        ]

    def text(self, value: Any, kind: Any) -> str:
        """A value as its declared type and the language write it."""
        language = self.language
        if write := _WRITERS.get(kind):
            return write(self, value)
        if get_origin(kind) is tuple:
            item = get_args(kind)[0]
            return language.join([self.text(each, item) for each in value], "or")
        if isinstance(value, bool):
            return language.yes if value else language.no
        if isinstance(value, int | Fraction):
            return language.number(value)
        if isinstance(value, datetime):
            return f"{language.day(value)} {language.clock(value.time())}"
        if isinstance(value, date):
            return language.day(value)
        return language.clock(value) if isinstance(value, time) else str(value)

    def tier(self, name: str) -> str:
        titles = next((it.titles for it in self.program.tiers.tiers if it.name == name), {})
        return self._titled(titles, name)

    def event(self, name: str) -> str:
        kind = self.program.events.get(name)
        return self._titled(kind.title if kind else {}, name)

    def segment(self, name: str) -> str:
        return self._titled(self.program.segments.get(name, {}), name)

    def voucher(self, name: str) -> str:
        return self._titled(self.program.vouchers.get(name, {}), name)

    def _titled(self, titles: Mapping[str, str], name: str) -> str:
        if not titles:
            return name.replace("_", " ")
        return in_language(titles, self.language.tag, self.program.languages)

    def message(self, value: str) -> str:
        texts: Mapping[str, str] = json.loads(value)
        return in_language(texts, self.language.tag, self.program.languages)


_WRITERS: Mapping[Any, Callable[[_Filler, Any], str]] = {
    Minor: lambda it, value: it.language.money(value, it.program.currency),
    Milli: lambda it, value: it.language.quantity(value),
    Percent: lambda it, value: it.language.share(value),
    Weekday: lambda it, value: it.language.weekdays[value],
    TierName: lambda it, value: it.tier(value),
    UnitName: lambda it, value: it.language.unit(value),
    AttributeName: lambda _, value: value.replace("_", " "),
    TouchpointName: lambda _, value: value.replace("_", " "),
    EventName: lambda it, value: it.event(value),
    SegmentName: lambda it, value: it.segment(value),
    VoucherName: lambda it, value: it.voucher(value),
    LineKind: lambda it, value: it.language.phrases[f"kind {value}"],
    Text: lambda it, value: it.message(value),
    Recurrence: lambda it, value: recurrence_in_words(value, it.language),
    timedelta: lambda it, value: it.language.duration(int(value.total_seconds())),
}


_WORDLESS: Any = None
"""Values are written without looking at the word they belong to."""


def value_in_words(value: Any, kind: Any, language: str, program: Program) -> str:
    """A value of an argument's type as sentences write it."""
    return _Filler(_WORDLESS, language_of(language), program).text(value, kind)


def say(word: Word, language: Language, program: Program) -> str:
    """The word with its arguments in words of a language, or of English where it has none."""
    if isinstance(word, Dated):
        return language.join([_say_dated(it, language, program) for it in word.stretches], "and")
    template = template_of(type(word), language)
    if template is None:
        language, template = ENGLISH, word.says
    return _Filler(word, language, program).fill(template)


def _say_dated(it: Stretch[Word], language: Language, program: Program) -> str:
    key = "dated.on" if it.last is None else "dated"
    said = say(it.word, language, program)
    days = [language.day(day) for day in (it.first, it.last) if day is not None]
    return language.phrases[key].format(said, *days)


def template_of(word: type[Word], language: Language) -> str | None:
    """The template of a word's sentence; None where the language has none."""
    if language is ENGLISH:
        return word.says
    return word.says_in.get(language.tag) or language.templates.get(word.says)
