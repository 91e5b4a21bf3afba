"""The ledger of one account: points move between accounts, they never appear, vanish or change.

An `AccountBook` starts from what is stored, makes entries and changes lots, and is then written
back whole. It is plain arithmetic: time comes in, and lots are read only when something needs
them, so that an ordinary earning does not read a member's whole past.
"""

from loyalty_engine.domain.entries import Cause, Entry, Portion, Twins
from loyalty_engine.domain.extending import Extending
from loyalty_engine.domain.holds import Holding
from loyalty_engine.domain.reversals import Reversing
from loyalty_engine.domain.transfers import Transferring

__all__ = ["AccountBook", "Cause", "Entry", "Portion", "Twins"]


class AccountBook(Holding, Reversing, Extending, Transferring):
    """One account while it is being written; `now` is when it is known, not when it happened."""
