"""Lists of words under `when`, `on` and `then`, nested by `all`, `any` and `none`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar, cast

from loyalty_engine.rulebook import nesting
from loyalty_engine.rulebook.dated import Stretch, dated
from loyalty_engine.rulebook.faults import Place, nearest, shown
from loyalty_engine.rulebook.parsing.parse_dated import is_dated, stretches_of
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import (
    BrokenNode,
    ListNode,
    MapNode,
    Node,
    ScalarNode,
)
from loyalty_engine.rulebook.segments import InSegments
from loyalty_engine.rulebook.shapes import read_dataclass, shape_of
from loyalty_engine.rulebook.words import Condition, Effect, Selector, Word

MOST_WORDS: Final = 200
"""So many words in one list; who needs more means a list of values, or a table."""

W = TypeVar("W", bound=Word)
Pair = tuple[ScalarNode, Node | None]


@dataclass(frozen=True, slots=True)
class Section(Generic[W]):
    """What can stand under one key of a rule: words of one kind, and groups of them."""

    key: str
    words: Mapping[str, type[W]]
    groups: Mapping[str, type[nesting.Group] | type[nesting.LineGroup]]
    elsewhere: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words, by where they can stand."""

    when: Section[Condition]
    on: Section[Selector]
    then: Section[Effect]


def vocabulary_of(words: Mapping[str, type[Word]] | Iterable[type[Word]]) -> Vocabulary:
    """Sort words by kind. Raises ValueError for a name given twice or reserved, TypeError for a
    word that is of no kind or has a field that no rule file can hold.
    """
    kinds = {"when": Condition, "on": Selector, "then": Effect}
    found: dict[str, dict[str, type[Word]]] = {key: {} for key in kinds}
    where: dict[str, str] = dict.fromkeys(("all", "any", "none"), "when' and 'on")
    for word in words.values() if isinstance(words, Mapping) else words:
        under = next((key for key, kind in kinds.items() if issubclass(word, kind)), None)
        if under is None:
            raise TypeError(f"{word.__qualname__} is neither a condition, a selector nor an effect")
        if word.word in where:
            raise ValueError(f"the word '{word.word}' is given twice")
        shape_of(word)
        where[word.word] = under
        found[under][word.word] = word
    conditions = {it.word: it for it in (nesting.All, nesting.Any, nesting.None_)}
    selectors = {it.word: it for it in (nesting.LineAll, nesting.LineAny, nesting.LineNone)}
    return Vocabulary(
        Section("when", cast("dict[str, type[Condition]]", found["when"]), conditions, where),
        Section("on", cast("dict[str, type[Selector]]", found["on"]), selectors, where),
        Section("then", cast("dict[str, type[Effect]]", found["then"]), {}, where),
    )


def read_words(
    section: Section[W], node: Node, reader: Reader
) -> tuple[tuple[W, ...], tuple[Place, ...]] | Missing:
    """The words of a list or mapping, and where each stands."""
    words: list[W] = []
    places: list[Place] = []
    faultless = True
    for key, value in pairs(node, reader):
        if len(words) >= MOST_WORDS:
            reader.fault(key, f"more than {MOST_WORDS} words in one list")
            return MISREAD
        word = _read_word(section, key, value, reader)
        if word is MISREAD:
            faultless = False
        else:
            words.append(word)
            places.append(reader.place(key))
    return (tuple(words), tuple(places)) if faultless and words else MISREAD


def pairs(node: Node, reader: Reader) -> Iterator[Pair]:
    """The entries of a list of one-word mappings or bare words, or those of a mapping."""
    if isinstance(node, MapNode):
        if not node.entries:
            reader.fault(node, "nothing stands here")
        yield from node.entries
    elif isinstance(node, ListNode):
        if not node.items:
            reader.fault(node, "nothing stands here")
        for item in node.items:
            yield from _item(item, reader)
    elif isinstance(node, ScalarNode):
        yield from _item(node, reader)


def _item(node: Node, reader: Reader) -> Iterator[Pair]:
    if isinstance(node, MapNode):
        yield from node.entries[:1]
        for key, value in node.entries[1:]:
            reader.fault(key, f"{shown(key.text)} needs a list item of its own")
            yield key, value
        if node.entries:
            return
    if isinstance(node, ScalarNode) and not node.is_empty:
        yield node, None
        return
    reader.fault(node, "a word and its value are needed here, as in 'word: value'")


def _read_word(
    section: Section[W], key: ScalarNode, value: Node | None, reader: Reader
) -> W | Missing:
    if isinstance(value, BrokenNode):
        return MISREAD
    if (kind := section.words.get(key.text)) is not None:
        if is_dated(value):
            return _read_dated(kind, key, value, reader)
        return _read_plain(kind, key, value, reader)
    if (group := section.groups.get(key.text)) is not None:
        if value is None or (isinstance(value, ScalarNode) and value.is_empty):
            reader.fault(key, f"'{key.text}' needs a list of words")
            return MISREAD
        inside = read_words(section, value, reader)
        return MISREAD if inside is MISREAD else cast("W", group(*inside))  # type: ignore[arg-type]
    if (under := section.elsewhere.get(key.text)) is not None:
        reader.fault(key, f"'{key.text}' stands under '{under}', not under '{section.key}'")
        return MISREAD
    like = nearest(key.text, [*section.words, *section.groups])
    others = "" if like else "; `loyalty rules words` tells all there are"
    reader.fault(key, f"no word {shown(key.text)} can stand under '{section.key}'{others}", like)
    return MISREAD


def _read_dated(kind: type[W], key: ScalarNode, value: Node | None, reader: Reader) -> W | Missing:
    """A word for each stretch of days in which none of its values changes."""
    assert isinstance(value, MapNode)
    found = stretches_of(value, reader)
    if found is None:
        return MISREAD
    words = []
    for first, last, plain in found:
        word = _read_plain(kind, key, plain, reader)
        if word is MISREAD:
            return MISREAD
        words.append(Stretch(first, last, word))
    return dated(kind, words)


def _read_plain(kind: type[W], key: ScalarNode, value: Node | None, reader: Reader) -> W | Missing:
    word = read_dataclass(kind, key.text, key, value, reader)
    if isinstance(word, InSegments) and reader.names.segments is not None:
        word.bind(reader.names.segments)
    if word is MISREAD or reader.program is None:
        return word
    try:
        complaint = kind.check(word, reader.program)
    except Exception as error:  # noqa: BLE001 - a plugin's word may raise anything
        complaint = f"its check broke: {type(error).__name__}: {error}"
    if complaint is None:
        return word
    reader.fault(value or key, f"{key.text}: {complaint}")
    return MISREAD
