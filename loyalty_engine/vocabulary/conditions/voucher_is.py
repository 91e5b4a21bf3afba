"""A voucher named by the purchase."""

from dataclasses import dataclass
from functools import cached_property

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import VOUCHER
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, holding
from loyalty_engine.rulebook.words import Condition


@dataclass(frozen=True)
class VoucherIs(Condition):
    """Holds when the purchase names one of these vouchers. Upper and lower case are the same."""

    word = "voucher_is"
    says = "the voucher {codes} is used"
    example = "[SPRING10, FRIENDS]"
    codes: tuple[str, ...]

    @cached_property
    def _wanted(self) -> frozenset[str]:
        return frozenset(code.casefold() for code in self.codes)

    def holds(self, facts: Facts) -> bool:
        return not facts.vouchers.isdisjoint(self._wanted)

    def needs(self) -> Needs:
        return {VOUCHER: self._wanted}

    def allows(self) -> Box:
        return {VOUCHER: holding(tuple(sorted(self._wanted)))}
