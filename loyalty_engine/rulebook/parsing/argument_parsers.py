"""From the type of a word's field to what reads it: raw nodes to values, faults to the reader."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from loyalty_engine.rulebook import arguments
from loyalty_engine.rulebook.faults import nearest, shown
from loyalty_engine.rulebook.parsing.plain_values import (
    Misread,
    read_date,
    read_fraction,
    read_integer,
    read_scaled,
    read_time,
    read_truth,
)
from loyalty_engine.rulebook.parsing.reading import (
    MISREAD,
    Missing,
    Names,
    Reader,
    all_read,
    one_of,
)
from loyalty_engine.rulebook.parsing.yaml_nodes import (
    BrokenNode,
    ListNode,
    MapNode,
    Node,
    ScalarNode,
)

LONGEST_TEXT = 200
LONGEST_SENTENCE = 1000
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WHOLE_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_OPENING, _CLOSING = frozenset("“”„«‘‚"), frozenset("“”»’‘")
"""What word processors make of quotation marks."""

ReadPlain = Callable[[str], Any]
ReadNamed = Callable[[str, Names], Any]


@dataclass(frozen=True, slots=True)
class Parser:
    """Reads a node to a value or MISREAD. `of_mapping`: a mapping is a value and not arguments.

    `check_name` is set for names that the programme declares: it raises Misread for others.
    """

    read: Callable[[Node, Reader], Any]
    of_mapping: bool = False
    check_name: ReadNamed | None = None


@cache
def parser_for(hint: Any) -> Parser:
    """What reads a field of this type. Raises TypeError for a type that no rule file can hold."""
    if hint in _PLAIN:
        return Parser(_plain(_PLAIN[hint]))
    if hint is arguments.Minor:
        return Parser(_named(_minor))
    if hint in _NAMES:
        return Parser(_named(_NAMES[hint]), check_name=_NAMES[hint])
    if hint is arguments.Text:
        return Parser(_read_text, of_mapping=True)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Parser(_plain(_choice(hint)))
    inner = [each for each in get_args(hint) if each not in {NoneType, ...}]
    if len(inner) == 1 and get_origin(hint) in {Union, UnionType}:
        return parser_for(inner[0])
    if len(inner) == 1 and get_origin(hint) is tuple and get_args(hint)[1:] == (...,):
        return Parser(_several(parser_for(inner[0])))
    raise TypeError(f"no rule file can hold a {hint}; loyalty_engine.rulebook.arguments lists what")


def read_sentence(node: Node, reader: Reader) -> dict[str, str] | Missing:
    """A sentence for members by language: one text, or a mapping with one for each language."""
    languages = reader.names.languages
    if not isinstance(node, MapNode):
        text = reader.value(node, _sentence)
        return MISREAD if text is MISREAD else {languages[0] if languages else "": text}
    if cut := [key for key, value in node.entries if _is_rest(key, value, languages)]:
        said = f'"…, {cut[0].text}"'
        reader.fault(cut[0], f"in braces a comma ends a text; write it in quotation marks: {said}")
        return MISREAD
    reader.entries(node, "a text by language", languages or None, languages[:1])
    found = {lang.text: reader.value(value, _sentence) for lang, value in node.entries}
    texts = {lang: text for lang, text in found.items() if text is not MISREAD}
    return texts if len(texts) == len(found) else MISREAD


def _is_rest(key: ScalarNode, value: Node, languages: Sequence[str]) -> bool:
    """Whether it looks like what follows a comma in a text: {en: Now, the sale}."""
    empty = isinstance(value, ScalarNode) and value.is_empty
    return empty and bool(languages) and key.text not in languages


def _read_text(node: Node, reader: Reader) -> str | Missing:
    texts = read_sentence(node, reader)
    if texts is MISREAD:
        return MISREAD
    return json.dumps(texts, ensure_ascii=False, sort_keys=True)


def _plain(read: ReadPlain) -> Callable[[Node, Reader], Any]:
    return lambda node, reader: reader.value(node, read)


def _named(read: ReadNamed) -> Callable[[Node, Reader], Any]:
    def read_node(node: Node, reader: Reader) -> Any:
        return reader.value(node, lambda text: read(text, reader.names))

    return read_node


def _several(item: Parser) -> Callable[[Node, Reader], Any]:
    def read_list(node: Node, reader: Reader) -> tuple[Any, ...] | Missing:
        if isinstance(node, BrokenNode):
            return MISREAD
        if isinstance(node, ScalarNode) and not node.quoted and ", " in node.text:
            said = "is one text; several are a list, and a comma within one needs quotation marks"
            reader.fault(node, f"{shown(node.text)} {said}", f"[{node.text}]")
            return MISREAD
        nodes = node.items if isinstance(node, ListNode) else [node]
        if not nodes:
            reader.fault(node, "the list is empty")
            return MISREAD
        values = tuple(item.read(each, reader) for each in nodes)
        return values if all_read(values) else MISREAD

    return read_list


def _choice(options: type[StrEnum]) -> ReadPlain:
    by_value = {option.value: option for option in options}

    def read(text: str) -> StrEnum:
        if text in by_value:
            return by_value[text]
        raise Misread(f"{shown(text)} is none of {', '.join(by_value)}", nearest(text, by_value))

    return read


def _text(text: str) -> str:
    if text != text.strip() or "\n" in text:
        raise Misread(f"{shown(text)} has spaces around it or a line end in it")
    if len(text) > LONGEST_TEXT:
        raise Misread(f"longer than {LONGEST_TEXT} characters")
    if text[:1] in _OPENING and text[-1:] in _CLOSING:
        said = (
            f"the quotation marks of {shown(text)} count as its text; write straight ones, or none"
        )
        raise Misread(said, text[1:-1])
    return text


def _sentence(text: str) -> str:
    if len(text) > LONGEST_SENTENCE:
        raise Misread(f"longer than {LONGEST_SENTENCE} characters")
    return text.strip()


def _category(text: str) -> str:
    parts = _text(text).split("/")
    if any(part != part.strip() or not part for part in parts):
        raise Misread(f"{shown(text)} is not a category path such as grocery/coffee")
    return text


def _minor(text: str, names: Names) -> int:
    decimals = 2 if names.decimals is None else names.decimals
    return read_scaled(text, decimals, f"an amount in {names.currency}")


def _milli(text: str) -> int:
    return read_scaled(text, 3, "a quantity")


def _percent(text: str) -> int:
    points = read_scaled(text.removesuffix("%").rstrip(), 2, "a percentage")
    if points > 10_000:
        raise Misread(f"'{text}' is more than 100 per cent")
    return points


def _weekday(text: str) -> int:
    day = text.lower()
    if day not in WEEKDAYS:
        like = nearest(day, _WHOLE_WEEKDAYS)
        raise Misread(f"{shown(text)} is none of {', '.join(WEEKDAYS)}", like and like[:3])
    return WEEKDAYS.index(day)


def _one_known(of: Callable[[Names], Collection[str] | None], kind: str) -> ReadNamed:
    """Reads a name that has to be one of those the programme's files have, where they say it."""

    def read(text: str, names: Names) -> str:
        known = of(names)
        return text if known is None else one_of(text, known, kind)

    return read


_NAMES: dict[Any, ReadNamed] = {
    arguments.TierName: _one_known(lambda names: names.tiers, "tier"),
    arguments.UnitName: _one_known(lambda names: names.units, "unit of points"),
    arguments.AttributeName: _one_known(lambda names: names.attributes, "member attribute"),
    arguments.TouchpointName: _one_known(lambda names: names.touchpoints, "touchpoint"),
    arguments.VoucherName: _one_known(lambda names: names.vouchers, "voucher"),
    arguments.SegmentName: _one_known(lambda names: names.segments, "segment"),
    arguments.EventName: _one_known(lambda names: names.events, "kind of event"),
}
_PLAIN: dict[Any, ReadPlain] = {
    str: _text,
    int: read_integer,
    bool: read_truth,
    Fraction: read_fraction,
    date: read_date,
    time: read_time,
    arguments.Milli: _milli,
    arguments.Percent: _percent,
    arguments.Weekday: _weekday,
    arguments.CategoryPath: _category,
    arguments.Sku: _text,
    arguments.BrandName: _text,
}
