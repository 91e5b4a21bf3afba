"""Checks of a rulebook that can be read, one file each, found by walking this folder.

A module holds `check(ground)`, which yields findings. A check says only what is certain, or calls
itself a note; it looks at words through what they tell of themselves, so that plugins' words are
checked alike.
"""

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module

from loyalty_engine.rulebook.findings import Finding, in_order, summed_up
from loyalty_engine.rulebook.ground import Ground

Check = Callable[[Ground], Iterable[Finding]]


@cache
def all_checks() -> Mapping[str, Check]:
    """The checks by name: that of the module, with hyphens."""
    return {
        module.name.replace("_", "-"): import_module(f"{__name__}.{module.name}").check
        for module in pkgutil.iter_modules(__path__)
    }


def findings_of(ground: Ground) -> list[Finding]:
    """What all checks find, in the order of places; what many rows share is told of a few."""
    found = in_order(finding for check in all_checks().values() for finding in check(ground))
    return summed_up(found)
