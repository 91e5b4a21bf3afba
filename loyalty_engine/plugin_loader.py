"""Finds plugins (our own words, those in plugins/, those that pip installed) and checks them."""

import logging
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from loyalty_engine.hookspecs import GuardFails, hookimpl
from loyalty_engine.plugin_host.given import Given
from loyalty_engine.plugin_host.hooked import WrongHooks, hooks_of
from loyalty_engine.plugin_host.plugins import DEADLINE, Plugin, Plugins
from loyalty_engine.plugin_host.sources import GROUP, Source, bring_in, source_at
from loyalty_engine.rulebook.words import Word
from loyalty_engine.vocabulary import standard_words

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")

log = logging.getLogger(__name__)


class PluginFaults(Exception):
    """What is wrong with the plugins, all of it, each fault with its file. Nothing starts."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class Misdeclared(Exception):
    """A constant of a plugin says what cannot be meant."""


class StandardWords:
    """The standard vocabulary as a plugin like any other; it cannot be switched off."""

    @hookimpl
    def register_words(self) -> Iterable[type[Word]]:
        """Give the words of the folder `vocabulary`."""
        return standard_words()


def load_plugins(
    folder: Path | None,
    off: frozenset[str] = frozenset(),
    *,
    installed: bool = True,
    deadline: float = DEADLINE,
) -> Plugins:
    """The plugins in `folder` (none where there is no such folder) and those of packages.

    Those named in `off` are not even imported; `installed` says whether to look at packages.
    `deadline` is in seconds, for all facts or all guards of a request. Raises `PluginFaults`.
    """
    given = Given()
    given.take("the engine", hooks_of(StandardWords()))
    plugins = []
    for source in _found(folder, off, installed, given.faults):
        plugin = _brought_in(source, given.faults)
        if plugin is not None:
            given.take(source.place, dict(plugin.hooks))
            plugins.append(plugin)
    if given.faults:
        raise PluginFaults(given.faults)
    return Plugins(plugins, given.words, given.channels, deadline)


def _found(
    folder: Path | None, off: frozenset[str], installed: bool, faults: list[str]
) -> list[Source]:
    """Where the plugins are that are switched on, by name; two of one name are a fault."""
    found: dict[str, Source] = {}
    known: set[str] = set()
    for name, make in [*_in_folder(folder), *(_in_packages() if installed else ())]:
        known.add(name)
        if name in off:
            continue
        try:
            source = make()
        except OSError as error:
            faults.append(f"{name}: cannot be read: {error}")
            continue
        other = found.setdefault(name, source)
        if other != source:
            faults.append(
                f"two plugins are called '{name}': {other.place} and {source.place}; rename one, "
                "or remove it, as switching off by name means both"
            )
        if _NAME.fullmatch(name) is None:
            faults.append(
                f"{source.place}: a plugin's name has only lower-case letters, digits and _; "
                "rename it, or put an underscore first if it is none"
            )
    for name in sorted(off - known):
        log.warning("plugin %s is switched off, but there is none of that name", name)
    return [found[name] for name in sorted(found)]


def _in_folder(folder: Path | None) -> Iterator[tuple[str, Any]]:
    """Files and packages; what begins with an underscore or a dot is none."""
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.absolute().iterdir()):
        package = (path / "__init__.py").is_file()
        if path.name.startswith(("_", ".")) or not (package or path.suffix == ".py"):
            continue
        name = path.name if package else path.stem
        yield name, lambda name=name, path=path: source_at(name, path)


def _in_packages() -> Iterator[tuple[str, Any]]:
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        yield point.name, lambda point=point: Source(point.name, target=point.value)


def _brought_in(source: Source, faults: list[str]) -> Plugin | None:
    try:
        module = bring_in(source)
        hooks = hooks_of(module)
    except WrongHooks as error:
        faults += [f"{source.place}: {fault}" for fault in error.faults]
        return None
    except BaseException as error:  # noqa: BLE001 - a plugin may raise anything
        faults.append(f"{source.place}: cannot be imported: {type(error).__name__}: {error}")
        return None
    try:
        return Plugin(source.name, source, hooks, _programs(module), _guard_fails(module))
    except Misdeclared as error:
        faults.append(f"{source.place}: {error}")
        return None


def _programs(module: object) -> frozenset[str] | None:
    names = getattr(module, "PROGRAMS", None)
    if names is None:
        return None
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise Misdeclared("PROGRAMS lists the programmes served, as in ('grocer',)")
    found = frozenset(names)
    if not found or not all(isinstance(name, str) and name for name in found):
        raise Misdeclared("PROGRAMS lists the programmes served by name; leave it out to serve all")
    return found


def _guard_fails(module: object) -> GuardFails:
    policy = getattr(module, "GUARD_FAILS", GuardFails.REFUSE_SPENDING)
    try:
        return GuardFails(policy)
    except ValueError:
        known = ", ".join(GuardFails)
        raise Misdeclared(f"GUARD_FAILS is {policy!r:.40}; it can be {known}") from None
