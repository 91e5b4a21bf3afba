"""A rule file as editors see it: YAML 1.2, whose plain scalars have types."""

import re
from typing import Any

from loyalty_engine.rulebook.faults import Findings
from loyalty_engine.rulebook.parsing.yaml_nodes import (
    ListNode,
    MapNode,
    Node,
    ScalarNode,
    read_nodes,
)


def typed(text: str) -> Any:
    """What a YAML 1.2 reader makes of a text."""
    findings = Findings("f")
    tree = read_nodes(text, findings)
    assert not findings.faults, findings.faults
    return _typed(tree)


def _typed(node: Node | None) -> Any:
    match node:
        case MapNode():
            return {str(_typed(key)): _typed(value) for key, value in node.entries}
        case ListNode():
            return [_typed(item) for item in node.items]
        case ScalarNode(text=text, quoted=quoted):
            return text if quoted else _plain(text)
    return None


def _plain(text: str) -> Any:
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        return text.lower() == "true"
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    return text
