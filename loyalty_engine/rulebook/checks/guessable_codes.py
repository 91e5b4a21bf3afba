"""Vouchers whose codes are given one by one and are too short for more than a few."""

from collections.abc import Iterator
from typing import Final

from loyalty_engine.domain.codes import BEYOND, MOST_HITS_A_YEAR, Guessing
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground

NAME: Final = "guessable-codes"
FEW: Final = 1000
"""So many codes at a time are few."""


def check(ground: Ground) -> Iterator[Finding]:
    """Find vouchers of which not even a few codes may be about at a time."""
    tries = ground.program.switches.wrong_codes * BEYOND
    for kind in ground.rulebook.voucher_kinds.values():
        safety = Guessing(kind.characters, FEW, tries, bool(kind.gcn))
        if kind.shared or safety.safe:
            continue
        most = int(FEW / safety.hits_a_year * MOST_HITS_A_YEAR)
        what = "digits" if kind.gcn else "characters"
        text = (
            f"codes of {kind.characters} {what} are safe from guessing while no more than {most}"
            " can be used at a time"
        )
        yield Finding(NAME, Level.NOTE, kind.place or ground.place(), text)
