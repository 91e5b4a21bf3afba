"""The application as a server loads it: settings from the environment, everything opened."""

import logging

from flask import Flask

from loyalty_engine.api.app import create_app
from loyalty_engine.api.refreshing import keep_fresh
from loyalty_engine.bootstrap import Parts, bootstrap, load_rules
from loyalty_engine.config import read_settings
from loyalty_engine.logs import set_up_logs
from loyalty_engine.storage.sql.migrate import migrate

log = logging.getLogger(__name__)


def make() -> Flask:
    """The application. Raises `WrongSettings`, or what the database says when it is away.

    Rule files with faults are told and left out; the rulebook stored last goes on.
    """
    settings = read_settings()
    set_up_logs(settings.level)
    settings.home.mkdir(parents=True, exist_ok=True)
    if settings.migrate:
        migrate(settings.database_url)
    parts = bootstrap(settings)
    for name, errors in load_rules(parts, settings.rules).items():
        log.error("the rule files of %s have faults and are not in force:\n%s", name, errors)
    return create_app(parts)


def start_worker(app: Flask) -> None:
    """Make the application ready in a process that was forked after make()."""
    parts: Parts = app.extensions["loyalty"].parts
    parts.storage.reset_after_fork()
    parts.plugins.warm_up()
    keep_fresh(parts, watch=parts.settings.watch)
