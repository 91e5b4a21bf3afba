"""Every key begins with the programme and what its rows are spread by: ready for many machines."""

import pytest
from sqlalchemy import Table, UniqueConstraint

from loyalty_engine.storage.sql.tables import metadata

SECOND = {
    "member": {"member", "account"},
    "owner": {"owner"},
    "purse": {"purse"},
    "value": {"kind", "client", "code"},
    "reference": None,
}
"""What follows the programme in each key; None where rows are few and stand on every machine."""

TABLES = sorted(metadata.tables.values(), key=lambda table: table.name)


def unique_keys(table: Table) -> list[list[str]]:
    unique = [it for it in table.constraints if isinstance(it, UniqueConstraint)]
    indexes = [it for it in table.indexes if it.unique]
    return [[it.name for it in key.columns] for key in (table.primary_key, *unique, *indexes)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_keys_begin_with_the_programme_and_what_rows_are_spread_by(table: Table):
    spread = table.info.get("spread")
    assert spread in SECOND, f"{table.name} says not how it is spread: info={{'spread': ...}}"
    for key in unique_keys(table):
        assert key[0] == "program", key
        if SECOND[spread] is not None:
            assert key[1] in SECOND[spread], key


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_a_table_is_spread_by_is_one_of_its_columns(table: Table):
    second = SECOND[table.info["spread"]]
    assert second is None or second & set(table.columns.keys())
    assert not table.foreign_keys, "a foreign key would tie rows on different machines together"


def test_columns_are_of_the_plain_types_that_are_sent_as_they_are():
    types = {type(column.type).__name__ for table in TABLES for column in table.columns}
    assert types == {"BigInteger", "Text", "LargeBinary"}
