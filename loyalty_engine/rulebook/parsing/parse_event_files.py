"""Files under `events/`: kinds of event, a file each, beside those in program.yaml."""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from loyalty_engine.domain.happenings import EventKind
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.faults import Findings, TooManyFaults
from loyalty_engine.rulebook.parsing.parse_events import EVENT_KEYS, kind_of
from loyalty_engine.rulebook.parsing.plain_values import read_name
from loyalty_engine.rulebook.parsing.reading import Names, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import MapNode, Node, ScalarNode

FOLDER: Final = "events/"
NAMED_BY: Final = "event"
EVENT_FILE_KEYS: Final = (NAMED_BY, *EVENT_KEYS)

Tree = tuple[Findings, Node | None]


@dataclass(frozen=True, slots=True)
class EventFiles:
    """The kinds that could be read, and the names of all, so that nobody is blamed twice."""

    kinds: Mapping[str, EventKind]
    called: Collection[str]

    def among(self, names: Names) -> Names:
        """What rules may name, with these kinds."""
        if names.events is None or not self.called:
            return names
        return replace(names, events=(*names.events, *self.called))

    def of(self, program: Program | None) -> Program | None:
        """The programme with these kinds."""
        if program is None or not self.kinds:
            return program
        return replace(program, events={**program.events, **self.kinds})


def read_event_files(
    source: Iterable[str], read: Callable[[str], Tree], names: Names
) -> EventFiles:
    """All kinds that have a file of their own; what is wrong with any is told."""
    kinds: dict[str, EventKind] = {}
    called: list[str] = []
    for file in source:
        if not file.startswith(FOLDER) or file.endswith(".csv"):
            continue
        findings, tree = read(file)
        if tree is None:
            continue
        reader = Reader(findings, names)
        name = _called(tree)
        with suppress(TooManyFaults):
            if name in called or name in (names.events or ()):
                reader.fault(tree, f"the kind of event '{name}' is declared already")
            if (kind := _kind(tree, reader)) is not None:
                kinds.setdefault(kind.name, kind)
        called += [name] if name else []
    return EventFiles(kinds, called)


def _kind(tree: Node, reader: Reader) -> EventKind | None:
    before = len(reader.findings.faults)
    entries = reader.entries(tree, "a kind of event", EVENT_FILE_KEYS, (NAMED_BY, "purpose"))
    if entries is None:
        return None
    kind = kind_of(entries.read(NAMED_BY, read_name, ""), entries)
    return kind if len(reader.findings.faults) == before else None


def _called(tree: Node) -> str:
    """The name of the kind as it is written, whatever else is wrong."""
    for key, value in tree.entries if isinstance(tree, MapNode) else ():
        if key.text == NAMED_BY and isinstance(value, ScalarNode):
            return value.text
    return ""
