"""Where the purchases of a backtest come from: a file, or what the engine has recorded."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Final

import click

from loyalty_engine.backtest.from_file import FileSource
from loyalty_engine.backtest.from_history import HistorySource
from loyalty_engine.backtest.job import Source
from loyalty_engine.cli.shared.errors import FOUND, Stopped
from loyalty_engine.cli.shared.opening import opened
from loyalty_engine.config import Settings

HISTORY: Final = "history"
"""Names what the engine has recorded."""

Past = Callable[[Settings, str], AbstractContextManager[Source]]
"""Opens the past of a programme, for as long as it is read."""


def past_of(said: str, mapping: Path | None, limit: int | None, *, with_ids: bool) -> Past:
    """The past that `--purchases` names. Raises `UsageError` where options contradict it."""
    if said == HISTORY:
        if mapping is not None:
            raise click.UsageError("The engine's own history needs no --mapping.")
        return _history(limit, with_ids=with_ids)
    if with_ids:
        raise click.UsageError(
            f"--member-ids is for --purchases {HISTORY}; a file names members by their ids already."
        )
    if not Path(said).is_file():
        raise click.UsageError(f"There is no file {said}; --purchases names one, or '{HISTORY}'.")
    if mapping is None:
        raise click.UsageError("Say with --mapping what is in which column of the file.")
    source = FileSource(Path(said), mapping, limit)
    return lambda _settings, _program: nullcontext(source)


def _history(limit: int | None, *, with_ids: bool) -> Past:
    @contextmanager
    def past(settings: Settings, program: str) -> Iterator[Source]:
        with opened(settings) as parts:
            if program not in parts.shelf.programs():
                raise Stopped(
                    f"Nothing of {program} is recorded: no rules were in force yet.", FOUND
                )
            now = parts.clock.now()
            yield HistorySource(parts.storage, program, now, with_ids=with_ids, limit=limit)

    return past
