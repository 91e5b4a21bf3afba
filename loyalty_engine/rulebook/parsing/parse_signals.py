"""`signals` of program.yaml: what may tell that two accounts are one person's."""

from collections.abc import Callable
from functools import partial
from typing import Final

from loyalty_engine.domain.signals import KEEP_DAYS, SignalField, SignalKind
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for
from loyalty_engine.rulebook.parsing.plain_values import Misread, read_integer, read_name
from loyalty_engine.rulebook.parsing.reading import MISREAD, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node

SIGNAL_KEYS: Final = ("compared", "purpose", "keep_days", "most")
MOST_DAYS: Final = 3660
MOST_MEMBERS: Final = 1000


def read_signals(node: Node, reader: Reader) -> dict[str, SignalField]:
    """The signals that could be read, by name; what is wrong with others is told."""
    entries = reader.entries(node, "signals", None)
    if entries is None:
        return {}
    found: dict[str, SignalField] = {}
    for name, (key, _) in entries.nodes.items():
        if reader.value(key, read_name) is MISREAD:
            continue
        if (signal := entries.parse(name, partial(_signal, name), None)) is not None:
            found[name] = signal
    return found


def _signal(name: str, node: Node, reader: Reader) -> SignalField | None:
    entries = reader.entries(node, "a signal", SIGNAL_KEYS, ("purpose",))
    if entries is None:
        return None
    kind = entries.parse("compared", parser_for(SignalKind).read, SignalKind.EXACT)
    return SignalField(
        name,
        kind,
        entries.parse("purpose", parser_for(str).read, ""),
        entries.read("keep_days", _from_to(0, MOST_DAYS), KEEP_DAYS),
        entries.read("most", _from_to(1, MOST_MEMBERS), 1),
        kind is not SignalKind.EXACT,
    )


def _from_to(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = read_integer(text)
        if not least <= number <= most:
            raise Misread(f"{number} is not from {least} to {most}")
        return number

    return read
