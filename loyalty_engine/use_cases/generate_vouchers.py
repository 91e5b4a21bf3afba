"""Codes by the million: random, of single use, known to whoever holds the file and to nobody else."""

from collections.abc import Callable, Iterator
from datetime import datetime

from loyalty_engine.domain.codes import Guessing, spell
from loyalty_engine.ports import Voucher
from loyalty_engine.rulebook.rule import Rulebook
from loyalty_engine.rulebook.vouchers import VoucherKind
from loyalty_engine.use_cases.codes import Codes

BITS = 192
"""Of each random number: so many more than any code has that no letter is likelier than another."""


def guessing(kind: VoucherKind, rulebook: Rulebook, there: int, count: int, keys: int) -> Guessing:
    """How safe the codes of a kind are once `count` more are made, with so many API keys."""
    tries = rulebook.program.switches.wrong_codes * max(1, keys)
    return Guessing(kind.characters, there + count, tries)


def made_codes(
    codes: Codes,
    program: str,
    kind: VoucherKind,
    ends_at: datetime | None,
    batch: int,
    at: datetime,
    random_bits: Callable[[int], int],
) -> Iterator[tuple[str, Voucher]]:
    """Fresh codes without end, each with what is kept of it."""
    while True:
        code = spell(random_bits(BITS), kind.characters)
        if code is not None:
            digest = codes.digest(program, code)
            yield code, Voucher(digest, kind.id, at, batch=batch, ends_at=ends_at)
