"""What can go wrong between the engine and its database, as the callers must tell it apart."""

from loyalty_engine.domain.errors import Unavailable


class Retry(Unavailable):
    """Somebody else was faster and nothing happened: the same unit of work may be done again."""

    code = "serialization"


class DatabaseUnavailable(Unavailable):
    """The database is away, busy or stopped us. `values["effect"]` is "none" or "unknown"."""

    code = "database_unavailable"


class StorageBug(Exception):
    """The database refused what should never have been sent to it: a broken promise of ours."""
