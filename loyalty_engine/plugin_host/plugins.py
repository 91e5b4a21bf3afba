"""The plugins of one process: their words, facts, guards and reactions, each failing alone."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import msgspec

from loyalty_engine.domain.errors import Forbidden
from loyalty_engine.domain.purchase import Purchase, Scalar
from loyalty_engine.hookspecs import Channel, GuardFails
from loyalty_engine.plugin_host.answers import Nonsense, checked_facts, checked_reason
from loyalty_engine.plugin_host.circuit import Circuit
from loyalty_engine.plugin_host.helper import Helper
from loyalty_engine.plugin_host.hooked import Call
from loyalty_engine.plugin_host.messages import Question, Told
from loyalty_engine.plugin_host.sources import Source, blame
from loyalty_engine.rulebook.words import Word

DEADLINE = 0.5
"""Seconds for all facts, or all guards, of one request."""

IN_HELPER = ("gather_facts", "guard")
"""The hooks that run in the helper process."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plugin:
    """A plugin that is switched on. `programs` is None where it serves every programme."""

    name: str
    source: Source
    hooks: Mapping[str, Call]
    programs: frozenset[str] | None = None
    guard_fails: GuardFails = GuardFails.REFUSE_SPENDING

    def serves(self, program: str) -> bool:
        """Whether the plugin has to do with this programme."""
        return self.programs is None or program in self.programs

    def react(self, values: Mapping[str, Any]) -> str:
        """Hand it an event by the arguments of `handle_event`; empty when it has taken it.

        Else what went wrong; it never raises, whatever the plugin raises.
        """
        try:
            self.hooks["handle_event"](values)
        except BaseException as error:  # noqa: BLE001 - a plugin may raise anything
            return blame(error)
        return ""


class Plugins:
    """What plugins add, ready to use; the `Hooks` of the use cases. Safe among threads.

    `words` and `channels` are by name. A process is started for facts and guards only where some
    plugin has one, and not before it is needed or `warm_up` is called.
    """

    def __init__(
        self,
        plugins: Iterable[Plugin],
        words: Mapping[str, type[Word]],
        channels: Mapping[str, Channel],
        deadline: float = DEADLINE,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`deadline` is in seconds, and so is what `monotonic` gives."""
        self.plugins = tuple(sorted(plugins, key=lambda plugin: plugin.name))
        self.words = words
        self.channels = channels
        self._deadline = deadline
        self._by_hook = {
            hook: tuple(it for it in self.plugins if hook in it.hooks) for hook in IN_HELPER
        }
        asked = [it for it in self.plugins if set(IN_HELPER) & set(it.hooks)]
        self._circuits = {it.name: Circuit(monotonic) for it in asked}
        self._helper = Helper(tuple(it.source for it in asked), monotonic) if asked else None
        self._failures: Counter[tuple[str, str]] = Counter()
        self._counting = Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """The plugins that are switched on."""
        return tuple(it.name for it in self.plugins)

    @property
    def reactions(self) -> tuple[Plugin, ...]:
        """Those that want to hear of events."""
        return tuple(it for it in self.plugins if "handle_event" in it.hooks)

    def gather_facts(self, program: str, purchase: Purchase) -> dict[str, dict[str, Scalar]]:
        """Facts by plugin name; a plugin that fails or is too slow is left out."""
        asked = self._serving("gather_facts", program)
        if not asked:
            return {}
        question = Question("gather_facts", asked, program, purchase, self._deadline)
        return {name: told.facts or {} for name, told in self._ask(question).items()}

    def guard(self, program: str, action: str, purchase: Purchase | None, spends: bool) -> None:
        """Raise `Forbidden` when a plugin refuses the request, or fails and so lets none pass."""
        asked = self._serving("guard", program)
        if not asked:
            return
        question = Question("guard", asked, program, purchase, self._deadline, action, spends)
        answers = self._ask(question)
        for name, told in answers.items():
            if told.refusal is not None:
                raise Forbidden(told.refusal, code="refused_by_guard", plugin=name)
        for plugin in self._by_hook["guard"]:
            silent = plugin.name in asked and plugin.name not in answers
            if silent and _shuts(plugin.guard_fails, spends):
                raise Forbidden(
                    f"the guard {plugin.name} gives no answer, and without it this is refused; "
                    "try again in a minute",
                    code="guard_failed", plugin=plugin.name,
                )  # fmt: skip

    def warm_up(self) -> None:
        """Start the helper process, if one is needed; best after a worker has been forked."""
        if self._helper is not None:
            self._helper.start()

    def failures(self) -> dict[tuple[str, str], int]:
        """How often each plugin has failed in each hook, in this process."""
        with self._counting:
            return dict(self._failures)

    def close(self) -> None:
        """End the helper process."""
        if self._helper is not None:
            self._helper.close()

    def _serving(self, hook: str, program: str) -> tuple[str, ...]:
        return tuple(it.name for it in self._by_hook[hook] if it.serves(program))

    def _ask(self, question: Question) -> dict[str, Told]:
        """The good answers by plugin; every failure is counted, logged and remembered."""
        assert self._helper is not None, "some plugin has the hook"
        asked = tuple(name for name in question.plugins if self._circuits[name].allows())
        if not asked:
            return {}
        found = self._helper.ask(msgspec.structs.replace(question, plugins=asked))
        for name in found.blamed:
            self._failed(name, question.hook, found.why)
        good: dict[str, Told] = {}
        for name, told in found.told.items():
            fault = told.fault or _unfit(told)
            if fault:
                self._failed(name, question.hook, fault)
            else:
                self._circuits[name].succeeded()
                good[name] = told
        return good

    def _failed(self, name: str, hook: str, why: str) -> None:
        with self._counting:
            self._failures[name, hook] += 1
        log.warning("plugin %s fails in %s: %s", name, hook, why)
        if self._circuits[name].failed():
            log.error("plugin %s fails again and again, and is left alone for a while", name)


def _shuts(policy: GuardFails, spends: bool) -> bool:
    return policy is GuardFails.REFUSE or (policy is GuardFails.REFUSE_SPENDING and spends)


def _unfit(told: Told) -> str:
    """Why an answer cannot be taken: the helper has checked it, but it shares it with plugins."""
    try:
        if told.facts is not None:
            checked_facts(told.facts)
        if told.refusal is not None:
            checked_reason(told.refusal)
    except Nonsense as error:
        return str(error)
    return ""
