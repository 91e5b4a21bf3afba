"""The helper process: `python -m loyalty_engine.plugin_host FD`, started by helper.py only.

It asks plugins one after the other and tells what they gave. Whatever a plugin does to this
process costs no more than this process.
"""

import contextlib
import os
import resource
import signal
import socket
import sys
from collections.abc import Mapping
from typing import Any

import msgspec

from loyalty_engine.hookspecs import Request
from loyalty_engine.plugin_host import messages
from loyalty_engine.plugin_host.answers import Nonsense, checked_facts, checked_refusal
from loyalty_engine.plugin_host.hooked import Call, WrongHooks, hooks_of
from loyalty_engine.plugin_host.messages import Broken, Question, Told
from loyalty_engine.plugin_host.sources import ChangedOnDisk, Source, blame, bring_in

MOST_MEMORY = 1024 * 1024 * 1024
GRACE = 1.0
"""Seconds past its patience after which the kernel ends a helper whose worker is gone."""

Plugins = Mapping[str, dict[str, Call] | str]
"""The hooks of each plugin, or why it could not be brought in."""


def main(link: socket.socket) -> None:
    """Bring the plugins in, say so, and answer until the worker hangs up."""
    start = messages.read_start.decode(messages.receive(link, messages.LONGEST_QUESTION))
    plugins = {source.name: _bring_in(source) for source in start.sources}
    messages.send(link, Told())
    while True:
        body = messages.receive(link, messages.LONGEST_QUESTION)
        question = messages.read_question.decode(body)
        _set_alarm(question.patience + GRACE)
        for plugin in question.plugins:
            # Each is given a copy of its own: none can change what the next one sees.
            told = _ask(plugin, plugins[plugin], messages.read_question.decode(body))
            messages.send(link, told)
            if told.refusal is not None:
                break
        _set_alarm(0)


def _bring_in(source: Source) -> dict[str, Call] | str:
    try:
        return hooks_of(bring_in(source))
    except ChangedOnDisk as error:
        return str(error)
    except WrongHooks as error:
        return str(error)
    except BaseException as error:  # noqa: BLE001 - a plugin may raise anything
        return f"cannot be imported: {blame(error)}"


def _ask(plugin: str, hooks: dict[str, Call] | str, question: Question) -> Told:
    if isinstance(hooks, str):
        return Told(plugin, fault=hooks)
    process = os.getpid()
    try:
        return _call(plugin, hooks[question.hook], question)
    except Nonsense as error:
        return Told(plugin, fault=str(error))
    except BaseException as error:  # noqa: BLE001 - a plugin may raise anything
        return Told(plugin, fault=blame(error))
    finally:
        if os.getpid() != process:  # the plugin forked, and this is the child
            os._exit(0)


def _call(plugin: str, call: Call, question: Question) -> Told:
    if question.hook == "gather_facts":
        values: dict[str, Any] = {"program": question.program, "purchase": question.purchase}
        return Told(plugin, facts=checked_facts(call(values)))
    request = Request(question.program, question.action, question.purchase, question.spends)
    return Told(plugin, refusal=checked_refusal(call({"request": request})))


def _set_alarm(seconds: float) -> None:
    """Have the kernel end this process in so many seconds, even if Python never runs again."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    with contextlib.suppress(ValueError, OSError):  # not every system knows every limit
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    with contextlib.suppress(Broken, OSError, msgspec.DecodeError):
        main(socket.socket(fileno=int(sys.argv[1])))
