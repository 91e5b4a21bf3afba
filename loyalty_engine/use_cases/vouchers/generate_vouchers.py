"""Codes by the million: random, of single use, known to whoever holds the file and to nobody else."""

from collections.abc import Callable
from itertools import islice

from loyalty_engine.domain.codes import BEYOND, Guessing, spell_many, spell_serials
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.vouchers import VoucherKind
from loyalty_engine.use_cases.codes import Codes

SPARE = 1.3
"""So many times as many random bytes are taken as codes have characters: one in five is no code."""


def guessing(kind: VoucherKind, rulebook: Rulebook, there: int, count: int, keys: int) -> Guessing:
    """How safe the codes of a kind are once `count` more are made, with so many API keys.

    `there` are those that a guess may hit beside them. Members who have not guessed are let through
    when others have, up to ten times as many wrong codes: all of them may be one person's.
    """
    tries = rulebook.program.switches.wrong_codes * BEYOND * max(1, keys)
    return Guessing(kind.characters, there + count, tries, bool(kind.gcn))


def made_codes(
    codes: Codes, program: str, kind: VoucherKind, count: int, random_bytes: Callable[[int], bytes]
) -> tuple[list[str], list[bytes]]:
    """So many fresh codes, and in the same order what is kept of each."""
    made: list[str] = []
    while (missing := count - len(made)) > 0:
        random = random_bytes(int(missing * kind.characters * SPARE) + kind.characters)
        some = (
            spell_serials(random, kind.characters, kind.gcn)
            if kind.gcn
            else spell_many(random, kind.characters)
        )
        made += islice(some, missing)
    return made, codes.digests(program, made)
