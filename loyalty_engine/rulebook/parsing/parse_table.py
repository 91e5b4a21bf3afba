"""A table of rules: one rule in YAML that leaves things open, and a CSV row for each way to fill them.

The YAML file says what all rules of the table share, under the keys of a rule; the CSV file of the
same name has a column for each thing that differs, and a row for each rule. Its first row names
them: `when tier_is`, `on category`, `then earn_per_amount points`, `until`, `limits points`.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Final

from loyalty_engine.rulebook.faults import Findings
from loyalty_engine.rulebook.parsing.csv_rows import Row, read_sheet
from loyalty_engine.rulebook.parsing.parse_rule import parse_rule
from loyalty_engine.rulebook.parsing.parse_words import Vocabulary
from loyalty_engine.rulebook.parsing.reading import Names, Reader
from loyalty_engine.rulebook.parsing.table_columns import Layout
from loyalty_engine.rulebook.parsing.table_headings import read_layout
from loyalty_engine.rulebook.parsing.yaml_nodes import MapNode, Node
from loyalty_engine.rulebook.rule import Places, Rule
from loyalty_engine.rulebook.windows import Window

TABLE_KEY: Final = "table"

_FIELD_OF: Final = {"from": "start", "until": "end"}
"""The fields of a rule that are not called like their key."""


def is_table(tree: Node | None) -> bool:
    """Whether a file says that it is a table and no rule."""
    return isinstance(tree, MapNode) and any(key.text == TABLE_KEY for key, _ in tree.entries)


def csv_of(file: str) -> str:
    """The file with the rows of a table, by the file that describes it."""
    return f"{file.rpartition('.')[0]}.csv"


def parse_table(
    tree: Node, text: str | None, vocabulary: Vocabulary, reader: Reader, findings: Findings
) -> Iterator[Rule]:
    """The rules of a table. `text` is its CSV file, whose faults go to `findings`.

    A row with anything wrong is left out. Raises TooManyFaults.
    """
    shared = parse_rule(tree, vocabulary, reader, named_by=TABLE_KEY, whole=False)
    if text is None:
        reader.fault(tree, f"the rows of this table are missing: there is no {findings.file}")
        return
    sheet = read_sheet(text, findings)
    if sheet is None:
        return
    layout = read_layout(
        sheet.head, vocabulary, reader.names, findings, decimal_comma=sheet.decimal_comma
    )
    if shared is None or layout is None or not _is_whole(shared, layout, tree, reader):
        # The rows are still read for what is wrong with their cells themselves.
        for _ in sheet.rows:
            pass
        return
    rows = _Rows(shared, layout, vocabulary, Reader(findings, reader.names, reader.program))
    for row in sheet.rows:
        if (rule := rows.rule(row)) is not None:
            yield rule


def _is_whole(shared: Rule, layout: Layout, tree: Node, reader: Reader) -> bool:
    """Whether the file and the columns together can make rules."""
    names: Names = reader.names
    several = names.lanes is None or len(names.lanes) > 1
    missing = [
        key
        for key, there in (("lane", shared.lane or not several), ("then", shared.then))
        if not there and key not in layout.keys
    ]
    if missing:
        listed = " and ".join(f"'{key}'" for key in missing)
        reader.fault(tree, f"a table needs {listed}, here or as a column")
    return not missing


class _Rows:
    """Makes rules of the rows of one table."""

    def __init__(
        self, shared: Rule, layout: Layout, vocabulary: Vocabulary, reader: Reader
    ) -> None:
        self._shared = shared
        self._layout = layout
        self._vocabulary = vocabulary
        self._reader = reader

    def rule(self, row: Row) -> Rule | None:
        """The rule of one row, or None when anything is wrong with it."""
        tree = self._layout.tree(row, self._shared.id)
        own = parse_rule(tree, self._vocabulary, self._reader, whole=False)
        if own is None:
            return None
        rule = _joined(self._shared, own, {key.text for key, _ in tree.entries})
        wrong = _wrong(rule)
        if wrong is None:
            return rule
        key, said = wrong
        self._reader.findings.add(row.number, self._layout.column_of(key), said)
        return None


def _joined(shared: Rule, own: Rule, given: set[str]) -> Rule:
    """A row's rule with all that the table's rules share; what a row says goes before that."""
    said = {_FIELD_OF.get(key, key) for key in given}
    changes = {}
    for each in fields(Rule):
        theirs, ours = getattr(shared, each.name), getattr(own, each.name)
        if isinstance(ours, tuple):
            changes[each.name] = theirs + ours
        elif isinstance(ours, Places):
            changes[each.name] = _joined_places(theirs, ours)
        elif each.name not in said and each.name not in {"id", "place"}:
            changes[each.name] = theirs
    return _with_one_window(replace(own, **changes), shared, own, given)


def _joined_places(shared: Places, own: Places) -> Places:
    return Places(shared.when + own.when, shared.on + own.on, shared.then + own.then)


def _with_one_window(rule: Rule, shared: Rule, own: Rule, given: set[str]) -> Rule:
    """The rule with the times of day that hold: a row's `from` goes before that of its table."""
    theirs, ours = _window_of(shared), _window_of(own)
    if theirs == ours == Window():
        return rule
    window = Window(
        ours.begin if "from" in given else theirs.begin,
        ours.end if "until" in given else theirs.end,
    )
    words = zip(rule.when, rule.places.when, strict=True)
    kept = [(word, place) for word, place in words if not isinstance(word, Window)]
    if window != Window():
        place = (own if ours != Window() else shared).place_of(ours if ours != Window() else theirs)
        kept.insert(0, (window, place))
    places = replace(rule.places, when=tuple(place for _, place in kept))
    return replace(rule, when=tuple(word for word, _ in kept), places=places)


def _window_of(rule: Rule) -> Window:
    """The times of day of a rule's first and last day, where it has any."""
    return next((word for word in rule.when if isinstance(word, Window)), Window())


def _wrong(rule: Rule) -> tuple[str, str] | None:
    """What is wrong between a row and what its table shares: the key, and what to say."""
    if not rule.then:
        return "then", "this rule gives nothing: all its cells under 'then' are empty"
    if not rule.lane:
        return "lane", "a lane is missing in this row"
    if rule.start is not None and rule.end is not None and rule.end < rule.start:
        return "until", f"until: {rule.end} lies before from, {rule.start}"
    window = _window_of(rule)
    if window.begin is not None and window.end is not None and window.end <= window.begin:
        return "until", f"until: {window.end} lies before from, {window.begin}"
    limited = [(it.measure, it.scope, it.period) for it in rule.limits]
    for limit in limited:
        if limited.count(limit) > 1:
            measure, scope, period = limit
            return "limits", f"{measure} per {scope} for {period} are limited twice"
    return None
