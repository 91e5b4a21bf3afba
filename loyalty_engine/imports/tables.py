"""Rows of a Parquet or CSV file, a batch at a time, so that memory does not grow with the file."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Final

from loyalty_engine.imports.mapping import Column, Layout, SourceMapping

BATCH: Final = 512
LONGEST_FIELD: Final = 1 << 24

Row = Mapping[str, Any]


class UnusableFile(Exception):
    """The file cannot be read at all; the text says why and what to do."""


def rows_of(path: Path, mapping: SourceMapping) -> Iterator[Row]:
    """The rows with the columns that the mapping names. Raises UnusableFile, OSError."""
    wanted = wanted_columns(mapping)
    if path.suffix.lower() == ".parquet":
        return _parquet(path, wanted)
    if path.suffix.lower() in {".csv", ".tsv", ".txt"}:
        return _csv(path, wanted, mapping)
    raise UnusableFile(f"{path.name}: only .parquet and .csv files can be read")


def count_rows(path: Path) -> int | None:
    """How many rows there are, where the file says so itself."""
    if path.suffix.lower() != ".parquet":
        return None
    rows: int = _open_parquet(path).metadata.num_rows
    return rows


def wanted_columns(mapping: SourceMapping) -> Sequence[str]:
    """The file's own columns that the mapping names, each once."""
    basket, lines = mapping.basket, mapping.lines
    columns = [
        basket.id, basket.at, basket.member, basket.store, basket.touchpoint, basket.currency,
        basket.total, basket.kind.column,
        *(each for it in mapping.points for each in (it.spent, it.received)),
    ]  # fmt: skip
    if mapping.layout is Layout.LINES:
        columns += line_columns(mapping)
    names = [column.name for column in columns if column.name]
    if mapping.layout is Layout.BASKETS:
        names.append(lines.inside)
    return list(dict.fromkeys(names))


def line_columns(mapping: SourceMapping) -> list[Column]:
    """The columns that tell of a line."""
    lines = mapping.lines
    return [
        lines.id, lines.sku, lines.quantity, lines.unit_price, lines.brand, lines.category.column,
        *(it.column for it in lines.attributes),
    ]  # fmt: skip


def found(row: Row, column: Column) -> Any:
    """The value of a column in a row, None where the row has none."""
    return row.get(column.name) if column.value is None else column.value


def _open_parquet(path: Path) -> Any:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise UnusableFile(
            "reading Parquet needs pyarrow: pip install 'loyalty-engine[replay]'"
        ) from None
    try:
        return parquet.ParquetFile(path)
    except (ArrowException, ValueError) as error:
        raise UnusableFile(f"{path.name} is no Parquet file: {error}") from None


def _parquet(path: Path, wanted: Sequence[str]) -> Iterator[Row]:
    file = _open_parquet(path)
    _check_columns(path, wanted, file.schema_arrow.names)
    for batch in file.iter_batches(batch_size=BATCH, columns=list(wanted)):
        yield from batch.to_pylist()


def _csv(path: Path, wanted: Sequence[str], mapping: SourceMapping) -> Iterator[Row]:
    inside = mapping.lines.inside if mapping.layout is Layout.BASKETS else ""
    encoding = "utf-8-sig" if mapping.encoding == "utf-8" else mapping.encoding
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.DictReader(file, delimiter=mapping.delimiter, strict=True)
        try:
            with _long_fields():
                _check_columns(path, wanted, reader.fieldnames or ())
            while batch := _batch(reader):
                for row in batch:
                    if inside:
                        row[inside] = _nested(row[inside])
                    yield row
        except csv.Error as error:
            raise UnusableFile(f"{path.name}:{reader.line_num + 1}: {error}") from None
        except UnicodeDecodeError:
            raise UnusableFile(
                f"{path.name} is not written in {mapping.encoding}; "
                "say in the mapping in which encoding it is, csv: {encoding: cp1252}"
            ) from None


def _batch(reader: "csv.DictReader[str]") -> list[dict[str, Any]]:
    with _long_fields():
        return list(islice(reader, BATCH))


@contextmanager
def _long_fields() -> Iterator[None]:
    """Let baskets be as long as they are; the limit is one for the whole process, so briefly."""
    before = csv.field_size_limit(LONGEST_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _nested(text: str | None) -> Any:
    """Lines within a CSV column, as JSON; anything else is told by whoever reads the basket."""
    try:
        return json.loads(text or "", parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def _check_columns(path: Path, wanted: Sequence[str], there: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in there]
    if missing:
        raise UnusableFile(
            f"{path.name} has no column {', '.join(map(repr, missing))}; "
            f"it has {', '.join(there) or 'none'}"
        )
