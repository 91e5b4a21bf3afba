"""The texts of a programme's folder to a rulebook, or every fault of every file at once."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from typing import Final

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.tiers import TierScheme
from loyalty_engine.rulebook.collecting import collector_paused
from loyalty_engine.rulebook.faults import (
    Fault,
    Findings,
    Place,
    RulebookErrors,
    TooManyFaults,
)
from loyalty_engine.rulebook.parse_exclusion import check_not_with, written_name
from loyalty_engine.rulebook.parse_program import (
    NEEDED_KEYS,
    PROGRAM_KEYS,
    parse_program,
    read_names,
)
from loyalty_engine.rulebook.parse_reward import FOLDER as REWARDS
from loyalty_engine.rulebook.parse_reward import parse_reward
from loyalty_engine.rulebook.parse_rule import parse_rule
from loyalty_engine.rulebook.parse_segment import FOLDER as SEGMENTS
from loyalty_engine.rulebook.parse_segment import read_segments
from loyalty_engine.rulebook.parse_table import TABLE_KEY, csv_of, is_table, parse_table
from loyalty_engine.rulebook.parse_tiers import parse_tiers, tier_names
from loyalty_engine.rulebook.parse_voucher import FOLDER as VOUCHERS
from loyalty_engine.rulebook.parse_voucher import VoucherFiles
from loyalty_engine.rulebook.parse_words import Vocabulary, vocabulary_of
from loyalty_engine.rulebook.reading import Names, Reader
from loyalty_engine.rulebook.rewards import Reward
from loyalty_engine.rulebook.rule import Rule, Rulebook
from loyalty_engine.rulebook.stopped import STOPPED_FILE, stopped_in
from loyalty_engine.rulebook.words import Word
from loyalty_engine.rulebook.yaml_nodes import Node, read_nodes

PROGRAM_FILE: Final = "program.yaml"
TIERS_FILE: Final = "tiers.yaml"
SCENARIOS: Final = "scenarios/"
NO_RULES: Final = {PROGRAM_FILE, TIERS_FILE, STOPPED_FILE}
MOST_CHARACTERS_IN_ALL: Final = 64 * 1024 * 1024


def parse_rulebook(
    source: Mapping[str, str],
    words: Mapping[str, type[Word]] | Iterable[type[Word]],
    pause: Callable[[], None] = lambda: None,
) -> Rulebook:
    """The rulebook of a programme. `source` maps the path of each file within its folder to text.

    Files under `scenarios/` and those that are neither YAML nor CSV are passed over. The order of
    files never matters: rules come sorted by id. `pause` is called after each file and row, for whoever
    parses beside other work. Raises RulebookErrors with all that is wrong; ValueError and
    TypeError only for words that contradict one another.
    """
    vocabulary = vocabulary_of(words)
    with collector_paused():
        return _Parsing(dict(sorted(rule_files(source).items())), vocabulary, pause).rulebook()


def rule_files(source: Mapping[str, str]) -> dict[str, str]:
    """Those of the files that say something about the programme: all but the scenarios."""
    return {
        name: text
        for name, text in source.items()
        if name.endswith((".yaml", ".yml", ".csv")) and not name.startswith(SCENARIOS)
    }


def hash_of(source: Mapping[str, str]) -> str:
    """`sha256:` and the hash over names and contents, whatever the order of the files.

    Each name and text is preceded by its length in bytes, so that no two sources look alike.
    """
    digest = sha256()
    for name, text in sorted(source.items()):
        for part in (name.encode(), text.encode()):
            digest.update(b"%d\n" % len(part))
            digest.update(part)
    return f"sha256:{digest.hexdigest()}"


class _Parsing:
    """One parse: every file goes as far as it can, and only then faults are raised."""

    def __init__(
        self, source: Mapping[str, str], vocabulary: Vocabulary, pause: Callable[[], None]
    ) -> None:
        self._source = source
        self._pause = pause
        self._vocabulary = vocabulary
        self._findings: list[Findings] = []
        self._broken: set[str] = set()
        self._rewards: dict[str, Reward] = {}
        self._kinds = VoucherFiles(vocabulary)

    def rulebook(self) -> Rulebook:
        if sum(map(len, self._source.values())) > MOST_CHARACTERS_IN_ALL:
            self._open(PROGRAM_FILE).add(1, 1, "the programme's files are larger than 64 MiB")
            raise RulebookErrors(self._found())
        program, names = self._program()
        names = replace(names, vouchers=self._kinds.names(self._source, self._tree))
        segments = read_segments(
            self._source, self._vocabulary, self._tree, lambda it: Reader(it, names, program)
        )
        if program is not None and segments:
            titles = {name: it.title for name, it in segments.items()}
            program = replace(program, segments=titles)
        rules = self._rules(program, replace(names, segments=segments))
        if (faults := self._found()) or program is None:
            raise RulebookErrors(faults)
        rewards = dict(sorted(self._rewards.items()))
        made = Rulebook(
            program, rules, hash_of(self._source), self._source,
            rewards=rewards, voucher_kinds=self._kinds.found, segments=segments,
        )  # fmt: skip
        return made.prepared(self._pause)

    def _program(self) -> tuple[Program | None, Names]:
        """The programme where its files are right; what rules may name in any case."""
        tiers_findings, tiers_tree = self._tree(TIERS_FILE)
        findings, tree = self._tree(PROGRAM_FILE)
        names, scheme = Names(), TierScheme()
        readable = TIERS_FILE not in self._source or tiers_tree is not None
        reader = Reader(findings)
        entries = None
        with suppress(TooManyFaults):
            if tree is not None:
                entries = reader.entries(tree, PROGRAM_FILE, PROGRAM_KEYS, NEEDED_KEYS)
            if entries is not None:
                names = read_names(entries, tier_names(tiers_tree) if readable else None)
        with suppress(TooManyFaults):
            if tiers_tree is not None:
                scheme = parse_tiers(tiers_tree, Reader(tiers_findings, names))
        reader.names = names
        program = None
        with suppress(TooManyFaults):
            if entries is not None:
                program = parse_program(entries, scheme)
        return (None if tiers_findings.faults else program), names

    def _rules(self, program: Program | None, names: Names) -> tuple[Rule, ...]:
        rules: dict[str, Rule] = {}
        tables: set[str] = set()
        for file in self._source:
            if file in NO_RULES or file.endswith(".csv") or file.startswith(SEGMENTS):
                continue
            self._pause()
            findings, tree = self._kinds.trees.get(file) or self._tree(file)
            if tree is None:
                self._broken.add("")  # nobody can tell how its rule is called
                continue
            reader = Reader(findings, names, program)
            with suppress(TooManyFaults):
                if file.startswith(REWARDS):
                    self._reward(tree, reader)
                elif file.startswith(VOUCHERS):
                    if (rule := self._kinds.add(tree, reader)) is not None:
                        _add(rule, rules, findings)
                elif is_table(tree):
                    tables.add(csv_of(file))
                    self._table(csv_of(file), tree, reader, rules)
                elif (rule := parse_rule(tree, self._vocabulary, reader)) is not None:
                    _add(rule, rules, findings)
            if findings.faults and not is_table(tree) and not file.startswith(REWARDS):
                self._broken.add(written_name(tree, "rule"))
        for file in self._source:
            if file.endswith(".csv") and file not in tables:
                told = f"no rules are made of this table; describe it in {file[:-4]}.yaml beside it"
                self._open(file).add(1, 1, told)
        self._check_names(rules, names)
        self._check_vouchers()
        stopped = set(stopped_in(self._source))
        self._rewards = {name: it for name, it in self._rewards.items() if name not in stopped}
        self._kinds.drop(stopped)
        return tuple(rules[name] for name in sorted(rules) if name not in stopped)

    def _reward(self, tree: Node, reader: Reader) -> None:
        reward = parse_reward(tree, self._vocabulary, reader)
        if reward is None:
            return
        twin = self._rewards.setdefault(reward.id, reward)
        if twin is not reward:
            reader.fault(tree, f"the reward '{reward.id}' stands already in {twin.place}")

    def _check_vouchers(self) -> None:
        for reward in self._rewards.values():
            kind = self._kinds.found.get(reward.voucher)
            if kind is not None and kind.shared:
                told = f"voucher: many know the codes of '{kind.id}'; a reward gives one of its own"
                self._open(reward.place.file).add(reward.place.line, reward.place.column, told)

    def _check_names(self, rules: Mapping[str, Rule], names: Names) -> None:
        """Tell of rules that name others which there are not."""
        opened: dict[str, Findings] = {}

        def tell(place: Place, text: str, suggestion: str | None) -> None:
            if place.file not in opened:
                opened[place.file] = self._open(place.file)
            opened[place.file].add(place.line, place.column, text, suggestion)

        with suppress(TooManyFaults):
            check_not_with(rules.values(), names, self._broken, tell)

    def _table(self, file: str, tree: Node, reader: Reader, rules: dict[str, Rule]) -> None:
        """Add the rules of a table, whose rows stand in `file`."""
        findings = self._open(file) if file in self._source else Findings(file)
        text = self._source.get(file)
        for rule in parse_table(tree, text, self._vocabulary, reader, findings):
            self._pause()
            _add(rule, rules, findings)
        if findings.faults or reader.findings.faults:
            self._broken.add(written_name(tree, TABLE_KEY) + "-")

    def _tree(self, file: str) -> tuple[Findings, Node | None]:
        """The nodes of a file; None where it is not there, not readable or empty."""
        findings = self._open(file)
        if file not in self._source:
            if file == PROGRAM_FILE:
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

    def _open(self, file: str) -> Findings:
        findings = Findings(file if file.isprintable() else ascii(file))
        self._findings.append(findings)
        return findings

    def _found(self) -> list[Fault]:
        return [fault for findings in self._findings for fault in findings.faults]


def _add(rule: Rule, rules: dict[str, Rule], findings: Findings) -> None:
    """Add a rule, unless there is one of its name."""
    if (twin := rules.setdefault(rule.id, rule)) is not rule:
        place, text = rule.place, f"the rule '{rule.id}' stands already in {twin.place}"
        findings.add(place.line, place.column, text)
