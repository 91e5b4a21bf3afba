"""Plugins are found, checked and named; what is wrong stops the start and says where."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest

from loyalty_engine.plugin_loader import PluginFaults, load_plugins
from loyalty_engine.vocabulary import standard_words
from tests.plugins.conftest import Load, Write

WORDS = """
    from dataclasses import dataclass
    from loyalty_engine.rulebook.words import Condition

    @dataclass(frozen=True)
    class Sunny(Condition):
        word = "%s"
        says = "the sun shines"

        def holds(self, facts):
            return True

    @hookimpl
    def register_words():
        return [Sunny]
"""
FACTS = """
    @hookimpl
    def gather_facts(purchase):
        return {"sunny": True}
"""


def faults(load: Load, **options: object) -> list[str]:
    with pytest.raises(PluginFaults) as caught:
        load(**options)
    assert str(caught.value).splitlines() == list(caught.value.faults)
    return list(caught.value.faults)


def the_fault(load: Load) -> str:
    (fault,) = faults(load)
    return fault


def test_without_plugins_there_are_the_standard_words(load: Load):
    plugins = load()
    assert plugins.names == ()
    assert set(plugins.words.values()) == set(standard_words())


def test_a_folder_that_is_not_there_holds_no_plugins(tmp_path: Path):
    assert load_plugins(tmp_path / "none", installed=False).names == ()
    assert load_plugins(None, installed=False).names == ()


def test_a_plugin_adds_its_words(load: Load, write: Write):
    write("weather", WORDS % "sun_shines")
    plugins = load()
    assert plugins.names == ("weather",)
    assert plugins.words["sun_shines"].__name__ == "Sunny"
    assert len(plugins.words) == len(standard_words()) + 1


def test_a_plugin_may_be_a_package_with_modules_of_its_own(load: Load, write: Write):
    write("weather/__init__.py", "from .words import register_words")
    write("weather/words.py", WORDS % "sun_shines")
    assert "sun_shines" in load().words


def test_other_files_are_left_alone(load: Load, write: Write, folder: Path):
    write("weather", FACTS)
    write("_shared", "1 / 0")
    (folder / "README.md").write_text("nothing to import")
    (folder / "weather.toml").write_text("not = python")
    (folder / "data").mkdir()
    assert load().names == ("weather",)


def test_one_that_is_switched_off_is_not_even_imported(load: Load, write: Write):
    write("broken", "1 / 0")
    write("weather", FACTS)
    assert load(frozenset({"broken"})).names == ("weather",)


def test_switching_off_what_is_not_there_is_told_and_harmless(
    load: Load, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.WARNING):
        load(frozenset({"no_such_plugin"}))
    assert "no_such_plugin" in caplog.text


def test_a_word_given_twice_names_both_files(load: Load, write: Write):
    first = write("forecast", WORDS % "sun_shines")
    second = write("weather", WORDS % "sun_shines")
    fault = the_fault(load)
    assert "'sun_shines'" in fault
    assert str(first) in fault
    assert str(second) in fault


def test_a_standard_word_cannot_be_taken(load: Load, write: Write):
    path = write("weather", WORDS % "tier_is")
    fault = the_fault(load)
    assert "'tier_is'" in fault
    assert str(path) in fault
    assert "vocabulary/conditions/tier_is.py" in fault


@pytest.mark.parametrize("name", ["any", "Sun", "sun shines", "", "x" * 65])
def test_a_word_needs_a_name_that_rules_can_write(load: Load, write: Write, name: str):
    write("weather", WORDS % name)
    assert "needs `word`" in the_fault(load)


@pytest.mark.parametrize(
    ("line", "instead", "told"),
    [
        ("@dataclass(frozen=True)", "@dataclass", "frozen"),
        ("@dataclass(frozen=True)", "", "frozen"),
        ('says = "the sun shines"', "", "says"),
        ('says = "the sun shines"', 'says = "it is {hot}"', "'hot'"),
        ('says = "the sun shines"', 'says = "sun"; says_in = {"fr": "{chaud}"}', "'chaud'"),
        ('says = "the sun shines"', 'says = "sun"; says_in = "soleil"', "says_in"),
        ('says = "the sun shines"', 'says = "sun"; at: float = 0', "float"),
        ("def holds", "def hold", "holds"),
        ("[Sunny]", "[Sunny()]", "class"),
        ("[Sunny]", "[int]", "class"),
        ("[Sunny]", "None", "NoneType"),
        ("return [Sunny]", "raise SystemExit('no')", "SystemExit: no"),
        ("return [Sunny]", "while True: yield Sunny", "more than 1000"),
    ],
)
def test_a_word_that_cannot_be_one_is_refused(
    load: Load, write: Write, line: str, instead: str, told: str
):
    path = write("weather", (WORDS % "sun_shines").replace(line, instead))
    fault = the_fault(load)
    assert fault.startswith(str(path))
    assert told in fault


def test_two_plugins_of_one_name_are_both_told(load: Load, write: Write, folder: Path):
    write("weather", FACTS)
    write("weather/__init__.py", FACTS)
    fault = the_fault(load)
    assert str(folder / "weather.py") in fault
    assert f"{folder / 'weather'} " in fault + " "


@pytest.mark.parametrize("name", ["Weather", "wea-ther", "9to5"])
def test_a_name_must_do_as_a_name_of_facts(load: Load, write: Write, name: str):
    path = write(name, FACTS)
    assert the_fault(load).startswith(f"{path}: a plugin's name")


def test_a_misspelt_hook_stops_the_start(load: Load, write: Write):
    path = write("weather", FACTS.replace("gather_facts", "gather_fact"))
    assert the_fault(load) == (
        f"{path}: there is no hook 'gather_fact'; did you mean 'gather_facts'?"
    )


def test_an_argument_that_the_hook_does_not_have_is_named(load: Load, write: Write):
    path = write("weather", FACTS.replace("(purchase)", "(purchase, weather)"))
    fault = the_fault(load)
    assert fault.startswith(str(path))
    assert "gather_facts(purchase, weather)" in fault
    assert "'weather'" in fault


def test_a_hook_that_is_not_marked_is_told(load: Load, write: Write):
    path = write("weather", FACTS.replace("@hookimpl", ""))
    assert the_fault(load) == f"{path}: gather_facts is not marked; put @hookimpl above it"


def test_a_module_without_hooks_is_no_plugin(load: Load, write: Write):
    path = write("weather", "SUNNY = True")
    assert the_fault(load).startswith(f"{path}: it has none of the hooks: register_words, ")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("@hookimpl\nasync def guard(request): ...", "is async"),
        ("@hookimpl\ndef guard(request): yield", "yields"),
        ("@hookimpl(wrapper=True)\ndef guard(request): return (yield)", "wrapper"),
        (
            "@hookimpl\ndef guard(request): ...\n@hookimpl(specname='guard')\ndef more(): ...",
            "2 times",
        ),
        ("@hookimpl\ndef guard(request): ...\nGUARD_FAILS = 'permit'", "refuse_spending"),
        ("@hookimpl\ndef guard(request): ...\nPROGRAMS = 'grocer'", "PROGRAMS"),
        ("@hookimpl\ndef guard(request): ...\nPROGRAMS = ()", "PROGRAMS"),
        ("@hookimpl\ndef guard(request): ...\nPROGRAMS = [1]", "PROGRAMS"),
        ("@hookimpl\ndef open_channels(): return [object()]", "name"),
        ("1 / 0", "cannot be imported: ZeroDivisionError"),
        ("import sys; sys.exit('bye')", "cannot be imported: SystemExit: bye"),
        ("raise KeyboardInterrupt", "cannot be imported: KeyboardInterrupt"),
        ("def", "cannot be imported: SyntaxError"),
        ("import no_such_module_anywhere", "no_such_module_anywhere"),
    ],
)
def test_what_cannot_work_names_the_file(load: Load, write: Write, code: str, told: str):
    path = write("weather", code)
    fault = the_fault(load)
    assert fault.startswith(f"{path}: ")
    assert told in fault


def test_all_faults_are_told_at_once(load: Load, write: Write):
    write("one", "1 / 0")
    write("two", FACTS.replace("@hookimpl", ""))
    write("three", WORDS % "tier_is")
    assert len(faults(load)) == 3


CHANNEL = """
    class Pigeon:
        name = "pigeon"
        def send(self, id, address, text): ...

    @hookimpl
    def open_channels():
        return [Pigeon()]
"""


def test_channels_are_kept_by_name(load: Load, write: Write):
    write("post", CHANNEL)
    assert list(load().channels) == ["pigeon"]


def test_a_channel_given_twice_is_told(load: Load, write: Write):
    write("post", CHANNEL)
    write("zoo", CHANNEL)
    fault = the_fault(load)
    assert "post.py" in fault
    assert "zoo.py" in fault


def install(site: Path, module: str, point: str, code: str) -> None:
    """What pip leaves behind of a package with a plugin."""
    (site / f"{module}.py").write_text("from loyalty_engine.hookspecs import hookimpl\n" + code)
    info = site / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[loyalty_engine.plugins]\n{point} = {module}\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


def test_an_installed_plugin_is_found_by_its_entry_point(load: Load, site: Path):
    install(
        site, "loyalty_tides", "tides", "@hookimpl\ndef gather_facts(): return {'high': True}\n"
    )
    plugins = load(installed=True)
    assert "tides" in plugins.names
    del sys.modules["loyalty_tides"]


def test_an_installed_plugin_and_one_in_the_folder_cannot_share_a_name(
    load: Load, write: Write, site: Path
):
    install(site, "loyalty_tides", "weather", "1 / 0")
    path = write("weather", FACTS)
    (fault,) = faults(load, installed=True)
    assert str(path) in fault
    assert "weather = loyalty_tides" in fault
