"""Rows are read a batch at a time, from Parquet and from CSV as spreadsheets write it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from loyalty_engine.imports.account import Account
from loyalty_engine.imports.reading import read_baskets
from loyalty_engine.imports.source import SourceBasket
from loyalty_engine.imports.tables import BATCH, UnusableFile, count_rows, rows_of
from tests.imports.making import MAPPING, mapping, rows

NESTED = """
source: nested
layout: baskets
zone: UTC
basket: {id: id, at: at}
lines: {in: lines, sku: sku, quantity: n, unit_price: price}
"""


def baskets(path: Path, lines: str) -> tuple[list[SourceBasket], Account]:
    account = Account(2)
    staging = read_baskets(path, mapping(lines), 2, account)
    found = list(staging.in_time())
    staging.close()
    return found, account


def test_parquet_with_lines_inside_is_read_in_batches(tmp_path: Path):
    path = tmp_path / "many.parquet"
    many = 2 * BATCH + 7
    line = [{"sku": "A", "n": 2, "price": 1.1, "unused": "x"}]
    parquet.write_table(
        pa.table(
            {
                "id": [f"P{number}" for number in range(many)],
                "at": ["2026-01-01T10:00"] * many,
                "lines": [line] * many,
                "unused": [1] * many,
            }
        ),
        path,
    )
    assert count_rows(path) == many
    first = next(iter(rows_of(path, mapping(NESTED))))
    assert set(first) == {"id", "at", "lines"}
    found, _ = baskets(path, NESTED)
    assert [it.id for it in found] == [f"P{number}" for number in range(many)]
    assert found[0].lines[0].value == 220


def test_csv_as_spreadsheets_write_it(tmp_path: Path):
    path = tmp_path / "export.csv"
    content = 'id;at;lines\r\nP1;2026-01-01T10:00;"[{""sku"":""A"",""n"":3,""price"":0.1}]"\r\n'
    path.write_bytes(b"\xef\xbb\xbf" + content.encode())
    found, _ = baskets(path, NESTED + "csv: {delimiter: ;}\n")
    assert found[0].lines[0].value == 30  # 0.1 is read as it is written, not as a binary fraction


def test_rows_that_are_lines_are_grouped_wherever_they_stand(tmp_path: Path):
    path = tmp_path / "lines.csv"
    path.write_text(
        rows("""
        1,01/03/2026 10:00,ada,Lyon,A,1,1.00
        2,01/03/2026 09:00,ben,Lyon,A,1,2.00
        1,01/03/2026 10:00,ada,Lyon,B,1,3.00
        2,01/03/2026 09:00,ben,Lyon,A,1,2.00
        """)
    )
    found, account = baskets(path, MAPPING)
    assert [(it.id, [(line.id, line.sku, line.value) for line in it.lines]) for it in found] == [
        ("2", [("1", "A", 200), ("1~2", "A", 200)]),
        ("1", [("1", "A", 100), ("1~2", "B", 300)]),
    ]
    assert not account.left_out


def test_the_same_basket_again_is_left_out_and_another_under_its_id_is_not(tmp_path: Path):
    path = tmp_path / "twice.csv"
    one = '"[{""sku"":""A"",""n"":1,""price"":1}]"'
    other = '"[{""sku"":""A"",""n"":2,""price"":1}]"'
    at = "2026-01-01T10:00"
    path.write_text(
        "id,at,lines\n" + "".join(f"P1,{at},{it}\n" for it in (one, one, other, other, one))
    )
    found, account = baskets(path, NESTED)
    assert [(it.id, it.lines[0].value) for it in found] == [("P1", 100), ("P1~2", 200)]
    (reason,) = account.left_out
    assert reason == "the same basket again, word for word"
    assert (account.left_out[reason].lines, account.left_out[reason].value) == (3, 400)


@pytest.mark.parametrize("content", ['"no json"', '"{}"', '"[1]"', '"[[[["', ""])
def test_a_basket_whose_lines_are_none_is_told(tmp_path: Path, content: str):
    path = tmp_path / "bad.csv"
    path.write_text(f"id,at,lines\nP1,2026-01-01T10:00,{content}\n")
    found, account = baskets(path, NESTED)
    assert not found
    assert account.baskets == {"cannot be read": 1}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"id,at\nP1,x\n", "a.csv has no column 'lines'; it has id, at"),
        ("a.csv", b"", "it has none"),
        ("a.csv", b'id,at,lines\nP1,"x', "a.csv:"),
        ("a.csv", b"id,at,lines\nP\xff,x,y\n", "a.csv is not written in utf-8"),
        ("a.parquet", b"id,at,lines\n", "a.parquet is no Parquet file"),
        ("a.xlsx", b"", "only .parquet and .csv files can be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, told: str
):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnusableFile) as refused:
        baskets(path, NESTED)
    assert told in str(refused.value)
