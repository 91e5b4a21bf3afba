"""Files that say what they said when another rulebook was parsed: their rules are taken from it.

Of a thousand rules people change one. Reading all of them again would keep every process that
serves busy, and would keep every rule in memory once for each version.
"""

from collections.abc import Mapping, Sequence

from loyalty_engine.rulebook.parsing.parse_event_files import FOLDER as EVENTS
from loyalty_engine.rulebook.parsing.parse_referral import REFERRAL_FILE
from loyalty_engine.rulebook.parsing.parse_segment import FOLDER as SEGMENTS
from loyalty_engine.rulebook.parsing.parse_table import csv_of
from loyalty_engine.rulebook.parsing.parse_voucher import FOLDER as VOUCHERS
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook

GROUND = ("program.yaml", "tiers.yaml", REFERRAL_FILE)


class Unchanged:
    """The rules of files that need not be read again.

    None where anything differs that all rules may name: the programme, its tiers, its vouchers and
    segments, the kinds of event that a referral brings.
    """

    def __init__(self, like: Rulebook | None, source: Mapping[str, str]) -> None:
        self._source = source
        self._by_file: dict[str, list[Rule]] = {}
        if like is None or _ground(like.source) != _ground(source):
            return
        self._before = like.source
        self._whole_tables = not like.stopped  # of others a row may be missing
        for rule in like.rules:
            self._by_file.setdefault(rule.place.file, []).append(rule)

    def rule_of(self, file: str) -> Rule | None:
        """The rule of a rule file; None where it has to be read."""
        found = self._by_file.get(file)
        return found[0] if found and self._is_same(file) else None

    def table_of(self, file: str) -> Sequence[Rule]:
        """The rules of a table by the file that describes it; none where it has to be read."""
        rows = csv_of(file)
        found = self._by_file.get(rows)
        if not found or not self._whole_tables or not self._is_same(file, rows):
            return ()
        return found

    def _is_same(self, *files: str) -> bool:
        return all(self._before.get(file) == self._source.get(file) for file in files)


def _ground(source: Mapping[str, str]) -> dict[str, str]:
    named = (VOUCHERS, SEGMENTS, EVENTS)
    return {name: text for name, text in source.items() if name in GROUND or name.startswith(named)}
