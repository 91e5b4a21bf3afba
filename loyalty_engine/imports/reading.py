"""A file into the scratch database: grouped, cleaned, each basket once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final

from loyalty_engine.imports.account import Account
from loyalty_engine.imports.baskets import BasketReader
from loyalty_engine.imports.mapping import Layout, SourceMapping
from loyalty_engine.imports.staging import Staging
from loyalty_engine.imports.tables import Row, found, rows_of
from loyalty_engine.imports.values import text_of

REPEATED: Final = "the same basket again, word for word"

Numbered = tuple[int, Row, Sequence[Row] | None]


def read_baskets(
    path: Path,
    mapping: SourceMapping,
    decimals: int,
    account: Account,
    *,
    limit: int | None = None,
    tell: Callable[[int], object] | None = None,
) -> Staging:
    """Read a file, or its first `limit` baskets. `tell` hears how many rows have been read.

    `decimals` are those of the currency. Raises UnusableFile and OSError; what is wrong with a
    single basket is left to `account`.
    """
    staging = Staging(mapping)
    reader = BasketReader(mapping, decimals)
    inside = mapping.layout is Layout.BASKETS
    try:
        for number, row, lines in islice(_grouped(path, mapping), limit):
            basket = reader.basket(row, lines, number)
            if basket.left_out:
                account.begin(basket)
                account.leave_out_all(basket, basket.left_out, basket.detail)
            elif not staging.add(basket):
                account.begin(basket)
                account.leave_out_all(basket, REPEATED)
            if tell is not None:
                tell(number if inside else number + len(lines or ()) - 1)
    except BaseException:
        staging.close()
        raise
    return staging


def _grouped(path: Path, mapping: SourceMapping) -> Iterator[Numbered]:
    """Baskets with the number of their first row and the rows of their lines."""
    numbered = enumerate(rows_of(path, mapping), start=1)
    if mapping.layout is Layout.BASKETS:
        inside = mapping.lines.inside
        for number, row in numbered:
            yield number, row, _rows_in(row.get(inside))
        return
    column = mapping.basket.id

    def name(each: tuple[int, Row]) -> str:
        return text_of(found(each[1], column), column.clean)

    for _, group in groupby(numbered, key=name):
        several = list(group)
        yield several[0][0], several[0][1], [row for _, row in several]


def _rows_in(value: Any) -> Sequence[Row] | None:
    """The lines within a basket's column, None where it holds something else."""
    if not isinstance(value, list) or not all(isinstance(it, Mapping) for it in value):
        return None
    return value
