"""SQLAlchemy statements, compiled once for each database into text that the driver takes as it is.

Columns are plain (64-bit integers, texts, bytes), so values need no processing on the way.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    LargeBinary,
    String,
    Table,
    Text,
    bindparam,
    literal_column,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import Executable
from sqlalchemy.sql.functions import FunctionElement

Value = int | str | bytes | None
Values = Sequence[Value]
Refusal = Callable[[Values], Exception]
"""Makes the exception that a broken constraint means, from the values that were sent."""

POSTGRESQL = "postgresql"
SQLITE = "sqlite"
_DIALECTS: Mapping[str, Callable[[], DefaultDialect]] = {
    POSTGRESQL: lambda: PGDialect_psycopg(paramstyle="numeric_dollar"),  # type: ignore[no-untyped-call]
    SQLITE: lambda: SQLiteDialect_pysqlite(paramstyle="qmark"),
}
_INSERTS: Mapping[str, Callable[[Table], Any]] = {
    POSTGRESQL: postgresql.insert,
    SQLITE: sqlite.insert,
}


@dataclass(frozen=True, slots=True)
class Form:
    """A statement as one database takes it: `$1` for PostgreSQL, `?` for SQLite.

    `order` says which value stands at which place (None: as they come); `formats` are 1 for what
    is sent as bytes and 0 for numbers; `name` is for preparing, empty where each call is to be
    planned for its own values.
    """

    sql: str
    raw: bytes
    name: bytes
    order: Sequence[int] | None
    formats: Sequence[int]

    def arrange(self, values: Values) -> Values:
        """The values in the order of their places in the text."""
        order = self.order
        return values if order is None else [values[index] for index in order]


def var(name: str) -> BindParameter[Any]:
    """A place for a value; its type follows from what it stands beside."""
    return bindparam(name)


def number_var(name: str) -> BindParameter[int]:
    """A place for a number where nothing beside it tells its type."""
    return bindparam(name, type_=BigInteger)


class _Among(FunctionElement[bool]):
    """A number and the text that lists those it may be."""

    type = Boolean()
    inherit_cache = True


@compiles(_Among, POSTGRESQL)
def _among_array(element: _Among, compiler: SQLCompiler, **more: Any) -> str:
    number, listed = (compiler.process(it, **more) for it in element.clauses)
    return f"{number} = ANY(CAST(string_to_array({listed}, ',') AS BIGINT[]))"


@compiles(_Among, SQLITE)
def _among_values(element: _Among, compiler: SQLCompiler, **more: Any) -> str:
    number, listed = (compiler.process(it, **more) for it in element.clauses)
    return f"{number} IN (SELECT value FROM json_each('[' || {listed} || ']'))"  # noqa: S608 - ours


def among(number: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """That a number is one of those in a text, written with commas between."""
    return _Among(number, bindparam(name, type_=Text))


def const(value: int | str) -> ColumnElement[Any]:
    """A value that is part of the text: as a parameter it would hide partial indexes."""
    if isinstance(value, str):
        return literal_column("'" + value.replace("'", "''") + "'", Text)
    return literal_column(str(value), BigInteger)


_numbers = count()


class Statement:
    """One Core statement and the names of its values, in the order in which callers give them.

    `unique` and `check` say what it means when the database refuses it for such a constraint;
    without them it is a bug of ours. `build` may take the dialect's own `insert`. A question over
    many rows is not `prepared`: a plan for any values may be a very bad one for these.
    """

    __slots__ = ("_build", "_forms", "_name", "check", "names", "unique")

    def __init__(
        self,
        build: Executable | Callable[[Callable[[Table], Any]], Executable],
        *names: str,
        unique: Refusal | None = None,
        check: Refusal | None = None,
        prepared: bool = True,
    ) -> None:
        self._build = build
        self.names = names
        self.unique = unique
        self.check = check
        self._forms: dict[str, Form] = {}
        self._name = b"s%d" % next(_numbers) if prepared else b""

    def form(self, database: str) -> Form:
        """The text and the order of values for `postgresql` or `sqlite`."""
        found = self._forms.get(database)
        if found is None:
            found = self._forms[database] = self._compile(database)
        return found

    def _compile(self, database: str) -> Form:
        build = self._build
        core = build if isinstance(build, Executable) else build(_INSERTS[database])
        compiled = core.compile(dialect=_DIALECTS[database]())  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        places = compiled.positiontup or []
        assert set(self.names) == set(places), (set(self.names) ^ set(places), compiled.string)
        order = [self.names.index(name) for name in places]
        return Form(
            sql=compiled.string,
            raw=compiled.string.encode(),
            name=self._name,
            order=None if order == list(range(len(self.names))) else order,
            formats=[int(_is_bytes(compiled.binds[name])) for name in places],
        )


def _is_bytes(place: BindParameter[Any]) -> bool:
    return isinstance(place.type, String | LargeBinary)
