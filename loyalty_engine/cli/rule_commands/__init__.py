"""Commands of `loyalty rules`, one file each, found by walking this folder.

A module here holds a click command called `command`; its name is that of the module.
"""

import importlib
import pkgutil

import click


def rule_commands() -> list[click.Command]:
    """The commands of this folder, by name."""
    return [
        importlib.import_module(f"{__name__}.{module.name}").command
        for module in pkgutil.iter_modules(__path__)
    ]
