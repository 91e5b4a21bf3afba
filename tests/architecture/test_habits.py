"""Habits that a reader may rely on, held by a test instead of by memory."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "loyalty_engine"
PURE = ("domain", "rulebook", "vocabulary")
LONGEST_MODULE = 260

# Written in pieces, so that this file does not find itself.
PLACES = re.compile(
    "|".join(
        [
            r"\bpypi" + r"\.org",
            r"\bpypi" + r"\.python\.org",
            r"pythonho" + r"sted\.org",
            r"test\.pypi" + r"\b",
            r"(?<![\w.])/work" + r"/",
            r"(?<![\w.])/opt" + r"/(?:wheels|pypi)",
            r"(?<![\w.])/root" + r"/",
            r"(?<![\w.])/home" + r"/(?!loyalty\b)\w+",
        ]
    )
)
INDEX = re.compile(
    r"--(?:extra-)?index-url|--find-links|--trusted-host|https?://|file:", re.IGNORECASE
)
UNSAFE = {
    "eval": "parse the text instead",
    "exec": "parse the text instead",
    "pickle": "store JSON: a pickle runs what it holds",
    "marshal": "store JSON",
    "yaml.load": "use the parser's events or a safe loader",
    "yaml.unsafe_load": "use the parser's events or a safe loader",
}


@cache
def committed() -> tuple[Path, ...]:
    """What git keeps, or every file where the project was unpacked without git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        aside = {".git", ".venv", "build", "__pycache__"}
        every = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        listed = "\0".join(str(path) for path in every if not aside & set(path.parts))
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def texts() -> Iterator[tuple[str, str]]:
    for path in committed():
        try:
            yield str(path.relative_to(ROOT)), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def modules(*rooms: str) -> list[Path]:
    folders = [ENGINE / room for room in rooms] if rooms else [ENGINE]
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def test_no_committed_text_names_a_package_registry_or_a_place_on_one_machine():
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if PLACES.search(line)
    ]
    assert not found, "\n".join(found)


def test_the_search_for_places_finds_them():
    for text in ("https://pypi" + ".org/simple", "see /work" + "/main", "/home" + "/ada/code"):
        assert PLACES.search(text), text
    for text in ("/v1/purchases", "docs/work/notes", "/home" + "/loyalty/app"):
        assert not PLACES.search(text), text


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements/*")), ids=lambda path: path.name)
def test_requirements_come_from_wherever_the_installer_is_told(path: Path):
    assert not INDEX.search(path.read_text())


@pytest.mark.parametrize("name", ["image.txt", "run.txt", "dev.txt"])
def test_every_requirement_is_pinned_with_a_hash(name: str):
    text = (ROOT / "requirements" / name).read_text().replace("\\\n", " ")
    pins = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert pins
    assert [line[:60] for line in pins if "==" not in line or "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("name", ["image.txt", "run.txt"])
def test_what_is_tested_is_what_is_shipped(name: str):
    shipped, tested = (pins(ROOT / "requirements" / each) for each in (name, "dev.txt"))
    assert {package: tested.get(package) for package in shipped} == shipped


def pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", path.read_text(), re.MULTILINE))


def test_the_core_counts_in_whole_numbers():
    found = []
    for path in modules(*PURE):
        for node in ast.walk(ast.parse(path.read_text())):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
            call = isinstance(node, ast.Call) and dotted(node.func) == "float"
            if literal or call:
                found.append(f"{name_of(path)}:{node.lineno}: a float")
    assert not found, "Points and money are integers, shares are Fractions:\n" + "\n".join(found)


def test_nothing_runs_what_it_was_given_to_read():
    found = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            names: list[str] = []
            if isinstance(node, ast.Call):
                names = [dotted(node.func)]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{a.name}" for a in node.names)]
            found += [
                f"{name_of(path)}:{node.lineno}: {name}: {UNSAFE[name]}"
                for name in names
                if name in UNSAFE
            ]
    assert not found, "\n".join(found)


def test_every_module_says_what_it_is_for():
    silent = [name_of(p) for p in modules() if not ast.get_docstring(ast.parse(p.read_text()))]
    assert not silent, "No docstring: " + ", ".join(silent)


def test_no_module_outgrows_one_reading():
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in modules()}
    long = {name: length for name, length in lengths.items() if length > LONGEST_MODULE}
    assert not long, f"Over {LONGEST_MODULE} lines, find the second idea in them: {long}"
