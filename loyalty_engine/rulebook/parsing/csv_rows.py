"""CSV text to rows of cells, as spreadsheets of any country write it; nothing is typed or computed.

The sign between cells is read off the first row. A cell stays on its row, so that the row of a
spreadsheet is the line of the file and a fault names both. What a spreadsheet puts into a file by
mistake (a formula, the name of an error) is told, and never taken for a value.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from loyalty_engine.rulebook.faults import Findings, shown
from loyalty_engine.rulebook.parsing.characters import STRANGE, named, place_of

MOST_CHARACTERS: Final = 8 * 1024 * 1024
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 64
LONGEST_CELL: Final = 1000
LONGEST_ROW: Final = MOST_COLUMNS * (LONGEST_CELL + 3)
"""With its quotation marks and the sign after it for each cell."""

_SEPARATORS = ";,\t"
_TOLD = re.compile(r"\"?sep=(.)\"?\Z")
_FORMULA = re.compile(r"=|[+@-]\s*[A-Za-z][\w.]*\s*\(")
_SPREADSHEET_ERROR = re.compile(r"#[A-Z][A-Z0-9/_?!]*[!?A]\Z|#DIV/0!\Z")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row without the spaces around them; `number` counts from 1."""

    number: int
    cells: list[str]

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first row and those below it. In `rows` all have as many cells as the first.

    `decimal_comma` tells that cells are divided by semicolons: spreadsheets do so where the comma
    stands in numbers.
    """

    head: Row
    rows: Iterator[Row]
    decimal_comma: bool


def read_sheet(
    text: str,
    findings: Findings,
    *,
    most_rows: int = MOST_ROWS,
    most_characters: int = MOST_CHARACTERS,
) -> Sheet | None:
    """The rows of one file, or None where it cannot be read at all.

    Faults go to `findings`, their columns being the numbers of cells; rows with a fault are left
    out. Reading `rows` may raise TooManyFaults.
    """
    if len(text) > most_characters:
        findings.add(1, 1, f"the table is larger than {most_characters // 2**20} MiB; divide it")
        return None
    text = text.removeprefix("\ufeff")
    if strange := STRANGE.search(text):
        row, column = place_of(text, strange.start())
        said = f"the character {named(strange[0])} cannot stand in a table (character {column})"
        findings.add(row, 1, said)
        return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", 2 * most_rows)
    told = _TOLD.match(lines[0])
    number = 2 if told else 1
    if any(lines[number + most_rows :]):
        findings.add(number + most_rows + 1, 1, f"more than {most_rows} rows; divide the table")
        return None
    if not any(line.strip() for line in lines[number - 1 :]):
        findings.add(1, 1, "the table is empty")
        return None
    separator = told[1] if told else _separator(lines[0])
    reading = _Reading(findings, separator)
    head = reading.row(number, lines[number - 1])
    if head is None:
        return None
    while head.cells and not head.cells[-1]:
        head.cells.pop()
    rows = reading.below(lines, number, len(head.cells))
    return Sheet(head, rows, decimal_comma=separator == ";")


def _separator(line: str) -> str:
    """The sign between cells: of those in the first row, which holds only words, the commonest."""
    return max(_SEPARATORS, key=line.count) if any(map(line.count, _SEPARATORS)) else ","


@dataclass(frozen=True, slots=True)
class _Reading:
    findings: Findings
    separator: str

    def below(self, lines: list[str], head: int, width: int) -> Iterator[Row]:
        """The rows below the first that hold anything; all as wide as it."""
        for number, line in enumerate(lines[head:], head + 1):
            row = self.row(number, line)
            if row is None or row.is_blank:
                continue
            if any(row.cells[width:]) or len(row.cells) < width:
                has = f"{len(row.cells)} cell{'s' * (len(row.cells) != 1)}"
                said = f"this row has {has} where the first row has {width}"
                self.findings.add(number, min(len(row.cells), width + 1), said)
                continue
            del row.cells[width:]
            yield row

    def row(self, number: int, line: str) -> Row | None:
        """The cells of one line; None where they cannot be read."""
        if len(line) > LONGEST_ROW:
            self.findings.add(number, 1, f"the row is longer than {LONGEST_ROW} characters")
            return None
        if '"' in line:
            try:
                (cells,) = csv.reader([line], delimiter=self.separator, strict=True)
            except csv.Error as error:
                self.findings.add(number, 1, _explained(error))
                return None
        else:
            cells = line.split(self.separator, MOST_COLUMNS + 1)
        if len(cells) > MOST_COLUMNS:
            self.findings.add(number, MOST_COLUMNS + 1, f"more than {MOST_COLUMNS} columns")
            return None
        row = Row(number, [cell.strip() for cell in cells])
        faultless = True
        for column, cell in enumerate(row.cells, 1):
            if cell and (wrong := _wrong(cell)):
                self.findings.add(number, column, wrong)
                faultless = False
        return row if faultless else None


def _explained(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return (
            "a quotation mark opened in this row is not closed in it; a cell cannot hold a line end"
        )
    return 'after a closing quotation mark the next cell begins; inside of a text write "" for "'


def _wrong(cell: str) -> str | None:
    if len(cell) > LONGEST_CELL:
        return f"a cell is longer than {LONGEST_CELL} characters"
    if cell[0] in "=+@-" and _FORMULA.match(cell):
        return f"{shown(cell)} is a formula; write what comes out of it"
    if cell[0] == "#" and _SPREADSHEET_ERROR.match(cell):
        return f"{shown(cell)} is an error of the spreadsheet; mend it there"
    return None
