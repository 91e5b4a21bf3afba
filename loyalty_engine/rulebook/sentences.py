"""Words and rules as sentences, in each language: what a receipt and a marketer read.

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
from datetime import date, datetime, time
from fractions import Fraction
from types import MappingProxyType
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
    Weekday,
)
from loyalty_engine.rulebook.catalogue_en import ENGLISH
from loyalty_engine.rulebook.catalogue_fr import FRENCH
from loyalty_engine.rulebook.dated import Dated, Stretch
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.word_fields import defaults_of, types_of
from loyalty_engine.rulebook.wording import Language
from loyalty_engine.rulebook.words import Near, Word

LANGUAGES: Mapping[str, Language] = MappingProxyType({it.tag: it for it in (ENGLISH, FRENCH)})
"""The languages sentences can be written in; any other reads English."""

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
            _say(it, self.language, self.program)
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
    LineKind: lambda it, value: it.language.phrases[f"kind {value}"],
    Text: lambda it, value: it.message(value),
}


_WORDLESS: Any = None
"""Values are written without looking at the word they belong to."""


def sentence(word: Word, language: str, program: Program) -> str:
    """The word with its arguments in words; `language` is a BCP 47 tag, `program` writes money."""
    return _say(word, language_of(language), program)


def missing(word: Word, language: str, program: Program, near: Near | None = None) -> str:
    """What would have to be so for a condition to hold or a selector to find a line.

    `near` says how far a condition is from it: £3.20 more.
    """
    said = _say(word, language_of(language), program)
    return said if near is None else f"{said} ({distance(near, language, program)})"


def distance(near: Near, language: str, program: Program) -> str:
    """How far a condition is from holding, in words: £3.20 more, in 2 hours."""
    spoken = language_of(language)
    return spoken.phrases[near.what].format(amount_short(near, language, program))


def amount_short(near: Near, language: str, program: Program) -> str:
    """What is short of a condition: an amount, a quantity, a time, the name of a tier."""
    spoken, much = language_of(language), near.short_by
    if near.what == "minor":
        return spoken.money(much, program.currency)
    if near.what == "milli":
        return spoken.quantity(much)
    if near.what == "tier":
        return value_in_words(near.towards[0], TierName, language, program)
    return spoken.duration(much) if near.what == "seconds" else spoken.counted(much, near.what)


def value_in_words(value: Any, kind: Any, language: str, program: Program) -> str:
    """A value of an argument's type as sentences write it."""
    return _Filler(_WORDLESS, language_of(language), program).text(value, kind)


def rule_sentence(rule: Rule, language: str, program: Program) -> str:
    """A whole rule read aloud: its title, when it applies, on which lines, what it does."""
    spoken = language_of(language)
    parts = [
        spoken.phrases[key].format(
            spoken.join([_say(word, spoken, program) for word in words], "and")
        )
        for key, words in (("when", rule.when), ("on", rule.on))
        if words
    ]
    parts.append(spoken.join([_say(word, spoken, program) for word in rule.then], "and"))
    return spoken.phrases["rule"].format(rule_title(rule, language, program), ", ".join(parts))


def rule_title(rule: Rule, language: str, program: Program) -> str:
    """The rule's title in a language, or its id in words where it has none."""
    if not rule.title:
        return rule.id.replace("-", " ").capitalize()
    return in_language(rule.title, language, program.languages)


def untranslated(words: Iterable[type[Word]], language: str) -> list[str]:
    """The words that have no sentence in a language."""
    spoken = LANGUAGES[language]
    return [it.word for it in words if _template(it, spoken) is None]


def _say(word: Word, language: Language, program: Program) -> str:
    if isinstance(word, Dated):
        return language.join([_say_dated(it, language, program) for it in word.stretches], "and")
    template = _template(type(word), language)
    if template is None:
        language, template = ENGLISH, word.says
    return _Filler(word, language, program).fill(template)


def _say_dated(it: Stretch[Word], language: Language, program: Program) -> str:
    key = "dated.on" if it.last is None else "dated"
    said = _say(it.word, language, program)
    days = [language.day(day) for day in (it.first, it.last) if day is not None]
    return language.phrases[key].format(said, *days)


def _template(word: type[Word], language: Language) -> str | None:
    if language is ENGLISH:
        return word.says
    return word.says_in.get(language.tag) or language.templates.get(word.says)


def language_of(tag: str) -> Language:
    """The language whose sentences a BCP 47 tag reads."""
    return LANGUAGES.get(tag) or LANGUAGES.get(tag.partition("-")[0].lower()) or ENGLISH


def in_language(texts: Mapping[str, str], tag: str, order: Iterable[str]) -> str:
    """One of several texts: in the language asked for, or the programme's first that there is."""
    for each in (tag, tag.partition("-")[0], *order, *sorted(texts)):
        if each in texts:
            return texts[each]
    raise AssertionError("a text in no language")
