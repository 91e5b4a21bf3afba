"""A voucher for next time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import GiveVoucher, Outcome
from loyalty_engine.rulebook.arguments import VoucherName
from loyalty_engine.rulebook.words import Effect, Most


@dataclass(frozen=True)
class GivesVoucher(Effect):
    """Gives a code of `voucher`, a file under `vouchers/`, to be used another time.

    A quote announces it, the receipt of the purchase shows it. It is taken back, unless it has
    been used, when a return leaves too little of the purchase for it.
    """

    word = "give_voucher"
    says = "the voucher “{voucher}” for next time"
    surely_gives = True
    voucher: VoucherName

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        return (GiveVoucher(self.voucher),)

    def most(self) -> Most:
        return Most(points=0, money=0, always=True)

    def outdoes(self, other: Effect) -> bool:
        return isinstance(other, GivesVoucher) and other.voucher == self.voucher
