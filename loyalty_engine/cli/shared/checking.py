"""Rule files read and parsed without putting them in force, with the words that plugins add."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from loyalty_engine.config import Settings
from loyalty_engine.plugin_loader import load_plugins
from loyalty_engine.rule_files import programmes, read_programme
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.words import Word
from loyalty_engine.scenarios.form import Scenario
from loyalty_engine.scenarios.reading import read_scenarios

Words = Mapping[str, type[Word]]


@dataclass(frozen=True, slots=True)
class Checked:
    """A programme's files, parsed: the rulebook and its scenarios."""

    rulebook: Rulebook
    scenarios: tuple[Scenario, ...]


@contextmanager
def all_words(settings: Settings) -> Iterator[Words]:
    """The words that rules may use, those of plugins too."""
    plugins = load_plugins(settings.plugins, settings.plugins_off)
    try:
        yield plugins.words
    finally:
        plugins.close()


def check_folder(folder: Path, words: Words) -> Checked:
    """Read and parse a programme's folder. Raises `RulebookErrors` with every fault of it."""
    source = read_programme(folder)
    rulebook = parse_rulebook(source, words)
    return Checked(rulebook, read_scenarios(source, rulebook))


def rulebook_faults(settings: Settings, root: Path) -> dict[str, RulebookErrors]:
    """What is wrong with the rules under `root`, by programme; their scenarios are not looked at."""
    found: dict[str, RulebookErrors] = {}
    with all_words(settings) as words:
        for name in programmes(root):
            try:
                parse_rulebook(read_programme(root / name), words)
            except RulebookErrors as errors:
                found[name] = errors
    return found
