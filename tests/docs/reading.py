"""What tests read out of Markdown: fenced blocks with the comment above them, and tables."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("rules/**/*.md")]
    if path.is_file()
)
_BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>[^>]*?) -->\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_TABLE = re.compile(r"(?:^<!-- (?P<mark>[^>]*?) -->\n)?(?P<text>(?:^\|.*\|\n)+)", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the comment just above it, its text."""

    kind: str
    mark: str
    text: str


def blocks(path: Path) -> list[Block]:
    return [
        Block(it["kind"], it["mark"] or "", it["text"]) for it in _BLOCK.finditer(path.read_text())
    ]


def tables(path: Path) -> list[tuple[str, list[dict[str, str]]]]:
    """Every table with the comment just above it: a row is its cells by column."""
    text = _BLOCK.sub("", path.read_text())
    found = []
    for match in _TABLE.finditer(text):
        lines = [
            [cell.strip() for cell in line.strip("|").split(" | ")]
            for line in (raw.replace("|  |", "|   |") for raw in match["text"].splitlines())
        ]
        head, _, *rows = [[cell.strip("| ") for cell in line] for line in lines]
        found.append((match["mark"] or "", [dict(zip(head, row, strict=False)) for row in rows]))
    return found


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))
