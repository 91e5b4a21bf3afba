"""What the tables are made of: plain columns, and the kinds of spreading over machines."""

from typing import Any

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Text

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "ck": "%(table_name)s_%(constraint_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
    }
)
"""Constraints are named alike on every database, so that a refusal can be told by its name."""

BY_MEMBER = {"spread": "member"}
BY_OWNER = {"spread": "owner"}
BY_VALUE = {"spread": "value"}
BY_PURSE = {"spread": "purse"}
REFERENCE = {"spread": "reference"}

KEPT_IN_KEY: dict[str, Any] = {"sqlite_with_rowid": False}
"""For short rows: SQLite then keeps them in the key's own tree instead of in two trees."""

CHANGES_OFTEN: dict[str, Any] = {"postgresql_with": {"fillfactor": 80}}
"""For rows that change often: PostgreSQL then writes the new version beside the old one."""


def one_of(column: str, values: tuple[str, ...]) -> str:
    """The text of a check that a column holds one of these words."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def number(name: str, *, null: bool = False) -> Column[int]:
    """A 64-bit integer: counts, points, minor units, microseconds since 1970."""
    return Column(name, BigInteger, nullable=null)


def text(name: str, *, null: bool = False) -> Column[str]:
    """A text; what is JSON says so beside its table."""
    return Column(name, Text, nullable=null)


def blob(name: str, *, null: bool = False) -> Column[Any]:
    """Bytes, as they came or as they will be sent."""
    return Column(name, LargeBinary, nullable=null)
