"""The kinds of step, one file each; a new file is a new kind."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from loyalty_engine.scenarios.form import Act


@cache
def all_acts() -> Mapping[str, type[Act]]:
    """The acts by their word."""
    found: dict[str, type[Act]] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        act: type[Act] = importlib.import_module(f"{__name__}.{name}").ACT
        assert act.word not in found, f"two acts are called {act.word}"
        found[act.word] = act
    return dict(sorted(found.items()))
