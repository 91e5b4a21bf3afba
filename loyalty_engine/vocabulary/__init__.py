"""The standard words: conditions, selectors and effects, one file each, found by walking the folder."""

import inspect
import pkgutil
from functools import cache
from importlib import import_module

from loyalty_engine.rulebook.words import Word


@cache
def standard_words() -> tuple[type[Word], ...]:
    """Every word in this folder, sorted by name; a new word is a new file and nothing else."""
    found: dict[str, type[Word]] = {}
    for module in pkgutil.walk_packages(__path__, prefix=f"{__name__}."):
        for value in vars(import_module(module.name)).values():
            if not (isinstance(value, type) and issubclass(value, Word)):
                continue
            if value.__module__ != module.name or inspect.isabstract(value):
                continue
            assert value.word not in found, f"two words are called {value.word}"
            found[value.word] = value
    return tuple(found[name] for name in sorted(found))
