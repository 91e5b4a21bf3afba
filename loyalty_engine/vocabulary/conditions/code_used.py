"""A code of a voucher that is used with the purchase."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.arguments import VoucherName
from loyalty_engine.rulebook.dimensions import CODE
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, holding
from loyalty_engine.rulebook.words import Condition


@dataclass(frozen=True)
class CodeUsed(Condition):
    """Holds when the purchase uses a code of one of these vouchers, each a file under `vouchers/`."""

    word = "code_used"
    says = "a code of “{any_of}” is used"
    any_of: tuple[VoucherName, ...]

    def holds(self, facts: Facts) -> bool:
        return any(name in facts.codes for name in self.any_of)

    def needs(self) -> Needs:
        return {CODE: frozenset(self.any_of)}

    def allows(self) -> Box:
        return {CODE: holding(self.any_of)}
