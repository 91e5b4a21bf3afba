"""Every point at which a plugin can join in: the whole list.

A plugin is a module or a package with any of these functions, each marked `@hookimpl`, and it may
leave out arguments that it does not look at. docs/plugins.md shows a whole one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import pluggy

from loyalty_engine.domain.purchase import Purchase, Scalar
from loyalty_engine.rulebook.words import Word

PROJECT = "loyalty_engine"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class GuardFails(StrEnum):
    """What a plugin's constant `GUARD_FAILS` can say about a guard that gives no answer."""

    REFUSE_SPENDING = "refuse_spending"
    REFUSE = "refuse"
    ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class Request:
    """What a guard is asked about.

    `action` is the name of the use case (`record_purchase`, `quote_purchase` ...); `purchase` is
    None where the request is not about one; `spends` says whether points would be given up.
    """

    program: str
    action: str
    purchase: Purchase | None
    spends: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """A guard's no. `reason` is shown to the caller: say what to do instead, and name nobody."""

    reason: str


class Channel(Protocol):
    """A way to reach members, chosen by its name in the member's consent."""

    name: str

    def send(self, id: str, address: str, text: str) -> None:
        """Send `text` to `address`; a repeated `id` is the same message again. May raise."""
        ...


@hookspec
def register_words() -> Iterable[type[Word]]:  # type: ignore[empty-body]
    """Give the conditions, selectors and effects that the plugin adds to the language of rules.

    When: once at the start of each process, before any rule is read.
    How often: once.
    What a crash does: the process does not start, and the error names the plugin. The same for
    a name that is taken. Later, a word that raises or gives nonsense while a purchase is decided
    costs its own rule's effect: the receipt shows the rule with status `error`.
    """


@hookspec
def open_channels() -> Iterable[Channel]:  # type: ignore[empty-body]
    """Give the ways to reach members that the plugin adds.

    When: once at the start of each process. Channels are named and kept; nothing is sent over
    them before the engine sends messages.
    How often: once.
    What a crash does: the process does not start, and the error names the plugin.
    """


@hookspec
def gather_facts(program: str, purchase: Purchase) -> Mapping[str, Scalar]:  # type: ignore[empty-body]
    """Give facts about a purchase that rules may use; words find them under the plugin's name.

    When: before a purchase is quoted or recorded, before anything is locked, in a helper process
    beside each worker process. The purchase is a copy.
    How often: once for each request; never again for that purchase, as facts are stored with it.
    What a crash does: the plugin's facts are absent, as they are when it takes longer than the
    deadline, hangs, ends its process, or gives anything but texts, whole numbers and truths
    under short names. After five failures in a row it is left alone for half a minute.
    """


@hookspec
def guard(request: Request) -> Refusal | None:
    """Refuse a request, or give None to let it pass; the first refusal counts.

    When: before anything is locked or written, in the same helper process as `gather_facts`.
    How often: once for each purchase, event and reward that is quoted, recorded, returned or
    cancelled, and for each hold of points and each gift.
    What a crash does: earning passes and spending is refused, unless the plugin's constant
    `GUARD_FAILS` is `refuse` or `allow`. Too slow, hanging or nonsense is a crash too. After five
    failures in a row it is not asked for half a minute, which counts as a crash each time.
    """


@hookspec
def handle_event(event: str, body: Mapping[str, Any], id: str, program: str, at: datetime) -> None:
    """React to something that has happened; `event` is its kind, `at` when it was recorded.

    When: after the commit, in `loyalty worker`, for each member in the order of events.
    How often: at least once; the same event again has the same `id`.
    What a crash does: this plugin gets the event again later, with growing pauses; this member's
    next events wait for it, other plugins and other members do not. After 20 tries the event is
    parked and logged. One that hangs is given up after ten seconds, which counts as a crash.
    """
