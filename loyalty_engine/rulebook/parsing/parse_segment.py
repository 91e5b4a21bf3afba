"""Files under `segments/`: conditions on members, under a name that rules use."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Final

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.faults import Findings, TooManyFaults
from loyalty_engine.rulebook.nesting import Group
from loyalty_engine.rulebook.parsing.argument_parsers import read_sentence
from loyalty_engine.rulebook.parsing.parse_rule import words_of
from loyalty_engine.rulebook.parsing.parse_words import Vocabulary
from loyalty_engine.rulebook.parsing.plain_values import read_name
from loyalty_engine.rulebook.parsing.reading import Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import MapNode, Node, ScalarNode
from loyalty_engine.rulebook.segments import InSegments, Segment
from loyalty_engine.rulebook.words import Condition

FOLDER: Final = "segments/"
NAMED_BY: Final = "segment"
SEGMENT_KEYS: Final = (NAMED_BY, "title", "when")

Tree = tuple[Findings, Node | None]


def read_segments(
    source: Iterable[str],
    vocabulary: Vocabulary,
    read: Callable[[str], Tree],
    reader_of: Callable[[Findings], Reader],
) -> dict[str, Segment]:
    """All segments of a programme by name; one whose file is wrong is there without conditions,
    so that the rules that name it are not blamed for it.
    """
    found: dict[str, Segment] = {}
    for file in source:
        if not file.startswith(FOLDER) or file.endswith(".csv"):
            continue
        findings, tree = read(file)
        if tree is None:
            continue
        reader = reader_of(findings)
        with suppress(TooManyFaults):
            segment = parse_segment(tree, vocabulary, reader) or _named(tree, reader)
            if segment is None:
                continue
            twin = found.setdefault(segment.name, segment)
            if twin is not segment:
                reader.fault(tree, f"the segment '{twin.name}' stands already in {twin.place}")
    return found


def with_titles(program: Program | None, segments: Mapping[str, Segment]) -> Program | None:
    """The programme, which knows how its segments are called."""
    if program is None or not segments:
        return program
    return replace(program, segments={name: it.title for name, it in segments.items()})


def parse_segment(tree: Node, vocabulary: Vocabulary, reader: Reader) -> Segment | None:
    """The segment of one file, or None when anything is wrong with it."""
    before = len(reader.findings.faults)
    entries = reader.entries(tree, "a segment", SEGMENT_KEYS, (NAMED_BY, "when"))
    if entries is None:
        return None
    name = entries.read(NAMED_BY, read_name, "")
    title: dict[str, str] = entries.parse("title", read_sentence, {})
    when, places = words_of(entries, vocabulary.when)
    if any(isinstance(it, InSegments) for it in _within(when)):
        told = "when: a segment is not made of segments; write their conditions here"
        reader.fault(entries.nodes["when"][0], told)
    if len(reader.findings.faults) > before:
        return None
    return Segment(name, title, when, reader.place(entries.nodes[NAMED_BY][0]), places)


def _named(tree: Node, reader: Reader) -> Segment | None:
    """A segment of which only the name can be read."""
    for key, value in tree.entries if isinstance(tree, MapNode) else ():
        if key.text == NAMED_BY and isinstance(value, ScalarNode):
            return Segment(value.text, {}, (), reader.place(value))
    return None


def _within(words: Iterable[Condition]) -> Iterator[Condition]:
    for word in words:
        yield word
        if isinstance(word, Group):
            yield from _within(word.parts)
