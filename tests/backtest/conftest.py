"""The real data where it is at hand."""

from tests.imports.conftest import real_data

__all__ = ["real_data"]
