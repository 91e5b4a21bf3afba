"""Settings from the environment, every wrong one told at once. docs/settings.md explains each."""

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path

from environs import Env, EnvValidationError
from marshmallow import ValidationError
from marshmallow.validate import OneOf, Range, Regexp

POOLERS = ("", "pgbouncer")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
MEBIBYTE = 1024 * 1024
PREFIX = "LOYALTY_"
SHORTEST_SECRET = 16
REDIS = r"(?:rediss?|unix|redis\+sentinel)://\S+|"
PLACE = r"unix:\S+|fd://\d+|(?:\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]*):(?P<port>\d{1,5})"
LAST_PORT = 65535


class WrongSettings(Exception):
    """One or more environment variables cannot be used; the text names each and why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides. Times are in seconds, sizes in bytes."""

    home: Path
    database_url: str
    db_pooler: str | None
    db_pool: int
    migrate: bool
    redis_url: str | None
    secret: str
    rules: Path
    watch: bool
    plugins: Path
    plugins_off: frozenset[str]
    bind: str
    workers: int
    threads: int
    timeout: int
    graceful_timeout: int
    max_body: int
    max_batch: int
    rate_limit: int
    jobs_share: int
    log_level: str
    log_requests: bool
    clock: Path | None

    @property
    def level(self) -> int:
        """`log_level` as the standard library counts it."""
        return logging.getLevelNamesMapping()[self.log_level]

    @property
    def connections(self) -> int:
        """Database connections a process may hold: one for each thread unless set otherwise."""
        return self.db_pool or self.threads


def read_settings() -> Settings:
    """The settings of this process. Raises `WrongSettings` with everything that is wrong."""
    env = Env(prefix=PREFIX, eager=False)
    home = env.path("HOME", Path("build/loyalty"))
    settings = Settings(
        home=home,
        database_url=env.str("DATABASE_URL", "", validate=_database) or _embedded(home),
        db_pooler=env.str("DB_POOLER", "", validate=OneOf(POOLERS)) or None,
        db_pool=env.int("DB_POOL", 0, validate=Range(0, 1000)),
        migrate=env.bool("MIGRATE", True),
        redis_url=env.str("REDIS_URL", "", validate=_redis) or None,
        secret=env.str("SECRET", "", validate=_secret),
        rules=env.path("RULES", Path("rules")),
        watch=env.bool("WATCH", True),
        plugins=env.path("PLUGINS", Path("plugins")),
        plugins_off=_names(env.str("PLUGINS_OFF", "")),
        bind=env.str("BIND", "127.0.0.1:8000", validate=_place),
        workers=env.int("WORKERS", 2, validate=Range(1, 256)),
        threads=env.int("THREADS", 4, validate=Range(1, 256)),
        timeout=env.int("TIMEOUT", 30, validate=Range(1, 3600)),
        graceful_timeout=env.int("GRACEFUL_TIMEOUT", 20, validate=Range(1, 3600)),
        max_body=env.int("MAX_BODY", MEBIBYTE, validate=Range(1024, 64 * MEBIBYTE)),
        max_batch=env.int("MAX_BATCH", 8 * MEBIBYTE, validate=Range(1024, 256 * MEBIBYTE)),
        rate_limit=env.int("RATE_LIMIT", 0, validate=Range(0, 1_000_000)),
        jobs_share=env.int("JOBS_SHARE", 50, validate=Range(1, 100)),
        log_level=env.str("LOG_LEVEL", "INFO", validate=OneOf(LEVELS)),
        log_requests=env.bool("LOG_REQUESTS", True),
        clock=env.path("CLOCK", None),
    )
    try:
        env.seal()
    except EnvValidationError as fault:
        raise WrongSettings(_sentences(fault)) from None
    return settings


def doubts() -> list[str]:
    """What of the environment can be used and is probably a slip all the same, a line each."""
    names = {field.name.upper() for field in fields(Settings)}
    given = {name.removeprefix(PREFIX) for name in os.environ if name.startswith(PREFIX)}
    told = [
        f"{PREFIX}{name} is no setting; was {PREFIX}{meant} meant?"
        for name in sorted(given - names)
        for meant in get_close_matches(name, names, 1, 0.8)
    ]
    plugins = os.environ.get(f"{PREFIX}PLUGINS", "")
    if plugins and not Path(plugins).is_dir():
        told.append(
            f"{PREFIX}PLUGINS: there is no folder {plugins}, so none of its guards is asked"
        )
    return told


def _embedded(home: Path | None) -> str:
    """The SQLite file that needs nothing installed."""
    return f"sqlite:///{(home or Path()) / 'loyalty.db'}"


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",")) - {""}


def _database(url: str) -> None:
    if url and not url.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:")):
        raise ValidationError("Write sqlite:///FILE or postgresql://USER@HOST/DATABASE.")


_redis = Regexp(
    re.compile(f"(?:{REDIS})$"),
    error="Write redis://, rediss://, unix:// or redis+sentinel:// and where it is.",
)


def _secret(text: str) -> None:
    if text and len(text) < SHORTEST_SECRET:
        raise ValidationError(f"Must have {SHORTEST_SECRET} characters or more, at random.")


def _place(text: str) -> None:
    found = re.fullmatch(PLACE, text)
    if found is None or int(found["port"] or 0) > LAST_PORT:
        raise ValidationError("Write HOST:PORT, with a port up to 65535, or unix:FILE.")


def _sentences(fault: EnvValidationError) -> str:
    wrong = fault.error_messages
    assert isinstance(wrong, Mapping), "each message belongs to a variable"
    lines = (f"{name}: {' '.join(messages)}" for name, messages in wrong.items())
    return "\n".join(["Settings that cannot be used (docs/settings.md explains each):", *lines])
