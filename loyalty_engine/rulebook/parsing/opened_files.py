"""The files of a programme while they are parsed, each with the faults found in it."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from loyalty_engine.rulebook.faults import Fault, Findings, TooManyFaults
from loyalty_engine.rulebook.parsing.yaml_nodes import Node, read_nodes

NEEDED: Final = "program.yaml"


class OpenedFiles:
    """Reads files to nodes and gathers what is wrong with any of them."""

    def __init__(self, source: Mapping[str, str]) -> None:
        self._source = source
        self._findings: list[Findings] = []

    def tree(self, file: str) -> tuple[Findings, Node | None]:
        """The nodes of a file; None where it is not there, not readable or empty."""
        findings = self.open(file)
        if file not in self._source:
            if file == NEEDED:
                findings.add(1, 1, "every programme needs this file")
            return findings, None
        if not file.isprintable():
            findings.add(1, 1, "rename the file: its name has signs that cannot be shown")
            return findings, None
        if file.endswith(".yml"):
            findings.add(1, 1, "rename the file: rule files end with .yaml")
            return findings, None
        with suppress(TooManyFaults):
            tree = read_nodes(self._source[file], findings)
            if tree is None and not findings.faults:
                findings.add(1, 1, "the file is empty")
            return findings, tree
        return findings, None

    def open(self, file: str) -> Findings:
        """Findings of their own for a file, or for another part of it."""
        findings = Findings(file if file.isprintable() else ascii(file))
        self._findings.append(findings)
        return findings

    def faults(self) -> list[Fault]:
        """Everything that was found."""
        return [fault for findings in self._findings for fault in findings.faults]
