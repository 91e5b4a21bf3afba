"""Errors that a person can act on, in one sentence and with the exit code of their kind."""

import click
from sqlalchemy.exc import SQLAlchemyError

from loyalty_engine.config import WrongSettings
from loyalty_engine.domain.errors import LoyaltyError, Unavailable
from loyalty_engine.plugin_loader import PluginFaults
from loyalty_engine.rulebook.faults import RulebookErrors

FOUND = 1
CANNOT_START = 3
NO_DATABASE = 4


class Stopped(click.ClickException):
    """Nothing more can be done; the message says why and what to do, `exit_code` of which kind."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]

    def show(self, file: object = None) -> None:
        """Say it on standard error."""
        click.echo(self.message, err=True)


def told(error: Exception) -> int | None:
    """Say what is wrong and answer the exit code; None where only a traceback tells more."""
    if isinstance(error, WrongSettings | PluginFaults):
        return _say(str(error), CANNOT_START)
    if isinstance(error, RulebookErrors):
        return _say(str(error), FOUND)
    if isinstance(error, Unavailable):
        return _say(f"The database cannot be used: {error.detail}", NO_DATABASE)
    if isinstance(error, LoyaltyError):
        return _say(f"{error.detail} ({error.code})", FOUND)
    if isinstance(error, SQLAlchemyError):
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        return _say(f"The database cannot be used: {reason}", NO_DATABASE)
    if isinstance(error, OSError) and error.filename is not None:
        return _say(f"{error.filename}: {error.strerror}", CANNOT_START)
    return None


def _say(sentence: str, exit_code: int) -> int:
    click.echo(sentence, err=True)
    return exit_code
