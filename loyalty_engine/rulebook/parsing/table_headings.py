"""The first row of a table: what each column fills in.

A heading is a key of a rule, followed where the key holds more by what of it: a word and its
argument, a language, a part of a limit.
"""

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final, get_args, get_origin

from loyalty_engine.rulebook.arguments import Milli, Minor, Percent
from loyalty_engine.rulebook.faults import Findings, nearest, shown
from loyalty_engine.rulebook.parsing.csv_rows import Row
from loyalty_engine.rulebook.parsing.parse_limits import LIMIT_KEYS
from loyalty_engine.rulebook.parsing.parse_rule import RULE_KEYS
from loyalty_engine.rulebook.parsing.parse_words import Section, Vocabulary
from loyalty_engine.rulebook.parsing.plain_values import Misread
from loyalty_engine.rulebook.parsing.reading import Names
from loyalty_engine.rulebook.parsing.table_columns import LISTS, Column, Group, Layout
from loyalty_engine.rulebook.shapes import Shape, shape_of

ID: Final = "id"
NOTE: Final = "note"
HEADINGS: Final = (ID, NOTE, *RULE_KEYS[1:])
LISTED: Final = ("not_with",)


def read_layout(
    head: Row, vocabulary: Vocabulary, names: Names, findings: Findings, *, decimal_comma: bool
) -> Layout | None:
    """What the headings say, or None when anything is wrong with one of them.

    With `decimal_comma` numbers may be written as 2,50.
    """
    reading = _Headings(vocabulary, names, decimal_comma=decimal_comma)
    before = len(findings.faults)
    for index, cell in enumerate(head.cells):
        try:
            reading.read(index, " ".join(cell.split()))
        except Misread as misread:
            findings.add(head.number, index + 1, misread.text, misread.suggestion)
    return reading.layout(findings) if len(findings.faults) == before else None


class _Headings:
    """Reads the headings from left to right; all methods raise Misread."""

    def __init__(self, vocabulary: Vocabulary, names: Names, *, decimal_comma: bool) -> None:
        self._sections: dict[str, Section[Any]] = {
            it.key: it for it in (vocabulary.when, vocabulary.on, vocabulary.then)
        }
        self._languages = names.languages
        self._decimal_comma = decimal_comma
        self._id: Column | None = None
        self._scalars: dict[str, Column] = {}
        self._titles: list[Column] = []
        self._groups: dict[str, dict[tuple[str, bool], Group]] = {key: {} for key in LISTS}
        self._seen: dict[tuple[str | bool, ...], int] = {}

    def layout(self, findings: Findings) -> Layout:
        for key, section in self._sections.items():
            for group in self._groups[key].values():
                _shorten(group, _shape(section.words[group.name]))
        groups = {key: tuple(groups.values()) for key, groups in self._groups.items()}
        return Layout(self._id, self._scalars, tuple(self._titles), groups, findings)

    def read(self, index: int, heading: str) -> None:
        key, _, rest = heading.partition(" ")
        if not heading:
            raise Misread("a heading is missing")
        if key == NOTE:
            return
        if key in self._sections:
            self._word(index, self._sections[key], rest)
        elif key == "limits":
            self._limit(index, rest)
        elif key == "title":
            self._title(index, rest)
        elif heading == ID:
            self._id = self._column(index, ID)
        elif heading in HEADINGS:
            column = self._column(index, heading)
            self._scalars[heading] = replace(column, several=heading in LISTED)
        else:
            said = f"no heading {shown(heading)}; a column fills in {', '.join(HEADINGS)}"
            under = next((it for it, of in self._sections.items() if key in of.words), None)
            meant = f"{under} {heading}" if under else ID if key == "rule" else None
            raise Misread(said, meant or nearest(key, HEADINGS))

    def _word(self, index: int, section: Section[Any], rest: str) -> None:
        none = rest.startswith("none ") and bool(section.groups)
        word, _, argument = rest.removeprefix("none " if none else "").partition(" ")
        if word not in section.words:
            raise _no_word(word, section)
        shape = _shape(section.words[word])
        group = Group(word, none, bare=not shape.arguments)
        column = self._argument(index, section.key, group, shape, argument)
        self._groups[section.key].setdefault((word, none), group).columns.append(column)

    def _argument(
        self, index: int, section: str, group: Group, shape: Shape, argument: str
    ) -> Column:
        """The column of an argument, of the only one where none is named."""
        seen = (section, group.name, group.none)
        if shape.direct is not None and not argument:
            argument = shape.direct.key
        elif not argument and shape.arguments:
            listed = ", ".join(f"'{section} {group.name} {key}'" for key in shape.arguments)
            raise Misread(f"{group.name} takes several values; write a column for each: {listed}")
        if argument in shape.arguments:
            several, number = _kind(shape.arguments[argument].hint)
            column = self._column(index, *seen, argument)
            decimal_comma = number and self._decimal_comma
            return replace(column, argument=argument, several=several, decimal_comma=decimal_comma)
        if shape.direct is not None and shape.direct.parser.of_mapping:
            return replace(self._column(index, *seen, argument), argument=self._language(argument))
        if argument:
            listed = ", ".join(shape.arguments) or "none"
            said = f"{group.name} has no argument {shown(argument)}, only {listed}"
            raise Misread(said, nearest(argument, shape.arguments))
        return self._column(index, *seen)

    def _limit(self, index: int, part: str) -> None:
        if part not in LIMIT_KEYS:
            said = f"'limits' needs one of {', '.join(LIMIT_KEYS)}, as in 'limits points'"
            raise Misread(said, nearest(part, LIMIT_KEYS))
        column = replace(self._column(index, "limits", part), argument=part)
        if part == "money":
            column = replace(column, decimal_comma=self._decimal_comma)
        group = Group("", none=False, bare=False)
        self._groups["limits"].setdefault(("", False), group).columns.append(column)

    def _title(self, index: int, language: str) -> None:
        if not language and self._languages:
            language = self._languages[0]
        column = self._column(index, "title", language)
        self._titles.append(replace(column, argument=self._language(language)))

    def _language(self, text: str) -> str:
        if text in self._languages:
            return text
        raise Misread(f"no language {shown(text)}", nearest(text, self._languages))

    def _column(self, index: int, *meaning: str | bool) -> Column:
        """The column, unless another one fills in the same."""
        other = self._seen.setdefault(meaning, index)
        if other != index:
            raise Misread(f"column {other + 1} fills in the same")
        return Column(index)


def _no_word(word: str, section: Section[Any]) -> Misread:
    known: Collection[str] = section.words
    if not word:
        return Misread(
            f"'{section.key}' needs a word, as in '{section.key} {next(iter(known), '')}'"
        )
    under = section.elsewhere.get(word)
    if under is not None and under != section.key:
        return Misread(f"'{word}' stands under '{under}', not under '{section.key}'")
    return Misread(f"no word {shown(word)} can stand under '{section.key}'", nearest(word, known))


def _shape(kind: Any) -> Shape:
    return shape_of(kind)


def _shorten(group: Group, shape: Shape) -> None:
    """Let the only value of a word stand without its name."""
    if shape.direct is not None and [it.argument for it in group.columns] == [shape.direct.key]:
        group.columns[0] = replace(group.columns[0], argument=None)


def _kind(hint: Any) -> tuple[bool, bool]:
    """Whether a type is a list, and whether it is a number with decimals."""
    several = False
    while get_args(hint):
        several = several or get_origin(hint) is tuple
        hint = next(it for it in get_args(hint) if it is not type(None))
    return several, hint in {Minor, Milli, Percent, Fraction}
