"""What can go wrong between the engine and its database, as the callers must tell it apart."""

from collections.abc import Collection

from loyalty_engine.domain.errors import Unavailable


class Retry(Unavailable):
    """Somebody else was faster and nothing happened: the same unit of work may be done again."""

    code = "serialization"


class OutOfOrder(Retry):
    """An account that is needed besides is somebody else's just now; to wait for it while holding
    others could be to wait in a circle.
    """

    def __init__(self, accounts: Collection[int]) -> None:
        super().__init__("an account that is needed besides is in use")
        self.accounts = accounts


class DatabaseUnavailable(Unavailable):
    """The database is away, busy or stopped us. `values["effect"]` is "none" or "unknown"."""

    code = "database_unavailable"


class StorageBug(Exception):
    """The database refused what should never have been sent to it: a broken promise of ours."""
