"""The migrations make the schema that the statements are written for, from any revision on."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.migrate import (
    all_revisions,
    current_revision,
    is_up_to_date,
    migrate,
    newest_revision,
)
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.tables import metadata
from tests.storage.filling import check, dump, fill, kept, load
from tests.storage.making import PROGRAM

EVERYTHING = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master "
    "WHERE name NOT LIKE 'sqlite_%' AND tbl_name <> 'alembic_version'",
    "postgresql": """
        SELECT 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,
            attnum, reloptions
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0
        UNION ALL SELECT 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid),
            NULL, NULL, NULL
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT 'index', tablename::regclass, indexname, indexdef, NULL, NULL, NULL
        FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'trigger', tgrelid::regclass, tgname, pg_get_triggerdef(oid),
            NULL, NULL, NULL
        FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT 'function', NULL, proname, regexp_replace(prosrc, '\\s+', ' ', 'g'),
            NULL, NULL, NULL
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    """,
}


def inspected(url: str) -> set[tuple[str, ...]]:
    """All that the database itself says of its schema, triggers and constraints too."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(EVERYTHING[engine.name]).all()
    return {
        tuple("".join(sorted(str(part).replace(",", " ").split())) for part in row)
        for row in rows
        if str(row[1]) != "alembic_version"
    }


def test_migrating_makes_the_declared_schema(database_url: str):
    assert current_revision(database_url) is None
    assert not is_up_to_date(database_url)
    assert migrate(database_url) == newest_revision()
    assert is_up_to_date(database_url)
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_makes_the_same_as_creating(database_url: str):
    migrate(database_url)
    migrated = inspected(database_url)
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        metadata.drop_all(connection)
        if engine.name == "postgresql":
            connection.execute(sa.text("DROP FUNCTION refuse_change"))
    metadata.create_all(engine)
    created = inspected(database_url)
    assert sorted(migrated - created) == sorted(created - migrated) == []


def test_migrating_again_changes_nothing(database_url: str):
    migrate(database_url)
    before = inspected(database_url)
    assert migrate(database_url) == newest_revision()
    assert inspected(database_url) == before


def test_two_processes_may_start_at_once(database_url: str):
    with ThreadPoolExecutor(4) as starters:
        assert set(starters.map(migrate, [database_url] * 4)) == {newest_revision()}
    assert is_up_to_date(database_url)


def test_a_migration_that_fails_leaves_no_trace(database_url: str):
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE outbox (in_the_way INTEGER)"))
    with pytest.raises(sa.exc.DBAPIError):
        migrate(database_url)
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["outbox"]


def test_revisions_are_one_line_from_first_to_newest():
    assert all_revisions()[0] == "0001"
    assert all_revisions()[-1] == newest_revision()


@pytest.mark.parametrize("revision", all_revisions())
def test_a_filled_database_is_brought_up_from_every_revision(revision: str, database_url: str):
    assert kept(revision).exists(), "run: .venv/bin/python -m tests.storage.filling"
    rows = json.loads(kept(revision).read_text())
    migrate(database_url, revision)
    load(database_url, rows)
    assert migrate(database_url) == newest_revision()
    storage = SqlStorage(database_url)
    check(storage)
    assert verify(storage, PROGRAM).findings == ()
    storage.close()


def test_what_is_kept_of_the_newest_revision_is_what_it_holds(database_url: str):
    migrate(database_url)
    storage = SqlStorage(database_url)
    fill(storage)
    check(storage)
    storage.close()
    rows = dump(database_url)
    assert {table for table, those in rows.items() if those} == set(metadata.tables)
    assert rows == json.loads(kept(newest_revision()).read_text())
