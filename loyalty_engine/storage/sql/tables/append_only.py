"""Triggers by which the database itself refuses to change or remove an entry of the ledger."""

from sqlalchemy import DDL, event

from loyalty_engine.storage.sql.tables.ledger import entries

POSTGRESQL = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'entries are never changed or removed: add one that corrects';
    END $$
    """,
    """
    CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
)
SQLITE = tuple(
    f"""
    CREATE TRIGGER entries_no_{verb} BEFORE {verb} ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are never changed or removed: add one that corrects'); END
    """
    for verb in ("update", "delete")
)

for _dialect, _statements in (("postgresql", POSTGRESQL), ("sqlite", SQLITE)):
    for _statement in _statements:
        _trigger = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(entries, "after_create", _trigger.execute_if(dialect=_dialect))
