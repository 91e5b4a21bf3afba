"""One plugin's hooks, checked against the hook specifications, each to be called on its own."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import pluggy

from loyalty_engine import hookspecs
from loyalty_engine.rulebook.faults import nearest

_specs = pluggy.PluginManager(hookspecs.PROJECT)
_specs.add_hookspecs(hookspecs)

HOOKS = tuple(
    name
    for name in vars(hookspecs)
    if isinstance(getattr(_specs.hook, name, None), pluggy.HookCaller)
)
"""The names of all hooks, as hookspecs.py lists them."""

_GENERATORS = ("register_words", "open_channels")

Call = Callable[[Mapping[str, Any]], Any]
"""Calls a hook with those of the arguments that it takes."""


class WrongHooks(Exception):
    """What a plugin calls a hook is none, or not in the right form; one line for each fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def hooks_of(plugin: object) -> dict[str, Call]:
    """The hooks of a plugin by name. Raises `WrongHooks` with everything that is wrong."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    faults: list[str] = []
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(plugin, "plugin")
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        faults.append(_told(error))
    found: dict[str, Call] = {}
    for hook in HOOKS:
        impls = getattr(manager.hook, hook).get_hookimpls()
        for impl in impls:
            faults += [f"{hook} {fault}" for fault in _unfit(hook, impl)]
            found[hook] = _caller(impl)
        if len(impls) > 1:
            faults.append(f"{hook} is there {len(impls)} times; one plugin has one of each")
        if not impls and callable(getattr(plugin, hook, None)) and not faults:
            faults.append(f"{hook} is not marked; put @hookimpl above it")
    if not found and not faults:
        faults.append("it has none of the hooks: " + ", ".join(HOOKS))
    if faults:
        raise WrongHooks(faults)
    return found


def _told(error: pluggy.PluginValidationError) -> str:
    lines = str(error).splitlines()
    for line in lines:
        if line.startswith("unknown hook"):
            name = line.split("'")[1]
            meant = nearest(name, HOOKS)
            return f"there is no hook {name!r}" + (f"; did you mean {meant!r}?" if meant else "")
    told = [line for line in lines if line.startswith(("hookimpl definition", "Argument"))]
    return "; ".join(told or lines)


def _unfit(hook: str, impl: pluggy.HookImpl) -> list[str]:
    if impl.hookwrapper or impl.wrapper:
        return ["is a wrapper; every plugin is called on its own, so there is nothing to wrap"]
    if inspect.iscoroutinefunction(impl.function) or inspect.isasyncgenfunction(impl.function):
        return ["is async; hooks are plain functions"]
    if inspect.isgeneratorfunction(impl.function) and hook not in _GENERATORS:
        return ["yields; it must return"]
    return []


def _caller(impl: pluggy.HookImpl) -> Call:
    function, names = impl.function, impl.argnames
    return lambda values: function(*[values[name] for name in names])
