"""The rules of a programme's folder: those of rule files and of tables, and those vouchers bring."""

from collections.abc import Callable, Mapping
from contextlib import suppress

from loyalty_engine.rulebook.faults import Findings, Place, TooManyFaults
from loyalty_engine.rulebook.parsing.opened_files import OpenedFiles
from loyalty_engine.rulebook.parsing.parse_exclusion import check_not_with, written_name
from loyalty_engine.rulebook.parsing.parse_rule import parse_rule
from loyalty_engine.rulebook.parsing.parse_table import TABLE_KEY, csv_of, is_table, parse_table
from loyalty_engine.rulebook.parsing.parse_words import Vocabulary
from loyalty_engine.rulebook.parsing.reading import Names, Reader
from loyalty_engine.rulebook.parsing.unchanged import Unchanged
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.rulebook.rule import Rule


class RuleFiles:
    """All rules of a programme: `found` are they by name, as they are added.

    `broken` are those that could not be read, so that nobody who names one is told there is none;
    an empty name stands for one that nobody can tell.
    """

    def __init__(
        self,
        source: Mapping[str, str],
        files: OpenedFiles,
        vocabulary: Vocabulary,
        unchanged: Unchanged,
        pause: Callable[[], None],
    ) -> None:
        self.found: dict[str, Rule] = {}
        self.broken: set[str] = set()
        self._source = source
        self._files = files
        self._vocabulary = vocabulary
        self._unchanged = unchanged
        self._pause = pause
        self._tables: set[str] = set()

    def add(self, rule: Rule, findings: Findings) -> None:
        """Add a rule, unless there is one of its name."""
        if (twin := self.found.setdefault(rule.id, rule)) is not rule:
            place, text = rule.place, f"the rule '{rule.id}' stands already in {twin.place}"
            findings.add(place.line, place.column, text)

    def add_unchanged(self, file: str) -> bool:
        """Add the rules of a file that are known already; answers whether they are."""
        if (rule := self._unchanged.rule_of(file)) is not None:
            self.add(rule, self._files.open(file))
            return True
        if rows := self._unchanged.table_of(file):
            findings = self._files.open(csv_of(file))
            self._tables.add(csv_of(file))
            for rule in rows:
                self.add(rule, findings)
        return bool(rows)

    def read(self, file: str, tree: Node, reader: Reader) -> None:
        """Add what a rule file says, or a table beside it."""
        if is_table(tree):
            self._tables.add(csv_of(file))
            self._table(csv_of(file), tree, reader)
        elif (rule := parse_rule(tree, self._vocabulary, reader)) is not None:
            self.add(rule, reader.findings)

    def _table(self, file: str, tree: Node, reader: Reader) -> None:
        """Add the rules of a table, whose rows stand in `file`."""
        findings = self._files.open(file) if file in self._source else Findings(file)
        text = self._source.get(file)
        for rule in parse_table(tree, text, self._vocabulary, reader, findings):
            self._pause()
            self.add(rule, findings)
        if findings.faults or reader.findings.faults:
            self.broken.add(written_name(tree, TABLE_KEY) + "-")

    def check(self, names: Names) -> None:
        """Tell of tables that nobody describes, and of rules that name others which there are not."""
        for file in self._source:
            if file.endswith(".csv") and file not in self._tables:
                told = f"no rules are made of this table; describe it in {file[:-4]}.yaml beside it"
                self._files.open(file).add(1, 1, told)
        opened: dict[str, Findings] = {}

        def tell(place: Place, text: str, suggestion: str | None) -> None:
            if place.file not in opened:
                opened[place.file] = self._files.open(place.file)
            opened[place.file].add(place.line, place.column, text, suggestion)

        with suppress(TooManyFaults):
            check_not_with(self.found.values(), names, self.broken, tell)
