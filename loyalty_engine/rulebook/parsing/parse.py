"""The texts of a programme's folder to a rulebook, or every fault of every file at once."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Final

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.tiers import TierScheme
from loyalty_engine.rulebook.faults import RulebookErrors, TooManyFaults
from loyalty_engine.rulebook.parsing.collecting import collector_paused
from loyalty_engine.rulebook.parsing.opened_files import NEEDED, OpenedFiles
from loyalty_engine.rulebook.parsing.parse_challenge import FOLDER as CHALLENGES
from loyalty_engine.rulebook.parsing.parse_challenge import ChallengeFiles
from loyalty_engine.rulebook.parsing.parse_event_files import FOLDER as EVENTS
from loyalty_engine.rulebook.parsing.parse_event_files import read_event_files
from loyalty_engine.rulebook.parsing.parse_exclusion import written_name
from loyalty_engine.rulebook.parsing.parse_program import (
    NEEDED_KEYS,
    PROGRAM_KEYS,
    parse_program,
    read_names,
)
from loyalty_engine.rulebook.parsing.parse_referral import REFERRAL_FILE, ReferralFile, with_kinds
from loyalty_engine.rulebook.parsing.parse_reward import FOLDER as REWARDS
from loyalty_engine.rulebook.parsing.parse_reward import RewardFiles
from loyalty_engine.rulebook.parsing.parse_rule_files import RuleFiles
from loyalty_engine.rulebook.parsing.parse_segment import FOLDER as SEGMENTS
from loyalty_engine.rulebook.parsing.parse_segment import read_segments, with_titles
from loyalty_engine.rulebook.parsing.parse_table import is_table
from loyalty_engine.rulebook.parsing.parse_tiers import parse_tiers, tier_names
from loyalty_engine.rulebook.parsing.parse_voucher import FOLDER as VOUCHERS
from loyalty_engine.rulebook.parsing.parse_voucher import VoucherFiles
from loyalty_engine.rulebook.parsing.parse_words import Vocabulary, vocabulary_of
from loyalty_engine.rulebook.parsing.reading import Names, Reader
from loyalty_engine.rulebook.parsing.unchanged import Unchanged
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.sources import hash_of, rule_files
from loyalty_engine.rulebook.stopped import STOPPED_FILE, stopped_in
from loyalty_engine.rulebook.words import Word

PROGRAM_FILE: Final = NEEDED
TIERS_FILE: Final = "tiers.yaml"
ANEW: Final = (VOUCHERS, REFERRAL_FILE)
NO_RULES: Final = {PROGRAM_FILE, TIERS_FILE, STOPPED_FILE}
MOST_CHARACTERS_IN_ALL: Final = 64 * 1024 * 1024


def parse_rulebook(
    source: Mapping[str, str],
    words: Mapping[str, type[Word]] | Iterable[type[Word]],
    pause: Callable[[], None] = lambda: None,
    like: Rulebook | None = None,
) -> Rulebook:
    """The rulebook of a programme. `source` maps the path of each file within its folder to text.

    Files under `scenarios/` and those that are neither YAML nor CSV are passed over. The order of
    files never matters: rules come sorted by id. `pause` is called after each file and row, for
    whoever parses beside other work. `like` is a rulebook of the same words; what has not changed
    since is not read again. Raises RulebookErrors with all that is wrong; ValueError and TypeError
    only for words that contradict one another.
    """
    vocabulary = vocabulary_of(words)
    with collector_paused():
        files = dict(sorted(rule_files(source).items()))
        return _Parsing(files, vocabulary, pause, Unchanged(like, files)).rulebook()


class _Parsing:
    """One parse: every file goes as far as it can, and only then faults are raised."""

    def __init__(
        self,
        source: Mapping[str, str],
        vocabulary: Vocabulary,
        pause: Callable[[], None],
        unchanged: Unchanged,
    ) -> None:
        self._source = source
        self._pause = pause
        self._vocabulary = vocabulary
        self._files = OpenedFiles(source)
        self._rules = RuleFiles(source, self._files, vocabulary, unchanged, pause)
        self._rewards = RewardFiles(vocabulary)
        self._kinds = VoucherFiles(vocabulary)
        self._referral = ReferralFile(vocabulary)
        self._challenges = ChallengeFiles(vocabulary)

    def rulebook(self) -> Rulebook:
        if sum(map(len, self._source.values())) > MOST_CHARACTERS_IN_ALL:
            self._files.open(PROGRAM_FILE).add(1, 1, "the programme's files are larger than 64 MiB")
            raise RulebookErrors(self._files.faults())
        program, names = self._program()
        names = replace(names, vouchers=self._kinds.names(self._source, self._files.tree))
        segments = read_segments(
            self._source, self._vocabulary, self._files.tree, lambda it: Reader(it, names, program)
        )
        program = with_titles(program, segments)
        rules = self._read_all(program, replace(names, segments=segments))
        if (faults := self._files.faults()) or program is None:
            raise RulebookErrors(faults)
        kinds = self._kinds.found
        if kinds:
            called = {rule.id: rule.title for rule in rules if rule.id in kinds}
            program = replace(program, vouchers=called)
        stopped = stopped_in(self._source)
        made = Rulebook(
            program, rules, hash_of(self._source), self._source,
            rewards=self._rewards.without(stopped), voucher_kinds=kinds,
            referral=self._referral.scheme, segments=segments,
            challenges=self._challenges.without(stopped),
        )  # fmt: skip
        return made.prepared(self._pause)

    def _program(self) -> tuple[Program | None, Names]:
        """The programme where its files are right; what rules may name in any case."""
        tiers_findings, tiers_tree = self._files.tree(TIERS_FILE)
        findings, tree = self._files.tree(PROGRAM_FILE)
        names, scheme = Names(), TierScheme()
        readable = TIERS_FILE not in self._source or tiers_tree is not None
        reader = Reader(findings)
        entries = None
        with suppress(TooManyFaults):
            if tree is not None:
                entries = reader.entries(tree, PROGRAM_FILE, PROGRAM_KEYS, NEEDED_KEYS)
            if entries is not None:
                names = read_names(entries, tier_names(tiers_tree) if readable else None)
        kinds = read_event_files(self._source, self._files.tree, names)
        names = kinds.among(names)
        with suppress(TooManyFaults):
            if tiers_tree is not None:
                scheme = parse_tiers(tiers_tree, Reader(tiers_findings, names))
        reader.names = names
        program = None
        with suppress(TooManyFaults):
            if entries is not None:
                program = kinds.of(parse_program(entries, scheme))
        if REFERRAL_FILE in self._source:
            program, names = with_kinds(program, names)
        return (None if tiers_findings.faults else program), names

    def _read_all(self, program: Program | None, names: Names) -> tuple[Rule, ...]:
        for file in self._source:
            if file in NO_RULES or file.endswith(".csv") or file.startswith((SEGMENTS, EVENTS)):
                continue
            self._pause()
            if file.startswith(ANEW) or not self._rules.add_unchanged(file):
                self._file(file, program, names)
        self._rules.check(names)
        self._check_prizes()
        stopped = set(stopped_in(self._source))
        self._kinds.drop(stopped)
        return tuple(it for name, it in sorted(self._rules.found.items()) if name not in stopped)

    def _file(self, file: str, program: Program | None, names: Names) -> None:
        """Read what is not a file of the programme itself."""
        rules = self._rules
        findings, tree = self._kinds.trees.get(file) or self._files.tree(file)
        if tree is None:
            rules.broken.add("")  # nobody can tell how its rule is called
            return
        reader = Reader(findings, names, program)
        with suppress(TooManyFaults):
            if file.startswith(REWARDS):
                self._rewards.add(tree, reader)
            elif file == REFERRAL_FILE:
                for side in self._referral.read(tree, reader):
                    rules.add(side, findings)
            elif file.startswith(CHALLENGES):
                self._challenges.add(tree, reader)
            elif file.startswith(VOUCHERS):
                if (rule := self._kinds.add(tree, reader)) is not None:
                    rules.add(rule, findings)
            else:
                rules.read(file, tree, reader)
        if findings.faults and not is_table(tree) and not file.startswith((REWARDS, CHALLENGES)):
            rules.broken.add("" if file == REFERRAL_FILE else written_name(tree, "rule"))

    def _check_prizes(self) -> None:
        """Tell of rewards and vouchers that are named and cannot be given."""
        lost = [*self._challenges.lost(self._rewards.found), *self._rewards.lost(self._kinds.found)]
        for at, told, like in lost:
            self._files.open(at.file).add(at.line, at.column, told, like)
