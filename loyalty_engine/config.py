"""Settings from the environment, every wrong one told at once. docs/settings.md explains each."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from environs import Env, EnvValidationError
from marshmallow import ValidationError
from marshmallow.validate import OneOf, Range

POOLERS = ("", "pgbouncer")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
MEBIBYTE = 1024 * 1024


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
    env = Env(prefix="LOYALTY_", eager=False)
    home = env.path("HOME", Path("build/loyalty"))
    settings = Settings(
        home=home,
        database_url=env.str("DATABASE_URL", "", validate=_database) or _embedded(home),
        db_pooler=env.str("DB_POOLER", "", validate=OneOf(POOLERS)) or None,
        db_pool=env.int("DB_POOL", 0, validate=Range(0, 1000)),
        migrate=env.bool("MIGRATE", True),
        redis_url=env.str("REDIS_URL", "") or None,
        secret=env.str("SECRET", ""),
        rules=env.path("RULES", Path("rules")),
        watch=env.bool("WATCH", True),
        plugins=env.path("PLUGINS", Path("plugins")),
        plugins_off=_names(env.str("PLUGINS_OFF", "")),
        bind=env.str("BIND", "127.0.0.1:8000"),
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


def _embedded(home: Path | None) -> str:
    """The SQLite file that needs nothing installed."""
    return f"sqlite:///{(home or Path()) / 'loyalty.db'}"


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",")) - {""}


def _database(url: str) -> None:
    if url and not url.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:")):
        raise ValidationError("Write sqlite:///FILE or postgresql://USER@HOST/DATABASE.")


def _sentences(fault: EnvValidationError) -> str:
    wrong = fault.error_messages
    assert isinstance(wrong, Mapping), "each message belongs to a variable"
    lines = (f"{name}: {' '.join(messages)}" for name, messages in wrong.items())
    return "\n".join(["Settings that cannot be used (docs/settings.md explains each):", *lines])
