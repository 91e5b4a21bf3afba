"""What plugins give at the start, words and channels, checked and gathered by name."""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields
from inspect import isabstract
from itertools import islice
from typing import Any, cast

from loyalty_engine.hookspecs import Channel
from loyalty_engine.plugin_host.hooked import Call
from loyalty_engine.rulebook.shapes import shape_of
from loyalty_engine.rulebook.telling.saying import JOINS, PLACE
from loyalty_engine.rulebook.words import Condition, Effect, Selector, Word

MOST_GIVEN = 1000
"""So many words or channels one plugin gives at most."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_GROUPS = ("all", "any", "none")


class Given:
    """Words and channels by name, and every fault found while they were taken."""

    def __init__(self) -> None:
        self.words: dict[str, type[Word]] = {}
        self.channels: dict[str, Channel] = {}
        self.faults: list[str] = []
        self._places: dict[tuple[str, str], str] = {}

    def take(self, place: str, hooks: dict[str, Call]) -> None:
        """Ask a plugin for its words and channels; `place` is where it stands."""
        self._take(place, hooks, "register_words", self._word)
        self._take(place, hooks, "open_channels", self._channel)

    def _take(
        self, place: str, hooks: dict[str, Call], hook: str, keep: Callable[[str, Any], None]
    ) -> None:
        if hook not in hooks:
            return
        try:
            several = list(islice(hooks[hook]({}), MOST_GIVEN + 1))
        except BaseException as error:  # noqa: BLE001 - a plugin may raise anything
            self.faults.append(f"{place}: {hook} fails: {type(error).__name__}: {error}")
            return
        if len(several) > MOST_GIVEN:
            self.faults.append(f"{place}: {hook} gives more than {MOST_GIVEN}")
            return
        for each in several:
            keep(place, each)

    def _word(self, place: str, word: Any) -> None:
        if fault := unfit_word(word):
            self.faults.append(f"{place}: {fault}")
        elif self._free("word", word.word, _file_of(word) or place):
            self.words[word.word] = word

    def _channel(self, place: str, channel: Any) -> None:
        name = getattr(channel, "name", None)
        if not isinstance(name, str) or _NAME.fullmatch(name) is None:
            self.faults.append(f"{place}: a channel needs a name of lower-case letters, digits, _")
        elif not callable(getattr(channel, "send", None)):
            self.faults.append(f"{place}: the channel '{name}' cannot send")
        elif self._free("channel", name, place):
            self.channels[name] = channel

    def _free(self, what: str, name: str, place: str) -> bool:
        taken_by = self._places.get((what, name))
        if taken_by is None:
            self._places[what, name] = place
            return True
        self.faults.append(
            f"{place}: the {what} '{name}' is already given by {taken_by}; "
            "rename one of them or switch one plugin off"
        )
        return False


def unfit_word(word: Any) -> str:
    """Why this cannot be a word in rules; empty when it can."""
    if not (isinstance(word, type) and issubclass(word, Condition | Selector | Effect)):
        return f"register_words gives {str(word)[:60]}, not a condition, selector or effect class"
    title = word.__qualname__
    name: Any = getattr(word, "word", None)
    says: Any = getattr(word, "says", None)
    if not isinstance(name, str) or _NAME.fullmatch(name) is None or name in _GROUPS:
        return f"{title} needs `word`, a name of lower-case letters, digits and _"
    if not isinstance(says, str) or not says.strip():
        return f"{title} needs `says`, its sentence in English"
    others: Any = word.says_in
    if not (isinstance(others, Mapping) and all(isinstance(it, str) for it in others.values())):
        return f"{title} has `says_in` that is not a mapping of language to sentence"
    if isabstract(word):
        return f"{title} lacks {', '.join(sorted(word.__abstractmethods__))}"
    parameters = vars(word).get("__dataclass_params__")
    if parameters is None or not parameters.frozen:
        return f"{title} must be a frozen dataclass; put @dataclass(frozen=True) above it"
    try:
        shape_of(word)
    except Exception as error:  # noqa: BLE001 - hints are a plugin's own code
        return f"{title}: {error}"
    return _unfit_sentences(word)


def _unfit_sentences(word: type[Word]) -> str:
    """A place that no field fills would be found only when a receipt is written."""
    names = {each.name for each in fields(cast("Any", word))}
    for text in (word.says, *word.says_in.values()):
        for place in PLACE.finditer(text):
            unit = place["one"] if place["one"] and not place["many"] else None
            if unit in JOINS:
                unit = None
            for name in (place["name"], unit):
                if name is not None and name not in names:
                    return f"{word.__qualname__}: its sentence names {name!r}, which is no field"
    return ""


def _file_of(word: type[Word]) -> str | None:
    return getattr(sys.modules.get(word.__module__), "__file__", None)
