"""Files of codes that only their owner reads, and what a guess at such a code is worth."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from loyalty_engine.cli.shared.errors import FOUND, Stopped
from loyalty_engine.domain.codes import MOST_HITS_A_YEAR, Guessing, space


def arithmetic(it: Guessing) -> str:
    """What a guess is worth, in figures."""
    years = f"one in {float(1 / it.hits_a_year):,.1f} years"
    return (
        f"{it.live:,} of {space(it.characters, digits=it.digits):,} codes of {it.characters} "
        f"{'digits' if it.digits else 'characters'}: "
        f"a guess hits one time in {float(1 / it.chance):,.0f}; with {it.tries:,} wrong codes an "
        f"hour that is {years} (at most one in {1 / MOST_HITS_A_YEAR} years is let through)"
    )


@contextmanager
def new_file(path: Path) -> Iterator[TextIOWrapper]:
    """A new file that only its owner reads. Raises `Stopped` where there is one already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Stopped(f"{path} cannot be made: {error.strerror}.", FOUND) from error
    with TextIOWrapper(os.fdopen(descriptor, "wb"), encoding="ascii", newline="\n") as file:
        yield file
