"""`loyalty migrate`: bring the database to the schema that this version needs."""

import click

from loyalty_engine.cli.shared.opening import is_embedded
from loyalty_engine.config import read_settings
from loyalty_engine.storage.sql import migrate as migrating


@click.command()
def command() -> None:
    """Bring the database to the newest schema.

    All of it happens in one transaction; a database that is there already is left alone. Run it
    before a new version of the service is started on PostgreSQL; the embedded database is migrated
    by whatever opens it.
    """
    settings = read_settings()
    if is_embedded(settings):
        settings.home.mkdir(parents=True, exist_ok=True)
    before = migrating.current_revision(settings.database_url)
    after = migrating.migrate(settings.database_url)
    if before == after:
        click.echo(f"The database is at schema {after} already.")
    else:
        click.echo(f"The database is at schema {after} now; it was {before or 'empty'}.")
