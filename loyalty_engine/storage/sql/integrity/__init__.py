"""The database's own proof that nothing is lost, doubled or made up, and the sums of the ledger."""

from loyalty_engine.storage.sql.integrity.checks import Finding
from loyalty_engine.storage.sql.integrity.proof import Place, Report, verify
from loyalty_engine.storage.sql.integrity.purses import ValueTotals, value_totals
from loyalty_engine.storage.sql.integrity.sums import Totals, totals

__all__ = [
    "Finding",
    "Place",
    "Report",
    "Totals",
    "ValueTotals",
    "totals",
    "value_totals",
    "verify",
]
