"""Triggers by which the database itself refuses to change or remove an entry of the ledger."""

from sqlalchemy import DDL, Table, event

from loyalty_engine.storage.sql.tables.ledger import entries
from loyalty_engine.storage.sql.tables.parts import metadata
from loyalty_engine.storage.sql.tables.stored_value import value_entries

POSTGRESQL = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'entries are never changed or removed: add one that corrects';
    END $$
    """,
)


def _of_postgresql(table: str) -> str:
    return f"""
    CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """


def _of_sqlite(table: str, verb: str) -> str:
    return f"""
    CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
    BEGIN SELECT RAISE(ABORT, 'entries are never changed or removed: add one that corrects'); END
    """


def _listen(table: Table, dialect: str, statement: str) -> None:
    trigger = DDL(statement)  # type: ignore[no-untyped-call]
    event.listen(table, "after_create", trigger.execute_if(dialect=dialect))


for _statement in POSTGRESQL:
    # Before all tables, for none of them comes first on every database.
    _function = DDL(_statement)  # type: ignore[no-untyped-call]
    event.listen(metadata, "before_create", _function.execute_if(dialect="postgresql"))
for _table in (entries, value_entries):
    _listen(_table, "postgresql", _of_postgresql(_table.name))
    for _verb in ("update", "delete"):
        _listen(_table, "sqlite", _of_sqlite(_table.name, _verb))
